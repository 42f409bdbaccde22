"""Faults of the REST API that another process orders, sees and ends."""

import re
from typing import Any

from aiohttp import web

from sandbox.control.asked import Given, given
from sandbox.control.problems import ControlError, Problem
from sandbox.core import CORE
from sandbox.faults import Fault, Faults, Kind
from sandbox.limits.refusals import Scope
from sandbox.wire import Json, answer

routes = web.RouteTableDef()
_LEAST_STATUS, _MOST_STATUS = 200, 599


@routes.post("/faults")
async def order(request: web.Request) -> web.Response:
    """`kind`, `method` and `path` (a pattern) always; `times` is 1, or null for all that come."""
    body = await given(request)
    try:
        fault = _ordered(request.app[CORE].faults, body)
    except (re.error, TypeError, ValueError) as error:
        raise ControlError(Problem.REFUSED, f"that fault cannot be ordered: {error}") from None
    return answer(_view(fault), 201)


@routes.get("/faults")
async def listed(request: web.Request) -> web.Response:
    return answer([_view(fault) for fault in request.app[CORE].faults.listed()])


@routes.delete("/faults")
async def end_all(request: web.Request) -> web.Response:
    """What is held is let go, and served."""
    request.app[CORE].faults.clear()
    return answer({})


@routes.delete(r"/faults/{fault:\d+}")
async def end(request: web.Request) -> web.Response:
    fault = request.app[CORE].faults.end(int(request.match_info["fault"]))
    if fault is None:
        raise ControlError(Problem.UNKNOWN, f"there is no fault {request.match_info['fault']}")
    return answer(_view(fault))


def _ordered(faults: Faults, body: Given) -> Fault:
    """Raises ValueError and TypeError for what makes no sense."""
    kind, method, path = Kind(body["kind"]), str(body["method"]).upper(), str(body["path"])
    times = _times(body.get("times", 1))
    performed = bool(body.get("performed", False))
    if kind == Kind.ANSWER:
        status, headers = _status(body["status"]), {str(k): str(v) for k, v in (body.get("headers") or {}).items()}
        return faults.answer(
            method, path, status, _body(body.get("body")), times=times, headers=headers, performed=performed
        )
    if kind == Kind.SLOW:
        return faults.slow(method, path, float(body["seconds"]), times=times, performed=performed)
    if kind == Kind.LIMIT:
        scope = Scope(body.get("scope", Scope.SHARED))
        return faults.limit(method, path, float(body.get("retry_after", 1.0)), scope=scope, times=times)
    if kind == Kind.HOLD:
        return faults.hold(method, path, times=times, performed=performed)
    return faults.cut(method, path, times=times, performed=performed)


def _times(times: Any) -> int | None:
    if times is None:
        return None
    if not isinstance(times, int) or isinstance(times, bool) or times < 1:
        raise ValueError(f"{times!r} is no number of times")
    return times


def _status(status: Any) -> int:
    if not isinstance(status, int) or not _LEAST_STATUS <= status <= _MOST_STATUS:
        raise ValueError(f"{status!r} is no status")
    return status


def _body(body: Any) -> Json | str | None:
    if body is not None and not isinstance(body, dict | str):
        raise ValueError("a body is an object or a text")
    return body


def _view(fault: Fault) -> Json:
    return {
        "id": fault.id,
        "kind": str(fault.kind),
        "method": fault.method,
        "path": fault.path.pattern,
        "times": fault.times,
        "performed": fault.performed,
        "met": fault.met,
        "waiting": fault.waiting,
    }
