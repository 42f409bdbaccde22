"""Guilds, their channels, roles and members."""

from aiohttp import web

from sandbox import payloads
from sandbox.core import CORE, Core
from sandbox.errors import DiscordError, Why
from sandbox.gateway.intents import Intent
from sandbox.rest.bodies import id_of
from sandbox.state import Guild
from sandbox.wire import Json, answer

routes = web.RouteTableDef()


def guild_of(request: web.Request) -> tuple[Core, Guild]:
    core = request.app[CORE]
    guild = core.store.guilds.get(id_of(request, "guild", Why.UNKNOWN_GUILD))
    if guild is None:
        raise DiscordError(Why.UNKNOWN_GUILD)
    return core, guild


@routes.get("/guilds/{guild}")
async def guild(request: web.Request) -> web.Response:
    _, guild = guild_of(request)
    body: Json = payloads.guild(guild)
    if request.query.get("with_counts", "").lower() in ("1", "true"):
        body |= {"approximate_member_count": len(guild.members), "approximate_presence_count": 0}
    return answer(body)


@routes.get("/guilds/{guild}/channels")
async def channels(request: web.Request) -> web.Response:
    core, guild = guild_of(request)
    shown = [each for each in guild.channels.values() if not each.is_thread]
    return answer([payloads.channel(core.store, each) for each in shown])


@routes.get("/guilds/{guild}/threads/active")
async def threads(request: web.Request) -> web.Response:
    core, guild = guild_of(request)
    shown = [each for each in guild.channels.values() if each.is_thread]
    return answer({"threads": [payloads.channel(core.store, each) for each in shown], "members": []})


@routes.get("/guilds/{guild}/roles")
async def roles(request: web.Request) -> web.Response:
    _, guild = guild_of(request)
    return answer([payloads.role(role) for role in guild.roles.values()])


@routes.get("/guilds/{guild}/members")
async def members(request: web.Request) -> web.Response:
    """Only for applications with the members intent, as on Discord."""
    core, guild = guild_of(request)
    if not core.privileged_intents & Intent.GUILD_MEMBERS:
        raise DiscordError(Why.MISSING_ACCESS)
    return answer([payloads.full_member(core.store, member) for member in guild.members.values()])


@routes.get("/guilds/{guild}/members/{user}")
async def member(request: web.Request) -> web.Response:
    core, guild = guild_of(request)
    user_id = id_of(request, "user", Why.UNKNOWN_USER)
    if user_id not in core.store.users:
        raise DiscordError(Why.UNKNOWN_USER)
    if user_id not in guild.members:
        raise DiscordError(Why.UNKNOWN_MEMBER)
    return answer(payloads.full_member(core.store, guild.members[user_id]))
