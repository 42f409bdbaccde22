"""The application of the bot with its emojis, and where its gateway is."""

from dataclasses import replace

from aiohttp import web

from sandbox import payloads
from sandbox.core import CORE, Core
from sandbox.errors import DiscordError, Why
from sandbox.expressions import Emoji
from sandbox.gateway.intents import application_flags
from sandbox.rest.bodies import application_of, id_of, json_of
from sandbox.rules.applications import PICTURES, read_application_changes
from sandbox.rules.guilds import read_emoji
from sandbox.store import moves
from sandbox.wire import answer, nothing

routes = web.RouteTableDef()
_EMOJIS = "/applications/{application}/emojis"
_MOST_EMOJIS = 2000


@routes.get("/applications/@me")
@routes.get("/oauth2/applications/@me")
async def own(request: web.Request) -> web.Response:
    core = request.app[CORE]
    return answer(payloads.application(core.store, application_flags(core.privileged_intents)))


@routes.patch("/applications/@me")
async def change_own(request: web.Request) -> web.Response:
    core = request.app[CORE]
    changes = read_application_changes(json_of(request))
    core.store.application |= core.store.keep_pictures(changes, *PICTURES)
    return answer(payloads.application(core.store, application_flags(core.privileged_intents)))


@routes.get("/gateway")
async def gateway(request: web.Request) -> web.Response:
    return answer({"url": request.app[CORE].gateway.url})


@routes.get("/gateway/bot")
async def gateway_for_bots(request: web.Request) -> web.Response:
    return answer(request.app[CORE].gateway.description())


@routes.get(_EMOJIS)
async def emojis(request: web.Request) -> web.Response:
    core = application_of(request)
    return answer({"items": [payloads.application_emoji(core.store, each) for each in core.store.emojis.values()]})


@routes.get(_EMOJIS + "/{emoji}")
async def emoji(request: web.Request) -> web.Response:
    core = application_of(request)
    return answer(payloads.application_emoji(core.store, _emoji(request, core)))


@routes.post(_EMOJIS)
async def create_emoji(request: web.Request) -> web.Response:
    core = application_of(request)
    given = read_emoji(json_of(request), new=True)
    if len(core.store.emojis) >= _MOST_EMOJIS:
        raise DiscordError(Why.TOO_MANY_APPLICATION_EMOJIS)
    image: bytes = given["image"]
    made = Emoji(core.snowflakes.next(), given["name"], moves(image), core.store.bot_id)
    core.store.emojis[made.id] = made
    core.store.pictures[str(made.id)] = image
    return answer(payloads.application_emoji(core.store, made), 201)


@routes.patch(_EMOJIS + "/{emoji}")
async def change_emoji(request: web.Request) -> web.Response:
    core = application_of(request)
    before = _emoji(request, core)
    after = replace(before, name=read_emoji(json_of(request), new=False).get("name", before.name))
    core.store.emojis[before.id] = after
    return answer(payloads.application_emoji(core.store, after))


@routes.delete(_EMOJIS + "/{emoji}")
async def delete_emoji(request: web.Request) -> web.Response:
    core = application_of(request)
    found = _emoji(request, core)
    del core.store.emojis[found.id]
    core.store.pictures.pop(str(found.id), None)
    return nothing()


@routes.get("/applications/{application}/entitlements")
async def sold(request: web.Request) -> web.Response:
    """Nobody has bought anything."""
    application_of(request)
    return answer([])


def _emoji(request: web.Request, core: Core) -> Emoji:
    found = core.store.emojis.get(id_of(request, "emoji", Why.UNKNOWN_EMOJI))
    if found is None:
        raise DiscordError(Why.UNKNOWN_EMOJI)
    return found
