"""The application of the bot, and where its gateway is."""

from aiohttp import web

from sandbox import payloads
from sandbox.core import CORE
from sandbox.errors import DiscordError, Why
from sandbox.gateway.intents import application_flags
from sandbox.rest.bodies import id_of
from sandbox.wire import answer

routes = web.RouteTableDef()


@routes.get("/applications/@me")
@routes.get("/oauth2/applications/@me")
async def own(request: web.Request) -> web.Response:
    core = request.app[CORE]
    return answer(payloads.application(core.store, application_flags(core.privileged_intents)))


@routes.get("/gateway")
async def gateway(request: web.Request) -> web.Response:
    return answer({"url": request.app[CORE].gateway.url})


@routes.get("/gateway/bot")
async def gateway_for_bots(request: web.Request) -> web.Response:
    return answer(request.app[CORE].gateway.description())


@routes.get("/applications/{application}/emojis")
async def emojis(request: web.Request) -> web.Response:
    """Nobody can give it any."""
    _check_own(request)
    return answer({"items": []})


@routes.get("/applications/{application}/entitlements")
async def sold(request: web.Request) -> web.Response:
    """Nobody has bought anything."""
    _check_own(request)
    return answer([])


def _check_own(request: web.Request) -> None:
    if id_of(request, "application", Why.UNKNOWN_APPLICATION) != request.app[CORE].store.application_id:
        raise DiscordError(Why.UNKNOWN_APPLICATION)
