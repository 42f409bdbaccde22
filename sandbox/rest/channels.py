"""One channel: shown, changed, deleted; its overwrites, and typing in it."""

from aiohttp import web

from sandbox import payloads
from sandbox.core import Core
from sandbox.errors import DiscordError, Why
from sandbox.guilds.rights import may_overwrite, may_write, need_in
from sandbox.permissions import Permission
from sandbox.rest.access import deed, require
from sandbox.rest.bodies import channel_of, id_of, json_of, place_of
from sandbox.rest.threads import change_thread, delete_thread
from sandbox.rules.channels import read_channel_changes, read_overwrite
from sandbox.rules.form import Form
from sandbox.rules.settings import Settings
from sandbox.state import Channel, ChannelKind, Guild
from sandbox.wire import answer, nothing

routes = web.RouteTableDef()


@routes.get("/channels/{channel}")
async def channel(request: web.Request) -> web.Response:
    core, channel = channel_of(request)
    require(core, channel, Permission.VIEW_CHANNEL)
    return answer(payloads.own_channel(core.store, channel))


@routes.patch("/channels/{channel}")
async def change(request: web.Request) -> web.Response:
    core, channel = channel_of(request)
    require(core, channel, Permission.VIEW_CHANNEL)
    guild = core.store.guild_of(channel)
    if guild is None:
        raise DiscordError(Why.NOT_IN_DIRECT)
    if channel.is_thread:
        change_thread(core, guild, channel, json_of(request), deed(request))
    else:
        _change(core, guild, channel, request)
    return answer(payloads.own_channel(core.store, channel))


def _change(core: Core, guild: Guild, channel: Channel, request: web.Request) -> None:
    require(core, channel, Permission.MANAGE_CHANNELS)
    changes = read_channel_changes(guild, channel, json_of(request), core.snowflakes.next)
    parent = guild.channels.get(changes.get("parent_id") or 0)
    if parent is not None:
        need_in(guild, parent, core.store.bot_id, Permission.MANAGE_CHANNELS)
    overwrites = changes.get("overwrites", channel.overwrites)
    if overwrites == channel.overwrites:
        changes.pop("overwrites", None)
    else:
        require(core, channel, Permission.MANAGE_ROLES)
        may_overwrite(guild, (channel, _parent(guild, channel)), core.store.bot_id, overwrites.values())
    core.places.change(channel, changes, deed(request))


@routes.delete("/channels/{channel}")
async def delete(request: web.Request) -> web.Response:
    """A direct message is closed only, and so stays as it is."""
    core, channel = channel_of(request)
    require(core, channel, Permission.VIEW_CHANNEL)
    body = payloads.channel(core.store, channel)
    if channel.kind == ChannelKind.DIRECT:
        return answer(body)
    if channel.is_thread:
        delete_thread(core, channel, deed(request))
        return answer(body)
    require(core, channel, Permission.MANAGE_CHANNELS)
    core.places.delete(channel, deed(request))
    return answer(body)


@routes.put("/channels/{channel}/permissions/{overwrite}")
async def set_overwrite(request: web.Request) -> web.Response:
    core, guild, channel = place_of(request)
    require(core, channel, Permission.MANAGE_ROLES)
    overwrite_id = id_of(request, "overwrite", Why.UNKNOWN_OVERWRITE)
    form = Form()
    overwrite = read_overwrite(Settings(form, json_of(request)), guild, overwrite_id)
    form.done()
    if overwrite_id not in (core.store.users if overwrite.of_member else guild.roles):
        raise DiscordError(Why.UNKNOWN_OVERWRITE)
    may_overwrite(guild, (channel, _parent(guild, channel)), core.store.bot_id, [overwrite])
    core.places.set_overwrite(channel, overwrite, deed(request))
    return nothing()


@routes.delete("/channels/{channel}/permissions/{overwrite}")
async def clear_overwrite(request: web.Request) -> web.Response:
    core, _, channel = place_of(request)
    require(core, channel, Permission.MANAGE_ROLES)
    overwrite_id = id_of(request, "overwrite", Why.UNKNOWN_OVERWRITE)
    if overwrite_id not in channel.overwrites:
        raise DiscordError(Why.UNKNOWN_OVERWRITE)
    core.places.clear_overwrite(channel, overwrite_id, deed(request))
    return nothing()


def _parent(guild: Guild, channel: Channel) -> Channel | None:
    return guild.channels.get(channel.parent_id or 0)


@routes.post("/channels/{channel}/typing")
async def typing(request: web.Request) -> web.Response:
    core, channel = channel_of(request)
    may_write(core.store, channel, core.store.bot_id)
    core.posting.type(channel, core.store.bot_id)
    return nothing()
