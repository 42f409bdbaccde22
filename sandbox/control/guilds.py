"""People who join and leave servers, and what those with the permission for it do to others there."""

from aiohttp import web

from sandbox.building import BOT_PERMISSIONS
from sandbox.control.asked import Asked, asked, guild_named, user_named
from sandbox.control.problems import ControlError, Problem
from sandbox.errors import DiscordError, Why
from sandbox.guilds.audit import Deed
from sandbox.guilds.member_rights import check_member_changes, may_give, may_remove_member
from sandbox.guilds.rights import need
from sandbox.permissions import Permission
from sandbox.rules.members import LONGEST_TIMEOUT, read_forgotten, read_nick
from sandbox.state import Guild, Member, Role
from sandbox.views import guild_view
from sandbox.wire import answer

routes = web.RouteTableDef()
_GUILD = "/people/{person}/guilds/{guild}"


@routes.put(_GUILD)
async def join(request: web.Request) -> web.Response:
    who, guild = await _asked(request)
    if who.person.id in guild.bans:
        raise DiscordError(Why.BANNED)
    if who.person.id not in guild.members:
        who.core.members.join(guild, who.person.id)
    return _shown(who, guild)


@routes.delete(_GUILD)
async def leave(request: web.Request) -> web.Response:
    who, guild = await _asked(request)
    if guild.owner_id == who.person.id:
        raise ControlError(Problem.NOT_ALLOWED, f"{who.person.name} owns {guild.name} and cannot leave it")
    need(guild, who.person.id, 0)
    who.core.members.leave(guild, who.person.id)
    return answer({})


@routes.put(_GUILD + "/bot")
async def invite_bot(request: web.Request) -> web.Response:
    """With these `permissions`, or with those of an ordinary chat bot."""
    who, guild = await _asked(request)
    need(guild, who.person.id, Permission.MANAGE_GUILD)
    if who.core.store.bot_id in guild.bans:
        raise DiscordError(Why.BANNED)
    if who.core.store.bot_id not in guild.members:
        who.core.guilds.add_bot(guild, int(who.body.number("permissions", BOT_PERMISSIONS)), Deed(who.person.id))
    return _shown(who, guild)


@routes.put(_GUILD + "/nick")
async def set_nick(request: web.Request) -> web.Response:
    """The person's own, or that of a `user`."""
    who, guild = await _asked(request)
    user_id = user_named(who.core, who.body["user"]).id if "user" in who.body else who.person.id
    changes = read_nick({"nick": who.body["nick"]})
    need(guild, who.person.id, Permission.CHANGE_NICKNAME if user_id == who.person.id else 0)
    member = _member(guild, user_id)
    if user_id != who.person.id:
        check_member_changes(guild, who.person.id, member, changes)
    who.core.members.change(guild, user_id, changes, Deed(who.person.id))
    return _shown(who, guild)


def _member(guild: Guild, user_id: int) -> Member:
    if user_id not in guild.members:
        raise DiscordError(Why.UNKNOWN_MEMBER)
    return guild.members[user_id]


@routes.put(_GUILD + "/roles")
async def give_role(request: web.Request) -> web.Response:
    """A `role` to a `user`."""
    who, guild = await _asked(request)
    member, role = _member(guild, user_named(who.core, who.body["user"]).id), _role(guild, who.body["role"])
    may_give(guild, who.person.id, role)
    who.core.members.set_roles(guild, member.user_id, (*member.roles, role.id), Deed(who.person.id))
    return _shown(who, guild)


@routes.delete(_GUILD + "/roles")
async def take_role(request: web.Request) -> web.Response:
    who, guild = await _asked(request)
    member, role = _member(guild, user_named(who.core, who.body["user"]).id), _role(guild, who.body["role"])
    may_give(guild, who.person.id, role)
    left = [role_id for role_id in member.roles if role_id != role.id]
    who.core.members.set_roles(guild, member.user_id, left, Deed(who.person.id))
    return _shown(who, guild)


def _role(guild: Guild, name: str) -> Role:
    found = next((role for role in guild.roles.values() if role.name == name), None)
    if found is None:
        raise ControlError(Problem.UNKNOWN, f"{guild.name} has no role called {name}")
    return found


@routes.put(_GUILD + "/timeouts")
async def silence(request: web.Request) -> web.Response:
    """A `user` for so many `seconds`; 0 ends it."""
    who, guild = await _asked(request)
    member = _member(guild, user_named(who.core, who.body["user"]).id)
    seconds = who.body.number("seconds")
    if seconds > LONGEST_TIMEOUT:
        raise ControlError(Problem.REFUSED, "a timeout lasts 28 days at most")
    changes = {"silent_until": who.core.clock.now() + seconds if seconds > 0 else 0.0}
    check_member_changes(guild, who.person.id, member, changes)
    who.core.members.change(guild, member.user_id, changes, _deed(who))
    return _shown(who, guild)


@routes.post(_GUILD + "/kicks")
async def kick(request: web.Request) -> web.Response:
    who, guild = await _asked(request)
    user_id = _member(guild, user_named(who.core, who.body["user"]).id).user_id
    may_remove_member(guild, who.person.id, user_id, Permission.KICK_MEMBERS)
    who.core.members.kick(guild, user_id, _deed(who))
    return _shown(who, guild)


@routes.post(_GUILD + "/bans")
async def ban(request: web.Request) -> web.Response:
    who, guild = await _asked(request)
    user_id = user_named(who.core, who.body["user"]).id
    may_remove_member(guild, who.person.id, user_id, Permission.BAN_MEMBERS)
    if user_id not in guild.bans:
        who.core.members.ban(guild, user_id, _deed(who), forget_seconds=read_forgotten(who.body))
    return _shown(who, guild)


@routes.delete(_GUILD + "/bans")
async def unban(request: web.Request) -> web.Response:
    who, guild = await _asked(request)
    user_id = user_named(who.core, who.body["user"]).id
    need(guild, who.person.id, Permission.BAN_MEMBERS)
    if user_id not in guild.bans:
        raise DiscordError(Why.UNKNOWN_BAN)
    who.core.members.unban(guild, user_id, _deed(who))
    return _shown(who, guild)


async def _asked(request: web.Request) -> tuple[Asked, Guild]:
    who = await asked(request)
    return who, guild_named(who.core, request.match_info["guild"])


def _deed(who: Asked) -> Deed:
    return Deed(who.person.id, who.body.get("reason"))


def _shown(who: Asked, guild: Guild) -> web.Response:
    return answer(guild_view(who.core.store, guild))
