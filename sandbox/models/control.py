"""The same steering for other processes, under /scripted, where no model server has anything."""

from collections.abc import Callable, Sequence

import orjson
from aiohttp import web

from sandbox.models.faults import Fault, FaultPlan, PlannedFault
from sandbox.models.gate import Gate
from sandbox.models.journal import Request
from sandbox.models.reading import body_of
from sandbox.models.refusals import JSON, RefusalError

PREFIX = "/scripted/"


class Control:
    def __init__(self, requests: Callable[[], Sequence[Request]], faults: FaultPlan, gate: Gate) -> None:
        self._requests, self._faults, self._gate = requests, faults, gate

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/scripted/requests", self.requests),
            web.post("/scripted/fault", self.fault),
            web.post("/scripted/clear", self.clear),
            web.post("/scripted/hold", self.hold),
            web.post("/scripted/release", self.release),
        ]

    async def requests(self, request: web.Request) -> web.Response:
        return web.Response(body=orjson.dumps(list(self._requests())), headers={"Content-Type": JSON})

    async def fault(self, request: web.Request) -> web.Response:
        """Body: `fault`, and what else `ScriptedModels.fault` takes."""
        self._faults.plan(_planned(await request.read()))
        return web.Response()

    async def clear(self, request: web.Request) -> web.Response:
        self._faults.clear()
        return web.Response()

    async def hold(self, request: web.Request) -> web.Response:
        raw = await request.read()
        self._gate.hold(int(body_of(raw).get("after", 0)) if raw else 0)
        return web.Response()

    async def release(self, request: web.Request) -> web.Response:
        self._gate.release()
        return web.Response()


def _planned(raw: bytes) -> PlannedFault:
    body = body_of(raw)
    try:
        planned = PlannedFault(**{**body, "fault": Fault(str(body.get("fault")))})
    except (TypeError, ValueError) as error:
        raise RefusalError(400, f"no such fault: {error}") from error
    if planned.fault is Fault.REFUSE:
        # It would close the door that the order to open it has to come through.
        raise RefusalError(400, "end the process instead: refusing cannot be cleared from outside")
    return planned
