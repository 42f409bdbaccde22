"""What goes wrong with the gateway on demand, asked for from another process: POST begins it, DELETE undoes it."""

from collections.abc import Callable

from aiohttp import web

from sandbox.control.asked import Given, given
from sandbox.control.problems import ControlError, Problem
from sandbox.core import CORE
from sandbox.gateway.faults import GatewayFaults
from sandbox.wire import answer

routes = web.RouteTableDef()

Do = Callable[[GatewayFaults, Given], None]

BEGIN: dict[str, Do] = {
    "drop": lambda faults, given: faults.drop(_shard(given)),
    "close": lambda faults, given: faults.close(_whole(given, "code", 4000), _shard(given)),
    "time-out": lambda faults, given: faults.time_out(_shard(given)),
    "reconnect": lambda faults, given: faults.ask_to_reconnect(_shard(given)),
    "heartbeat": lambda faults, given: faults.ask_for_heartbeat(_shard(given)),
    "invalidate": lambda faults, given: faults.invalidate(
        resumable=given.get("resumable") is True, shard=_shard(given)
    ),
    "forget": lambda faults, given: faults.forget_sessions(),
    "deaf": lambda faults, given: faults.ignore_heartbeats(),
    "hold": lambda faults, given: faults.hold_events(),
    "delay": lambda faults, given: faults.delay_events(_seconds(given)),
    "lose": lambda faults, given: faults.lose_events(_whole(given, "events", 1)),
    "double": lambda faults, given: faults.double_events(_whole(given, "events", 1)),
    "refuse": lambda faults, given: faults.refuse_connections(_whole(given, "status", 503)),
    "outage": lambda faults, given: faults.begin_outage(str(given["guild"])),
}
UNDO: dict[str, Do] = {
    "deaf": lambda faults, given: faults.acknowledge_heartbeats(),
    "hold": lambda faults, given: faults.release_events(),
    "delay": lambda faults, given: faults.release_events(),
    "lose": lambda faults, given: faults.lose_events(0),
    "double": lambda faults, given: faults.double_events(0),
    "refuse": lambda faults, given: faults.accept_connections(),
    "outage": lambda faults, given: faults.end_outage(str(given["guild"])),
}


@routes.post("/faults/gateway/{fault}")
async def begin(request: web.Request) -> web.Response:
    return await _do(request, BEGIN)


@routes.delete("/faults/gateway/{fault}")
async def undo(request: web.Request) -> web.Response:
    return await _do(request, UNDO)


@routes.delete("/faults/gateway")
async def clear(request: web.Request) -> web.Response:
    GatewayFaults(request.app[CORE].gateway).clear()
    return answer({})


async def _do(request: web.Request, known: dict[str, Do]) -> web.Response:
    name = request.match_info["fault"]
    if name not in known:
        raise ControlError(Problem.UNKNOWN, f"{name} is none of {', '.join(known)}")
    try:
        known[name](GatewayFaults(request.app[CORE].gateway), await given(request))
    except (LookupError, ValueError) as error:
        raise ControlError(Problem.REFUSED, str(error)) from error
    return answer({})


def _shard(given: Given) -> int | None:
    return _whole(given, "shard", 0) if "shard" in given else None


def _whole(given: Given, key: str, default: int) -> int:
    value = given.get(key, default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise ControlError(Problem.REFUSED, f"{key} is a whole number, not {value!r}")
    return value


def _seconds(given: Given) -> float:
    value = given["seconds"]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ControlError(Problem.REFUSED, f"seconds are a number, not {value!r}")
    return value
