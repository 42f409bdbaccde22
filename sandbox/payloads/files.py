"""Attachments as Discord's JSON, and which of them are shown elsewhere in their message."""

from collections.abc import Iterator

from sandbox.state import Attachment, Message
from sandbox.wire import Json

_SPOILER = 1 << 3


def file_url(address: str, channel_id: int, file: Attachment) -> str:
    return f"{address}/attachments/{channel_id}/{file.id}/{file.filename}"


def attachments(address: str, message: Message) -> list[Json]:
    """Without those that an embed or a component shows."""
    if not message.attachments:
        return []
    shown = set(shown_urls(message.embeds, message.components))
    listed = [attachment(address, message.channel_id, file) for file in message.attachments]
    return [each for each in listed if each["url"] not in shown]


def attachment(address: str, channel_id: int, file: Attachment) -> Json:
    url = file_url(address, channel_id, file)
    body: Json = {
        "id": str(file.id),
        "filename": file.filename,
        "size": len(file.content),
        "url": url,
        "proxy_url": url,
    }
    known: Json = {
        "content_type": file.content_type,
        "description": file.description,
        "title": file.title,
        "width": file.width,
        "height": file.height,
        "duration_secs": file.duration,
        "waveform": file.waveform,
        "flags": _SPOILER if file.spoiler else None,
    }
    return body | {name: value for name, value in known.items() if value is not None}


def shown_urls(embeds: list[Json], components: list[Json]) -> Iterator[str]:
    """The addresses that embeds and components show, so that their files are not listed a second time."""
    for embed in embeds:
        for name in ("image", "thumbnail"):
            yield from [embed[name]["url"]] if name in embed else []
        for name in ("footer", "author"):
            yield from [embed[name]["icon_url"]] if "icon_url" in embed.get(name, {}) else []
    yield from _component_urls(components)


def _component_urls(components: list[Json]) -> Iterator[str]:
    for part in components:
        yield from _component_urls(part.get("components") or [])
        if isinstance(part.get("accessory"), dict):
            yield from _component_urls([part["accessory"]])
        for holder in (part, *(part.get("items") or [])):
            yield from (str(holder[name].get("url")) for name in ("media", "file") if name in holder)
