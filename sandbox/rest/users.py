"""Users, and the direct messages with them."""

from aiohttp import web

from sandbox import payloads
from sandbox.core import CORE
from sandbox.errors import DiscordError, Why
from sandbox.permissions import in_guild
from sandbox.rest.bodies import id_of, json_of
from sandbox.rules.form import Form
from sandbox.wire import Json, answer

routes = web.RouteTableDef()


@routes.get("/users/@me")
async def own(request: web.Request) -> web.Response:
    store = request.app[CORE].store
    return answer(payloads.own_user(store.users[store.bot_id]))


@routes.get("/users/@me/guilds")
async def own_guilds(request: web.Request) -> web.Response:
    store = request.app[CORE].store
    keys = ("id", "name", "icon", "banner", "features")
    shown: list[Json] = []
    for guild in store.guilds.values():
        full = payloads.guild(guild)
        own = {"owner": guild.owner_id == store.bot_id, "permissions": str(in_guild(guild, store.bot_id))}
        shown.append({**{key: full[key] for key in keys}, **own})
    return answer(shown)


@routes.get("/users/{user}")
async def user(request: web.Request) -> web.Response:
    found = request.app[CORE].store.users.get(id_of(request, "user", Why.UNKNOWN_USER))
    if found is None:
        raise DiscordError(Why.UNKNOWN_USER)
    return answer(payloads.user(found))


@routes.post("/users/@me/channels")
async def open_direct(request: web.Request) -> web.Response:
    store = request.app[CORE].store
    wanted = str(json_of(request).get("recipient_id", ""))
    if not wanted.isdecimal():
        form = Form()
        form.required(("recipient_id",))
        form.done()
    if int(wanted) == store.bot_id:
        raise DiscordError(Why.CANNOT_SEND_TO_USER)
    if int(wanted) not in store.directs:
        raise DiscordError(Why.UNKNOWN_USER)
    return answer(payloads.channel(store, store.directs[int(wanted)]))
