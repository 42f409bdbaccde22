"""Attachments as Discord's JSON."""

from sandbox.state import Attachment
from sandbox.store import Store
from sandbox.wire import Json

_SPOILER = 1 << 3


def file_url(address: str, channel_id: int, file: Attachment) -> str:
    return f"{address}/attachments/{channel_id}/{file.id}/{file.filename}"


def attachment(store: Store, channel_id: int, file: Attachment) -> Json:
    url = file_url(store.address, channel_id, file)
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


def ephemeral_attachment(store: Store, channel_id: int, file: Attachment) -> Json:
    """A file that somebody gave to a command or a modal."""
    url = f"{store.address}/ephemeral-attachments/{channel_id}/{file.id}/{file.filename}"
    return {**attachment(store, channel_id, file), "url": url, "proxy_url": url, "ephemeral": True}
