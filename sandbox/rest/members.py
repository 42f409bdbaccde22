"""Members of a guild: found, changed, given roles, kicked."""

from aiohttp import web

from sandbox import payloads
from sandbox.guilds.member_rights import check_member_changes, may_give, may_remove_member
from sandbox.guilds.rights import need
from sandbox.permissions import Permission
from sandbox.rest.access import deed, require_members_intent
from sandbox.rest.bodies import guild_of, json_of, member_of, role_of
from sandbox.rest.queries import id_in, limit_in
from sandbox.rules.form import Form
from sandbox.rules.members import read_member_changes, read_nick, read_own_member
from sandbox.rules.settings import Settings
from sandbox.wire import answer, nothing

routes = web.RouteTableDef()
_MEMBER = "/guilds/{guild}/members/{user}"
_ROLE = _MEMBER + "/roles/{role}"


@routes.get("/guilds/{guild}/members")
async def members(request: web.Request) -> web.Response:
    """Only for applications with the members intent; sorted by the ids of the users."""
    core, guild = guild_of(request)
    require_members_intent(core)
    after, limit = id_in(request, "after") or 0, limit_in(request, 1, 1000)
    found = [guild.members[user_id] for user_id in sorted(guild.members) if user_id > after]
    return answer([payloads.full_member(core.store, member) for member in found[:limit]])


@routes.get("/guilds/{guild}/members/search")
async def search(request: web.Request) -> web.Response:
    """By the beginning of a user name or nickname."""
    core, guild = guild_of(request)
    form = Form()
    fields = Settings(form, dict(request.query))
    fields.require("query")
    fields.text("query", 1, 100)
    form.done()
    wanted, limit = fields.found["query"].casefold(), limit_in(request, 1, 1000)
    names = {member: (core.store.users[member.user_id].name, member.nick or "") for member in guild.members.values()}
    found = [member for member, known in names.items() if any(name.casefold().startswith(wanted) for name in known)]
    return answer([payloads.full_member(core.store, member) for member in found[:limit]])


@routes.get(_MEMBER)
async def member(request: web.Request) -> web.Response:
    core, guild = guild_of(request)
    return answer(payloads.full_member(core.store, member_of(request, guild)))


@routes.patch("/guilds/{guild}/members/@me")
async def change_own(request: web.Request) -> web.Response:
    core, guild = guild_of(request)
    changes = read_own_member(json_of(request))
    if "nick" in changes:
        need(guild, core.store.bot_id, Permission.CHANGE_NICKNAME)
    core.members.change(guild, core.store.bot_id, changes, deed(request))
    return answer(payloads.full_member(core.store, guild.members[core.store.bot_id]))


@routes.patch("/guilds/{guild}/members/@me/nick")
async def change_own_nick(request: web.Request) -> web.Response:
    core, guild = guild_of(request)
    changes = read_nick(json_of(request))
    need(guild, core.store.bot_id, Permission.CHANGE_NICKNAME)
    core.members.change(guild, core.store.bot_id, changes, deed(request))
    return answer({"nick": guild.members[core.store.bot_id].nick})


@routes.patch(_MEMBER)
async def change(request: web.Request) -> web.Response:
    core, guild = guild_of(request)
    target = member_of(request, guild)
    changes = read_member_changes(json_of(request), core.clock.now())
    check_member_changes(guild, core.store.bot_id, target, changes)
    roles = changes.pop("roles", None)
    core.members.change(guild, target.user_id, changes, deed(request))
    if roles is not None:
        core.members.set_roles(guild, target.user_id, roles, deed(request))
    return answer(payloads.full_member(core.store, guild.members[target.user_id]))


@routes.put(_ROLE)
async def give_role(request: web.Request) -> web.Response:
    core, guild = guild_of(request)
    member, role = member_of(request, guild), role_of(request, guild)
    may_give(guild, core.store.bot_id, role)
    core.members.set_roles(guild, member.user_id, (*member.roles, role.id), deed(request))
    return nothing()


@routes.delete(_ROLE)
async def take_role(request: web.Request) -> web.Response:
    core, guild = guild_of(request)
    member, role = member_of(request, guild), role_of(request, guild)
    may_give(guild, core.store.bot_id, role)
    left = (each for each in member.roles if each != role.id)
    core.members.set_roles(guild, member.user_id, left, deed(request))
    return nothing()


@routes.delete(_MEMBER)
async def kick(request: web.Request) -> web.Response:
    core, guild = guild_of(request)
    target = member_of(request, guild)
    may_remove_member(guild, core.store.bot_id, target.user_id, Permission.KICK_MEMBERS)
    core.members.kick(guild, target.user_id, deed(request))
    return nothing()


@routes.get("/users/@me/guilds/{guild}/member")
async def own(request: web.Request) -> web.Response:
    core, guild = guild_of(request)
    return answer(payloads.full_member(core.store, guild.members[core.store.bot_id]))


@routes.delete("/users/@me/guilds/{guild}")
async def leave(request: web.Request) -> web.Response:
    core, guild = guild_of(request)
    core.members.leave(guild, core.store.bot_id)
    return nothing()
