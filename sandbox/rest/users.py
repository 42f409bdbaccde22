"""Users, and the direct messages with them."""

from aiohttp import web

from sandbox import payloads
from sandbox.core import CORE
from sandbox.errors import DiscordError, Why
from sandbox.rest.bodies import id_of, json_of
from sandbox.rest.queries import flag_in, id_in, limit_in
from sandbox.rules.fields import snowflake
from sandbox.rules.form import Form
from sandbox.rules.guilds import read_own_changes
from sandbox.wire import answer

routes = web.RouteTableDef()


@routes.get("/users/@me")
async def own(request: web.Request) -> web.Response:
    store = request.app[CORE].store
    return answer(payloads.own_user(store.users[store.bot_id]))


@routes.get("/users/@me/guilds")
async def own_guilds(request: web.Request) -> web.Response:
    """Sorted by their ids; with `before` the last ones below it."""
    store = request.app[CORE].store
    limit, before, after = limit_in(request, 200, 200), id_in(request, "before"), id_in(request, "after")
    guilds = sorted(store.bots_guilds(), key=lambda guild: guild.id)
    if before is not None:
        guilds = [guild for guild in guilds if guild.id < before][-limit:]
    else:
        guilds = [guild for guild in guilds if guild.id > (after or 0)][:limit]
    counted = flag_in(request, "with_counts")
    return answer(
        [{**payloads.joined_guild(each, store.bot_id), **(payloads.counts(each) if counted else {})} for each in guilds]
    )


@routes.patch("/users/@me")
async def change_own(request: web.Request) -> web.Response:
    core = request.app[CORE]
    changes = read_own_changes(json_of(request))
    if changes:
        core.members.change_user(core.store.bot_id, changes)
    return answer(payloads.own_user(core.store.users[core.store.bot_id]))


@routes.get("/users/{user}")
async def user(request: web.Request) -> web.Response:
    found = request.app[CORE].store.users.get(id_of(request, "user", Why.UNKNOWN_USER))
    if found is None:
        raise DiscordError(Why.UNKNOWN_USER)
    return answer(payloads.user(found))


@routes.post("/users/@me/channels")
async def open_direct(request: web.Request) -> web.Response:
    store = request.app[CORE].store
    form = Form()
    wanted = snowflake(form, ("recipient_id",), json_of(request).get("recipient_id"))
    form.done()
    if wanted == store.bot_id:
        raise DiscordError(Why.CANNOT_SEND_TO_USER)
    found = store.directs.get(wanted or 0)
    if found is None:
        raise DiscordError(Why.UNKNOWN_USER)
    return answer(payloads.channel(store, found))
