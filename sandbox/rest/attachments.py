"""Downloads of what was attached, where Discord has its file servers."""

from aiohttp import web

from sandbox.core import CORE, Core
from sandbox.errors import DiscordError, Why
from sandbox.state import Attachment
from sandbox.wire import answer

routes = web.RouteTableDef()
_END = 1 << 63
# Never a page of this origin, whatever the bot says that it is.
_HEADERS = {
    "Content-Type": "application/octet-stream",
    "Content-Security-Policy": "sandbox",
    "X-Content-Type-Options": "nosniff",
}


@routes.get(r"/attachments/{channel:\d+}/{attachment:\d+}/{name}")
async def attachment(request: web.Request) -> web.Response:
    channel_id, attachment_id = int(request.match_info["channel"]), int(request.match_info["attachment"])
    found = _find(request.app[CORE], channel_id, attachment_id)
    if found is None:
        return answer(DiscordError(Why.NOT_FOUND).body(), 404)
    return web.Response(body=found.content, headers=_HEADERS)


@routes.get(r"/ephemeral-attachments/{channel:\d+}/{attachment:\d+}/{name}")
async def ephemeral(request: web.Request) -> web.Response:
    """What people gave to commands and modals."""
    found = request.app[CORE].uploads.get(int(request.match_info["attachment"]))
    if found is None:
        return answer(DiscordError(Why.NOT_FOUND).body(), 404)
    return web.Response(body=found.content, headers=_HEADERS)


def _find(core: Core, channel_id: int, attachment_id: int) -> Attachment | None:
    shelf = core.store.shelves.get(channel_id)
    kept = (message for message in shelf.before(_END) if not message.deleted) if shelf else ()
    return next((each for message in kept for each in message.attachments if each.id == attachment_id), None)
