"""Downloads of what was attached, where Discord has its file servers."""

from urllib.parse import quote

from aiohttp import web

from sandbox.core import CORE
from sandbox.errors import DiscordError, Why
from sandbox.messages.pictures import picture
from sandbox.state import Attachment
from sandbox.store import Store
from sandbox.wire import answer

routes = web.RouteTableDef()
_END = 1 << 63
# Never a page of this origin, whatever the bot says that it is.
_HEADERS = {"Content-Security-Policy": "sandbox", "X-Content-Type-Options": "nosniff"}


@routes.get(r"/attachments/{channel:\d{1,20}}/{attachment:\d{1,20}}/{name}")
async def attachment(request: web.Request) -> web.Response:
    store = request.app[CORE].store
    channel_id, attachment_id = (int(request.match_info[name]) for name in ("channel", "attachment"))
    found = _find(store, channel_id, attachment_id) or store.forwarded.get(attachment_id)
    return _served(found)


@routes.get(r"/ephemeral-attachments/{channel:\d{1,20}}/{attachment:\d{1,20}}/{name}")
async def ephemeral(request: web.Request) -> web.Response:
    """What people gave to commands and modals."""
    return _served(request.app[CORE].uploads.get(int(request.match_info["attachment"])))


def _served(file: Attachment | None) -> web.Response:
    if file is None:
        return answer(DiscordError(Why.NOT_FOUND).body(), 404)
    seen = picture(file.content)
    kind = "application/octet-stream" if seen is None else seen.content_type
    disposition = f'attachment; filename="{quote(file.filename)}"'
    headers = {**_HEADERS, "Content-Type": kind, "Content-Disposition": disposition}
    return web.Response(body=file.content, headers=headers)


def _find(store: Store, channel_id: int, attachment_id: int) -> Attachment | None:
    shelf = store.shelves.get(channel_id)
    kept = (message for message in shelf.before(_END) if not message.deleted) if shelf else ()
    return next((each for message in kept for each in message.attachments if each.id == attachment_id), None)
