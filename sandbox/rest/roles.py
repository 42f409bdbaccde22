"""Roles of a guild."""

from collections import Counter

from aiohttp import web

from sandbox import payloads
from sandbox.core import Core
from sandbox.errors import DiscordError, Why
from sandbox.guilds.rights import above_role, may_grant, may_place, need
from sandbox.permissions import Permission
from sandbox.rest.access import deed
from sandbox.rest.bodies import guild_of, json_of, list_of, role_of
from sandbox.rules.roles import MOST_IN_GUILD, read_positions, read_role
from sandbox.state import Guild
from sandbox.wire import answer, nothing

routes = web.RouteTableDef()
_ROLES = "/guilds/{guild}/roles"


@routes.get(_ROLES)
async def roles(request: web.Request) -> web.Response:
    _, guild = guild_of(request)
    return answer([payloads.role(role) for role in guild.roles.values()])


@routes.get(_ROLES + "/member-counts")
async def counts(request: web.Request) -> web.Response:
    _, guild = guild_of(request)
    given = Counter(role_id for member in guild.members.values() for role_id in member.roles)
    return answer({str(role_id): given[role_id] for role_id in guild.roles if role_id != guild.id})


@routes.get(_ROLES + "/{role}")
async def role(request: web.Request) -> web.Response:
    _, guild = guild_of(request)
    return answer(payloads.role(role_of(request, guild)))


@routes.post(_ROLES)
async def create(request: web.Request) -> web.Response:
    core, guild = _guild(request)
    if len(guild.roles) >= MOST_IN_GUILD:
        raise DiscordError(Why.TOO_MANY_ROLES)
    given = read_role(guild, json_of(request))
    may_grant(guild, core.store.bot_id, given.get("permissions", 0))
    return answer(payloads.role(core.roles.create(guild, given, deed(request))))


@routes.patch(_ROLES)
async def place(request: web.Request) -> web.Response:
    core, guild = _guild(request)
    positions = read_positions(guild, list_of(request))
    may_place(guild, core.store.bot_id, positions)
    core.roles.place(guild, positions)
    return answer([payloads.role(role) for role in guild.roles.values()])


@routes.patch(_ROLES + "/{role}")
async def change(request: web.Request) -> web.Response:
    """Everyone's role keeps its name and stays unlisted."""
    core, guild = _guild(request)
    role = role_of(request, guild)
    above_role(guild, core.store.bot_id, role)
    changes = read_role(guild, json_of(request))
    if role.id == guild.id:
        changes = {key: value for key, value in changes.items() if key == "permissions"}
    # Only what the role did not allow yet has to be one's own.
    may_grant(guild, core.store.bot_id, changes.get("permissions", 0) & ~role.permissions)
    return answer(payloads.role(core.roles.change(guild, role, changes, deed(request))))


@routes.delete(_ROLES + "/{role}")
async def delete(request: web.Request) -> web.Response:
    core, guild = _guild(request)
    role = role_of(request, guild)
    if role.managed or role.id == guild.id:
        raise DiscordError(Why.INVALID_ROLE)
    above_role(guild, core.store.bot_id, role)
    core.roles.delete(guild, role, deed(request))
    return nothing()


def _guild(request: web.Request) -> tuple[Core, Guild]:
    core, guild = guild_of(request)
    need(guild, core.store.bot_id, Permission.MANAGE_ROLES)
    return core, guild
