"""Pictures where Discord has its file servers: those of users, webhooks and servers, and emojis."""

import hashlib

from aiohttp import web

from sandbox.core import CORE
from sandbox.errors import DiscordError, Why
from sandbox.messages.emojis import custom_emoji
from sandbox.messages.painting import painted
from sandbox.messages.pictures import picture
from sandbox.snowflakes import read_snowflake
from sandbox.wire import answer

routes = web.RouteTableDef()
_KIND = "{kind:png|jpg|jpeg|gif|webp}"
_HASH = f"{{hash:(?:a_)?[0-9a-f]+}}.{_KIND}"
# The colours of Discord's own six faces.
_DEFAULTS = ("5865f2", "757e8a", "3ba55c", "faa61a", "ed4245", "eb459f")


@routes.get(r"/embed/avatars/{index:\d}.png")
async def default_avatar(request: web.Request) -> web.Response:
    index = int(request.match_info["index"])
    return _png(painted(_DEFAULTS[index])) if index < len(_DEFAULTS) else _missing()


@routes.get(rf"/{{sort:avatars|icons|banners|splashes|discovery-splashes|app-icons}}/{{owner:\d+}}/{_HASH}")
@routes.get(rf"/guilds/{{guild:\d+}}/users/{{user:\d+}}/{{sort:avatars|banners}}/{_HASH}")
async def stored_picture(request: web.Request) -> web.Response:
    """What was uploaded, whatever it is asked for as; or else a colour that the hash stands for."""
    name = request.match_info["hash"]
    stored = request.app[CORE].store.pictures.get(name)
    return _png(painted(_color(name))) if stored is None else _stored(stored)


@routes.get(rf"/emojis/{{emoji:\d+}}.{_KIND}")
async def emoji(request: web.Request) -> web.Response:
    name, store = request.match_info["emoji"], request.app[CORE].store
    if custom_emoji(store, read_snowflake(name)) is None:
        return _missing()
    return _stored(store.pictures[name]) if name in store.pictures else _png(painted(_color(name)))


@routes.get(rf"/stickers/{{sticker:\d+}}.{_KIND}")
async def sticker(request: web.Request) -> web.Response:
    """Of messages too, whose sticker its server has no longer."""
    stored = request.app[CORE].store.pictures.get(request.match_info["sticker"])
    return _missing() if stored is None else _stored(stored)


def _color(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:6]


def _png(content: bytes) -> web.Response:
    return web.Response(body=content, content_type="image/png", headers={"X-Content-Type-Options": "nosniff"})


def _stored(content: bytes) -> web.Response:
    """As what it is, and never as a page."""
    seen = picture(content)
    kind = "application/octet-stream" if seen is None else seen.content_type
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
    return web.Response(body=content, content_type=kind, headers=headers)


def _missing() -> web.Response:
    return answer(DiscordError(Why.NOT_FOUND).body(), 404)
