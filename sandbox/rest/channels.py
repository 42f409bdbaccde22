"""Channels, and typing in them."""

from aiohttp import web

from sandbox import payloads
from sandbox.permissions import Permission
from sandbox.rest.access import require
from sandbox.rest.bodies import channel_of
from sandbox.wire import answer, nothing

routes = web.RouteTableDef()


@routes.get("/channels/{channel}")
async def channel(request: web.Request) -> web.Response:
    core, channel = channel_of(request)
    require(core, channel, Permission.VIEW_CHANNEL)
    return answer(payloads.channel(core.store, channel))


@routes.post("/channels/{channel}/typing")
async def typing(request: web.Request) -> web.Response:
    core, channel = channel_of(request)
    require(core, channel, Permission.SEND_MESSAGES)
    core.posting.type(channel, core.store.bot_id)
    return nothing()
