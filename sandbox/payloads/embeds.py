"""Embeds as Discord's JSON: the files that they show have their addresses, and sizes if they are pictures."""

from collections.abc import Iterator

from sandbox.payloads.files import file_url
from sandbox.rules.urls import OWN
from sandbox.state import Message, MessageFlag
from sandbox.wire import Json


def embeds(address: str, message: Message) -> list[Json]:
    """None of them where they are suppressed."""
    if message.flags & MessageFlag.SUPPRESS_EMBEDS:
        return []
    return [_embed(address, message, embed) for embed in message.embeds]


def _embed(address: str, message: Message, embed: Json) -> Json:
    shown: Json = {}
    for name, part in embed.items():
        if name in ("image", "thumbnail"):
            picture = _picture(address, message, part["url"])
            shown |= {} if picture is None else {name: picture}
        elif name in ("footer", "author") and "icon_url" in part:
            shown[name] = _with_icon(address, message, part)
        else:
            shown[name] = part
    return shown


def _with_icon(address: str, message: Message, part: Json) -> Json:
    picture = _picture(address, message, part["icon_url"])
    rest = {name: value for name, value in part.items() if name != "icon_url"}
    return rest if picture is None else {**rest, "icon_url": picture["url"], "proxy_icon_url": picture["proxy_url"]}


def _picture(address: str, message: Message, url: str) -> Json | None:
    """Nothing is fetched from elsewhere, so such an address stands for Discord's copy too."""
    if not url.startswith(OWN):
        return {"url": url, "proxy_url": url}
    file = next((each for each in message.attachments if each.filename == url.removeprefix(OWN)), None)
    if file is None:
        return None
    own = file_url(address, message.channel_id, file)
    known = {"width": file.width, "height": file.height, "content_type": file.content_type}
    return {"url": own, "proxy_url": own, **{name: value for name, value in known.items() if value is not None}}


def shown_names(embeds: list[Json]) -> Iterator[str]:
    """The files that embeds show."""
    for embed in embeds:
        for name, key in (("image", "url"), ("thumbnail", "url"), ("footer", "icon_url"), ("author", "icon_url")):
            url = embed.get(name, {}).get(key, "")
            if url.startswith(OWN):
                yield url.removeprefix(OWN)
