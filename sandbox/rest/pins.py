"""Pinned messages, on the paths of today and on the old ones."""

from aiohttp import web

from sandbox import payloads
from sandbox.core import Core
from sandbox.guilds.thread_rights import need_active
from sandbox.permissions import Permission, in_channel
from sandbox.rest.access import deed, require, shown
from sandbox.rest.bodies import channel_of, message_of
from sandbox.rest.queries import limit_in, moment_in
from sandbox.state import Channel, Message
from sandbox.wire import answer, nothing

routes = web.RouteTableDef()
MOST_AT_ONCE = 50


def _readable(core: Core, channel: Channel) -> list[tuple[float, Message]]:
    """None of them for those who may not read what was before."""
    require(core, channel, Permission.VIEW_CHANNEL)
    bits = in_channel(core.store.guild_of(channel), channel, core.store.bot_id)
    return core.pins.of(channel) if bits & Permission.READ_MESSAGE_HISTORY else []


@routes.get("/channels/{channel}/messages/pins")
async def listed(request: web.Request) -> web.Response:
    core, channel = channel_of(request)
    limit, before = limit_in(request, MOST_AT_ONCE, MOST_AT_ONCE), moment_in(request, "before")
    found = [(at, message) for at, message in _readable(core, channel) if before is None or at < before]
    items = [
        {"pinned_at": payloads.stamp(at), "message": shown(core, channel, message)} for at, message in found[:limit]
    ]
    return answer({"items": items, "has_more": len(found) > limit})


@routes.get("/channels/{channel}/pins")
async def first(request: web.Request) -> web.Response:
    core, channel = channel_of(request)
    return answer([shown(core, channel, message) for _, message in _readable(core, channel)[:MOST_AT_ONCE]])


@routes.put("/channels/{channel}/messages/pins/{message}")
@routes.put("/channels/{channel}/pins/{message}")
async def pin(request: web.Request) -> web.Response:
    core, message = _pinnable(request)
    core.pins.pin(message, deed(request))
    return nothing()


@routes.delete("/channels/{channel}/messages/pins/{message}")
@routes.delete("/channels/{channel}/pins/{message}")
async def unpin(request: web.Request) -> web.Response:
    core, message = _pinnable(request)
    core.pins.unpin(message, deed(request))
    return nothing()


def _pinnable(request: web.Request) -> tuple[Core, Message]:
    core, channel, message = message_of(request)
    require(core, channel, Permission.VIEW_CHANNEL)
    if channel.guild_id is not None:  # in a direct message both may
        require(core, channel, Permission.PIN_MESSAGES)
    need_active(channel)
    return core, message
