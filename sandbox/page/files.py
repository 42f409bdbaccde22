"""The files of the page, as they lie in `static/`."""

from pathlib import Path

from aiohttp import web

from sandbox.errors import DiscordError, Why
from sandbox.wire import answer

routes = web.RouteTableDef()
_FOLDER = Path(__file__).parent / "static"
# What a system's own table says of these names differs, and a browser runs no script of another type.
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


async def index(request: web.Request) -> web.StreamResponse:
    return _file("index.html")


@routes.get(r"/static/{name:[a-z0-9-]+\.(?:css|js|svg)}")
async def static(request: web.Request) -> web.StreamResponse:
    return _file(request.match_info["name"])


def _file(name: str) -> web.StreamResponse:
    """With a tag, so that a browser asks whether its copy is still good and is told so in a word."""
    path = _FOLDER / name
    if not path.is_file():
        return answer(DiscordError(Why.NOT_FOUND).body(), 404)
    return web.FileResponse(path, headers={"Content-Type": _TYPES[path.suffix], "Cache-Control": "no-cache"})
