"""Things that go wrong on demand: chosen requests are answered with an error, held back, or cut off."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from sandbox.wire import Json, answer

Serve = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Fault:
    """One order for the next `times` requests of this method whose path contains the pattern."""

    method: str
    path: re.Pattern[str]
    times: int
    status: int | None = None
    body: Json = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    performed: bool = False
    cut: bool = False
    met: int = 0
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _released: asyncio.Event = field(default_factory=asyncio.Event)

    def takes(self, method: str, path: str) -> bool:
        return self.met < self.times and self.method == method and self.path.search(path) is not None

    async def arrived(self, timeout: float = 5.0) -> None:
        """Until the first request has met this fault. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            await self._arrived.wait()

    def release(self) -> None:
        """Lets go what is held, and what would still be."""
        self._released.set()

    async def apply(self, request: web.Request, serve: Serve) -> web.StreamResponse:
        self.met += 1
        self._arrived.set()
        if self.status is None and not self.cut:
            await self._released.wait()
            return await serve(request)
        if self.performed:
            await serve(request)
        if self.cut and request.transport is not None:
            request.transport.abort()
        return self._response()

    def _response(self) -> web.Response:
        response = answer(self.body, self.status or 500)
        response.headers.update(self.headers)
        return response


class Faults:
    """Paths are those under /api/v10, as in `/channels/1/messages`; a pattern may match any part of one."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def answer(
        self,
        method: str,
        path: str,
        status: int,
        body: Json | None = None,
        *,
        times: int = 1,
        headers: dict[str, str] | None = None,
        performed: bool = False,
    ) -> Fault:
        """`performed`: the request is carried out, and only its answer is lost."""
        fault = Fault(method, re.compile(path), times, status, performed=performed)
        fault.body = {"message": f"{status}: a fault on demand", "code": 0} if body is None else body
        fault.headers = headers or {}
        return self._add(fault)

    def hold(self, method: str, path: str, *, times: int = 1) -> Fault:
        """Requests wait until the fault is released, and are served then."""
        return self._add(Fault(method, re.compile(path), times))

    def cut(self, method: str, path: str, *, times: int = 1, performed: bool = False) -> Fault:
        """The connection is reset instead of an answer."""
        return self._add(Fault(method, re.compile(path), times, performed=performed, cut=True))

    def clear(self) -> None:
        for fault in self._faults:
            fault.release()
        self._faults.clear()

    def take(self, method: str, path: str) -> Fault | None:
        """The first fault that is meant for this request."""
        return next((fault for fault in self._faults if fault.takes(method, path)), None)

    def _add(self, fault: Fault) -> Fault:
        self._faults.append(fault)
        return fault
