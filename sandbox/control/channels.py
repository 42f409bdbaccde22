"""Channels that people with the permission for it make, change and delete."""

from aiohttp import web

from sandbox.control.asked import Asked, asked, channel_named, guild_named
from sandbox.control.problems import ControlError, Problem
from sandbox.guilds.audit import Deed
from sandbox.guilds.rights import may_overwrite, need, need_in
from sandbox.permissions import Permission
from sandbox.rooms import KINDS
from sandbox.rules.channels import read_channel_changes, read_new_channel
from sandbox.state import Channel, Guild
from sandbox.views import place_view
from sandbox.wire import answer

routes = web.RouteTableDef()


@routes.post("/people/{person}/channels")
async def create(request: web.Request) -> web.Response:
    """With the fields of the API, but `kind` in words and a `category` by name."""
    who = await asked(request)
    guild = guild_named(who.core, who.body["guild"])
    need(guild, who.person.id, Permission.MANAGE_CHANNELS)
    body = {**who.body, "type": _kind(who)}
    parent = None
    if who.body.get("category") is not None:
        parent = channel_named(who.core, who.person, who.body["category"])
        body["parent_id"] = str(parent.id)
    given = read_new_channel(guild, body, who.core.snowflakes.next)
    may_overwrite(guild, (None, parent), who.person.id, given.get("overwrites", {}).values())
    made = who.core.places.create(guild, given, Deed(who.person.id))
    return answer(place_view(who.core.store, made))


def _kind(who: Asked) -> int:
    kind = who.body.get("kind", "text")
    if kind not in KINDS:
        raise ControlError(Problem.UNKNOWN, f"there is no kind {kind!r} of channel, only {', '.join(KINDS)}")
    return int(KINDS[kind])


@routes.patch("/people/{person}/channels/{channel}")
async def change(request: web.Request) -> web.Response:
    """With the fields of the API."""
    who = await asked(request)
    channel, guild = _channel(who, request)
    need_in(guild, channel, who.person.id, Permission.MANAGE_CHANNELS)
    changes = read_channel_changes(guild, channel, dict(who.body), who.core.snowflakes.next)
    if "overwrites" in changes:
        need_in(guild, channel, who.person.id, Permission.MANAGE_ROLES)
        parent = guild.channels.get(channel.parent_id or 0)
        may_overwrite(guild, (channel, parent), who.person.id, changes["overwrites"].values())
    who.core.places.change(channel, changes, Deed(who.person.id))
    return answer(place_view(who.core.store, channel))


@routes.delete("/people/{person}/channels/{channel}")
async def delete(request: web.Request) -> web.Response:
    who = await asked(request)
    channel, guild = _channel(who, request)
    need_in(guild, channel, who.person.id, Permission.MANAGE_CHANNELS)
    who.core.places.delete(channel, Deed(who.person.id))
    return answer({})


def _channel(who: Asked, request: web.Request) -> tuple[Channel, Guild]:
    channel = channel_named(who.core, who.person, request.match_info["channel"])
    guild = who.core.store.guild_of(channel)
    if guild is None or channel.is_thread:
        raise ControlError(Problem.UNKNOWN, f"{request.match_info['channel']} is no channel of a server")
    return channel, guild
