"""Invites to the channels of guilds."""

from aiohttp import web

from sandbox import payloads
from sandbox.core import CORE, Core
from sandbox.errors import DiscordError, Why
from sandbox.guilds.rights import need
from sandbox.permissions import Permission, allows, in_channel, in_guild
from sandbox.rest.access import deed, require
from sandbox.rest.bodies import guild_of, json_of, place_of
from sandbox.rest.queries import flag_in
from sandbox.rules.guilds import read_invite
from sandbox.state import ChannelKind, Guild, Invite
from sandbox.wire import Json, answer

routes = web.RouteTableDef()


@routes.get("/channels/{channel}/invites")
async def of_channel(request: web.Request) -> web.Response:
    core, guild, channel = place_of(request)
    require(core, channel, Permission.MANAGE_CHANNELS)
    found = [invite for invite in core.invites.good(guild) if invite.channel_id == channel.id]
    return answer([_shown(core, guild, invite) for invite in found])


@routes.post("/channels/{channel}/invites")
async def create(request: web.Request) -> web.Response:
    core, guild, channel = place_of(request)
    require(core, channel, Permission.CREATE_INSTANT_INVITE)
    if channel.kind == ChannelKind.CATEGORY:
        raise DiscordError(Why.WRONG_CHANNEL_TYPE)
    invite = core.invites.create(guild, channel, read_invite(json_of(request)), deed(request))
    return answer(_shown(core, guild, invite))


@routes.get("/guilds/{guild}/invites")
async def of_guild(request: web.Request) -> web.Response:
    """How often they were used only managers are told."""
    core, guild = guild_of(request)
    manages = allows(in_guild(guild, core.store.bot_id), Permission.MANAGE_GUILD)
    if not manages:
        need(guild, core.store.bot_id, Permission.VIEW_AUDIT_LOG)
    good = core.invites.good(guild)
    if manages:
        return answer([_shown(core, guild, invite) for invite in good])
    return answer([payloads.invite(core.store, guild, invite) for invite in good])


def _shown(core: Core, guild: Guild, invite: Invite) -> Json:
    return {**payloads.invite(core.store, guild, invite), **payloads.invite_metadata(invite)}


@routes.get("/invites/{code}")
async def one(request: web.Request) -> web.Response:
    core, guild, invite = _found(request)
    body = payloads.invite(core.store, guild, invite)
    return answer({**body, **payloads.counts(guild)} if flag_in(request, "with_counts") else body)


@routes.delete("/invites/{code}")
async def revoke(request: web.Request) -> web.Response:
    core, guild, invite = _found(request)
    channel, bot_id = guild.channels[invite.channel_id], core.store.bot_id
    need(guild, bot_id, 0)
    manages = in_channel(guild, channel, bot_id) & Permission.MANAGE_CHANNELS
    if not manages and not in_guild(guild, bot_id) & Permission.MANAGE_GUILD:
        raise DiscordError(Why.MISSING_PERMISSIONS)
    body = payloads.invite(core.store, guild, invite)
    core.invites.revoke(guild, invite, deed(request))
    return answer(body)


def _found(request: web.Request) -> tuple[Core, Guild, Invite]:
    core = request.app[CORE]
    found = core.invites.find(request.match_info["code"])
    if found is None:
        raise DiscordError(Why.UNKNOWN_INVITE)
    return core, *found
