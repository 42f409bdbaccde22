"""Who is in a thread: who comes, who goes, and who is listed."""

from aiohttp import web

from sandbox import payloads
from sandbox.errors import DiscordError, Why
from sandbox.guilds.thread_rights import may_add, may_remove, need_active
from sandbox.permissions import Permission
from sandbox.rest.access import require, require_members_intent
from sandbox.rest.bodies import thread_of, user_of
from sandbox.rest.queries import flag_in, id_in, limit_in
from sandbox.wire import answer, nothing

routes = web.RouteTableDef()
_MEMBERS = "/channels/{channel}/thread-members"


@routes.put(_MEMBERS + "/@me")
async def join(request: web.Request) -> web.Response:
    core, _, thread, _ = thread_of(request)
    require(core, thread, Permission.VIEW_CHANNEL)
    need_active(thread)
    core.hosting.add(thread, core.store.bot_id, core.store.bot_id)
    return nothing()


@routes.delete(_MEMBERS + "/@me")
async def leave(request: web.Request) -> web.Response:
    core, _, thread, _ = thread_of(request)
    require(core, thread, Permission.VIEW_CHANNEL)
    need_active(thread)
    core.hosting.remove(thread, core.store.bot_id, core.store.bot_id)
    return nothing()


@routes.put(_MEMBERS + "/{user}")
async def add(request: web.Request) -> web.Response:
    core, guild, thread, _ = thread_of(request)
    user_id = user_of(request)
    may_add(guild, thread, core.store.bot_id, user_id)
    core.hosting.add(thread, user_id, core.store.bot_id)
    return nothing()


@routes.delete(_MEMBERS + "/{user}")
async def remove(request: web.Request) -> web.Response:
    core, guild, thread, _ = thread_of(request)
    user_id = user_of(request)
    may_remove(guild, thread, core.store.bot_id)
    core.hosting.remove(thread, user_id, core.store.bot_id)
    return nothing()


@routes.get(_MEMBERS + "/{user}")
async def member(request: web.Request) -> web.Response:
    core, _, thread, state = thread_of(request)
    require(core, thread, Permission.VIEW_CHANNEL)
    user_id = core.store.bot_id if request.match_info["user"] == "@me" else user_of(request)
    if user_id not in state.members:
        raise DiscordError(Why.UNKNOWN_MEMBER)
    full = flag_in(request, "with_member")
    return answer(payloads.thread_member(core.store, thread, user_id, full=full))


@routes.get(_MEMBERS)
async def members(request: web.Request) -> web.Response:
    """Only for applications with the members intent; in pages if it is asked for whole members."""
    core, _, thread, state = thread_of(request)
    require(core, thread, Permission.VIEW_CHANNEL)
    require_members_intent(core)
    full = flag_in(request, "with_member")
    ids = sorted(state.members)
    if full:
        after, limit = id_in(request, "after") or 0, limit_in(request, 100, 100)
        ids = [user_id for user_id in ids if user_id > after][:limit]
    return answer([payloads.thread_member(core.store, thread, user_id, full=full) for user_id in ids])
