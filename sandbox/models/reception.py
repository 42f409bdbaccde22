"""Every request passes here: it is noted, may meet a fault, and its refusals get their words."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Middleware

from sandbox.models.control import PREFIX
from sandbox.models.faults import AT_THE_DOOR, Fault, FaultPlan
from sandbox.models.journal import Journal, Request
from sandbox.models.openai import openai_error
from sandbox.models.refusals import BARE_JSON, BUSY, RefusalError, not_found, overflow
from sandbox.models.stage import ENTRY
from sandbox.models.wire import encoded, json_reply, reset

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_PAGE = "<!DOCTYPE html>\n<html><head><title>Welcome</title></head><body><h1>Please sign in</h1></body></html>\n"


def reception(journal: Journal, faults: FaultPlan, clock: Callable[[], float]) -> Middleware:
    @web.middleware
    async def receive(request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(PREFIX):
            return await _worded(request, handler)
        entry = Request(request.path, request.method, _json(await request.read()), clock())
        request[ENTRY] = journal.arrived(entry)
        try:
            response = await _spoilt(request, journal, faults) or await _worded(request, handler)
        except asyncio.CancelledError:
            journal.ended(entry, "client left")
            raise
        except ConnectionResetError:
            journal.ended(entry, "client left")
            return web.Response()
        except RefusalError as refusal:
            response = _words(request, refusal)
        journal.ended(entry, "answered")
        return response

    return receive


async def _spoilt(request: web.Request, journal: Journal, faults: FaultPlan) -> web.Response | None:
    met = faults.take(AT_THE_DOOR, request.path, request[ENTRY].model)
    if met is None:
        return None
    match met.fault:
        case Fault.RESET:
            journal.ended(request[ENTRY], "cut")
            await reset(request)
        case Fault.NOT_FOUND:
            raise not_found(request[ENTRY].model or "")
        case Fault.OVERFLOW:
            raise overflow(9000, 4096, "0.33", stream=False)
        case Fault.ERROR_500:
            raise RefusalError(500, "llama runner process has terminated: exit status 2")
        case Fault.BUSY:
            raise RefusalError(503, BUSY)
        case Fault.HANG:
            await met.cleared.wait()
        case Fault.HTML:
            return web.Response(text=_PAGE, content_type="text/html")
    return None


async def _worded(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except RefusalError as refusal:
        return _words(request, refusal)
    except web.HTTPMethodNotAllowed as error:
        allow = {"Allow": ", ".join(sorted(error.allowed_methods)), "Content-Type": "text/plain"}
        return web.Response(status=405, body=b"405 method not allowed", headers=allow)
    except web.HTTPNotFound:
        return web.Response(status=404, body=b"404 page not found", headers={"Content-Type": "text/plain"})


def _words(request: web.Request, refusal: RefusalError) -> web.Response:
    if not request.path.startswith("/v1/"):
        return json_reply({"error": str(refusal)}, refusal.status, refusal.content_type)
    body = encoded(openai_error(refusal.status, str(refusal))) + b"\n"
    return web.Response(status=refusal.status, body=body, headers={"Content-Type": BARE_JSON})


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return None
