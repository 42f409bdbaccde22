"""The page in which people try a bot: its files, and what it needs to know that scripted people do not."""

from aiohttp import web

from sandbox.control.problems import explain, keep_out_strangers
from sandbox.core import CORE, Core
from sandbox.page import feed, files, history, overview
from sandbox.page.guard import harden

__all__ = ["index", "page"]


def page(core: Core) -> web.Application:
    """Everything below /page."""
    app = web.Application(middlewares=[harden, keep_out_strangers, explain])
    app[CORE] = core
    for part in (files, overview, history, feed):
        app.add_routes(part.routes)
    return app


async def index(request: web.Request) -> web.StreamResponse:
    """The page itself, at /."""
    return await harden(request, _index)


async def _index(request: web.Request) -> web.StreamResponse:
    return await keep_out_strangers(request, files.index)
