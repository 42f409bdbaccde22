"""What stage channels are about while they are open."""

from aiohttp import web

from sandbox import payloads
from sandbox.core import CORE, Core
from sandbox.errors import DiscordError, Why
from sandbox.happenings import Stage
from sandbox.permissions import Permission
from sandbox.rest.access import deed, require
from sandbox.rest.bodies import json_of, place_of
from sandbox.rules.happenings import read_stage
from sandbox.state import Channel, ChannelKind, Guild
from sandbox.wire import answer, nothing

routes = web.RouteTableDef()
_STAGE = "/stage-instances/{channel}"
# What makes somebody a moderator of a stage.
_MODERATES = Permission.MANAGE_CHANNELS | Permission.MUTE_MEMBERS | Permission.MOVE_MEMBERS


@routes.post("/stage-instances")
async def open_stage(request: web.Request) -> web.Response:
    core = request.app[CORE]
    given = read_stage(json_of(request), new=True)
    channel = core.store.channels.get(given["channel_id"])
    guild = None if channel is None else core.store.guild_of(channel)
    if channel is None or guild is None:
        raise DiscordError(Why.UNKNOWN_CHANNEL)
    if channel.kind != ChannelKind.STAGE:
        raise DiscordError(Why.WRONG_CHANNEL_TYPE)
    require(core, channel, _MODERATES)
    if channel.id in guild.stages:
        raise DiscordError(Why.STAGE_IS_OPEN)
    return answer(payloads.stage(guild, core.happenings.open(guild, channel.id, given["topic"], deed(request))))


@routes.get(_STAGE)
async def stage(request: web.Request) -> web.Response:
    core, guild, channel, stage = _stage_of(request)
    require(core, channel, Permission.VIEW_CHANNEL)
    return answer(payloads.stage(guild, stage))


@routes.patch(_STAGE)
async def change(request: web.Request) -> web.Response:
    core, guild, channel, stage = _stage_of(request)
    require(core, channel, _MODERATES)
    topic = read_stage(json_of(request), new=False).get("topic", stage.topic)
    return answer(payloads.stage(guild, core.happenings.rename(guild, stage, topic, deed(request))))


@routes.delete(_STAGE)
async def close(request: web.Request) -> web.Response:
    core, guild, channel, stage = _stage_of(request)
    require(core, channel, _MODERATES)
    core.happenings.close(guild, stage, deed(request))
    return nothing()


def _stage_of(request: web.Request) -> tuple[Core, Guild, Channel, Stage]:
    core, guild, channel = place_of(request)
    found = guild.stages.get(channel.id)
    if found is None:
        raise DiscordError(Why.UNKNOWN_STAGE)
    return core, guild, channel, found
