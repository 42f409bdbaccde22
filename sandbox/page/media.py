"""Files and pictures of messages: those that lie in the sandbox are shown, those of other servers only named."""

import mimetypes
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from sandbox.state import Attachment, Message
from sandbox.wire import Json

# What every browser draws; an SVG can carry scripts, and is offered for download only.
_IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"})


def attachment_view(message: Message, attachment: Attachment) -> Json:
    return {
        "id": str(attachment.id),
        "name": attachment.filename,
        "size": len(attachment.content),
        "url": _path(message, attachment),
        "image": is_image(attachment),
        "spoiler": attachment.filename.startswith("SPOILER_"),
        "description": attachment.description or "",
    }


def shown_files(view: object) -> Iterator[str]:
    """The ids of those files that embeds and components show, so that they are not listed a second time."""
    if isinstance(view, list):
        for each in view:
            yield from shown_files(each)
    elif isinstance(view, dict):
        if view.get("local"):
            yield view["id"]
        yield from shown_files(list(view.values()))


def is_image(attachment: Attachment) -> bool:
    kind = attachment.content_type.partition(";")[0].strip().casefold()
    if kind in ("", "application/octet-stream"):
        kind = mimetypes.guess_type(attachment.filename)[0] or ""
    return kind in _IMAGES


def media_view(message: Message, address: str, media: object) -> Json | None:
    """A picture or file that an embed or a component names by its address."""
    url = media.get("url") if isinstance(media, dict) else None
    if not isinstance(url, str):
        return None
    own = next((each for each in message.attachments if _names(address, message, each, url)), None)
    if own is not None:
        return {**attachment_view(message, own), "local": True}
    if not is_link(url):
        return None
    return {"local": False, "url": url, "host": urlsplit(url).hostname or url}


def is_link(url: object) -> bool:
    """Only what a browser opens as a page, never code."""
    if not isinstance(url, str):
        return False
    try:
        return urlsplit(url).scheme in ("http", "https")
    except ValueError:
        return False


def link(url: object) -> str | None:
    return str(url) if is_link(url) else None


def _path(message: Message, attachment: Attachment) -> str:
    return f"/attachments/{message.channel_id}/{attachment.id}/{quote(attachment.filename, safe='')}"


def _names(address: str, message: Message, attachment: Attachment, url: str) -> bool:
    if url == f"attachment://{attachment.filename}":
        return True
    return url.startswith(f"{address}/attachments/{message.channel_id}/{attachment.id}/")
