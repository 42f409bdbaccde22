"""What happens, for one open page: messages as the page draws them, typing, answers, and the bot's coming and going."""

from functools import partial

from aiohttp import web

from sandbox.control.streaming import stream
from sandbox.page.messages import message_view
from sandbox.page.overview import online
from sandbox.page.viewer import asked_by_page

routes = web.RouteTableDef()


@routes.get("/as/{person}/feed")
async def feed(request: web.Request) -> web.WebSocketResponse:
    who, viewer = await asked_by_page(request)
    view = partial(message_view, viewer)
    with who.core.feeds.open(who.person.id, view) as items:
        hello = {"kind": "hello", "sequence": who.core.feeds.sequence, "online": online(who.core)}
        return await stream(request, hello, items)
