"""What every API request passes through, outermost first.

The record, the guard in front of Discord, refusals, the body, faults, the token, and the rate limits.
"""

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from sandbox.core import CORE
from sandbox.errors import DiscordError, Why
from sandbox.observing import Exchange
from sandbox.rest.bodies import BODY, Body, read_body
from sandbox.rest.limiting import guard, limit, path_of
from sandbox.wire import answer

# An interaction's token is all that these need.
_OPEN = ("/gateway", "/interactions/", "/webhooks/")


@web.middleware
async def record(request: web.Request, handler: Handler) -> web.StreamResponse:
    core = request.app[CORE]
    response = await handler(request)
    body = request.get(BODY)
    core.record(request.method, path_of(request), None if body is None else body.json, response.status)
    if core.observer is not None and "Via" in response.headers:  # not what somebody else says in Discord's place
        core.observer.exchanged(_exchange(request, body or Body(), response))
    return response


def _exchange(request: web.Request, body: Body, response: web.StreamResponse) -> Exchange:
    written = response.body if isinstance(response, web.Response) else None
    return Exchange(
        method=request.method,
        path=path_of(request),
        query=tuple(request.query.items()),
        sent_type=request.content_type if request.body_exists else None,
        body=body.json,
        parts=body.parts,
        status=response.status,
        answer_type=response.headers.get("Content-Type"),
        answer=written if isinstance(written, bytes) else b"",
    )


@web.middleware
async def explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Discord's error bodies."""
    try:
        return await handler(request)
    except DiscordError as error:
        return answer(error.body(), error.status)
    except web.HTTPRequestEntityTooLarge:
        return answer(DiscordError(Why.TOO_LARGE).body(), 413)


@web.middleware
async def read(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Before anything else may fail, because the record needs what was sent."""
    request[BODY] = await read_body(request)
    return await handler(request)


@web.middleware
async def fault(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Where requests are spoiled on demand."""
    found = request.app[CORE].faults.take(request.method, path_of(request))
    return await (handler(request) if found is None else found.apply(request, handler))


@web.middleware
async def authenticate(request: web.Request, handler: Handler) -> web.StreamResponse:
    path = path_of(request)
    is_open = path == _OPEN[0] or path.startswith(_OPEN[1:])
    if not is_open and request.headers.get("Authorization") != f"Bot {request.app[CORE].token}":
        raise DiscordError(Why.UNAUTHORIZED)
    return await handler(request)


MIDDLEWARES: tuple[Middleware, ...] = (record, guard, explain, read, fault, authenticate, limit)
