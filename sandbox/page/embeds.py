"""Embeds as the page draws them."""

from typing import Any

from sandbox.page.media import link, media_view
from sandbox.page.text import embed_html, title_html
from sandbox.page.viewer import Viewer
from sandbox.state import Guild, Message
from sandbox.wire import Json


def embed_view(viewer: Viewer, message: Message, embed: Json, guild: Guild | None) -> Json:
    address = viewer.store.address
    color = embed.get("color")
    return {
        "color": f"#{color:06x}" if isinstance(color, int) else None,
        "url": link(embed.get("url")),
        "provider": _text(embed.get("provider"), "name"),
        "author": _author(embed.get("author")),
        "title": title_html(viewer, str(embed.get("title") or ""), guild),
        "description": embed_html(viewer, str(embed.get("description") or ""), guild),
        "fields": [_field(viewer, field, guild) for field in embed.get("fields") or []],
        "thumbnail": media_view(message, address, embed.get("thumbnail")),
        "image": media_view(message, address, embed.get("image")),
        "footer": _text(embed.get("footer"), "text"),
        "timestamp": embed.get("timestamp"),
    }


def _field(viewer: Viewer, field: Json, guild: Guild | None) -> Json:
    return {
        "name": title_html(viewer, str(field.get("name") or ""), guild),
        "value": embed_html(viewer, str(field.get("value") or ""), guild),
        "inline": bool(field.get("inline")),
    }


def _author(author: Any) -> Json | None:
    if not isinstance(author, dict) or not author.get("name"):
        return None
    return {"name": str(author["name"]), "url": link(author.get("url"))}


def _text(part: Any, name: str) -> str:
    return str(part.get(name) or "") if isinstance(part, dict) else ""
