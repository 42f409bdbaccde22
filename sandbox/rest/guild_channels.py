"""The channels of a guild: listed, made, and put in order."""

from aiohttp import web

from sandbox import payloads
from sandbox.core import Core
from sandbox.errors import DiscordError, Why
from sandbox.guilds.rights import may_overwrite, need, need_in
from sandbox.permissions import Permission
from sandbox.rest.access import deed, require
from sandbox.rest.bodies import guild_of, json_of, list_of
from sandbox.rules.channels import MOST_CHANNELS, read_moves, read_new_channel
from sandbox.rules.settings import Changes, snowflake
from sandbox.state import Channel, Guild
from sandbox.wire import answer, nothing

routes = web.RouteTableDef()


@routes.get("/guilds/{guild}/channels")
async def channels(request: web.Request) -> web.Response:
    core, guild = guild_of(request)
    shown = [each for each in guild.channels.values() if not each.is_thread]
    return answer([payloads.channel(core.store, each) for each in shown])


@routes.post("/guilds/{guild}/channels")
async def create(request: web.Request) -> web.Response:
    core, guild = guild_of(request)
    body = json_of(request)
    parent = guild.channels.get(snowflake(body.get("parent_id")) or 0)
    _need_at(core, guild, parent)
    if sum(not each.is_thread for each in guild.channels.values()) >= MOST_CHANNELS:
        raise DiscordError(Why.TOO_MANY_CHANNELS)
    given = read_new_channel(guild, body, core.snowflakes.next)
    may_overwrite(guild, (None, parent), core.store.bot_id, given.get("overwrites", {}).values())
    return answer(payloads.channel(core.store, core.places.create(guild, given, deed(request))), 201)


@routes.patch("/guilds/{guild}/channels")
async def arrange(request: web.Request) -> web.Response:
    """Channels that change their place, and at most one that changes its category."""
    core, guild = guild_of(request)
    moves = read_moves(guild, list_of(request))
    moved = [channel for channel, changes in moves if "parent_id" in changes]
    if len(moved) > 1:
        raise DiscordError(Why.ONE_PARENT_AT_A_TIME)
    for channel, changes in moves:
        _need_move(core, guild, channel, changes)
    for channel, changes in moves:
        lock = changes.pop("lock", False)
        parent = guild.channels.get(changes.get("parent_id", channel.parent_id) or 0)
        if lock and parent is not None:
            changes["overwrites"] = dict(parent.overwrites)
        core.places.change(channel, changes, deed(request))
    return nothing()


def _need_move(core: Core, guild: Guild, channel: Channel, changes: Changes) -> None:
    """Where a channel is or comes to, and for whoever is to see it from there on."""
    if "parent_id" in changes:
        require(core, channel, Permission.MANAGE_CHANNELS)
    _need_at(core, guild, guild.channels.get(changes.get("parent_id", channel.parent_id) or 0))
    if changes.get("lock"):
        require(core, channel, Permission.MANAGE_ROLES)


def _need_at(core: Core, guild: Guild, parent: Channel | None) -> None:
    """May the bot put channels there, in a category or outside of all?"""
    if parent is None:
        need(guild, core.store.bot_id, Permission.MANAGE_CHANNELS)
    else:
        need_in(guild, parent, core.store.bot_id, Permission.MANAGE_CHANNELS)
