"""Reads what a body says of its files, and names them as Discord does."""

import mimetypes
import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from sandbox.errors import DiscordError, Why
from sandbox.rules.form import Form, Path
from sandbox.wire import Json

MOST_FILE = 10 * 1024 * 1024
MOST_FILES = 10
MOST_DESCRIPTION = 1024
_GAPS = re.compile(r"[\s/\\]+")
_ODD = re.compile(r"[^A-Za-z0-9_.\-]")
_KINDS = mimetypes.MimeTypes()  # the table of Python and not of the machine: the same everywhere
for _kind, _ending in (
    ("audio/ogg", ".ogg"),
    ("audio/flac", ".flac"),
    ("audio/mp4", ".m4a"),
    ("image/webp", ".webp"),
    ("video/webm", ".webm"),
):
    _KINDS.add_type(_kind, _ending)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file of a multipart body; `index` is the number in `files[0]`."""

    index: int
    filename: str
    content: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One of `attachments`: a new file by its number, or one that an edit keeps by its id. None is left as it is."""

    id: int
    filename: str | None = None
    description: str | None = None
    title: str | None = None
    duration: float | None = None
    waveform: str | None = None
    spoiler: bool | None = None


def read_entries(form: Form, body: Json) -> tuple[Entry, ...] | None:
    if "attachments" not in body:
        return None
    items = form.listed(("attachments",), body["attachments"] or [])
    form.longest_list(("attachments",), items, MOST_FILES)
    return tuple(_entry(form, item, ("attachments", index)) for index, item in enumerate(items))


def _entry(form: Form, item: Json, path: Path) -> Entry:
    if item.get("id") is None:
        form.required((*path, "id"))
    duration = item.get("duration_secs")
    if duration is not None and (isinstance(duration, bool) or not isinstance(duration, int | float)):
        form.wrong((*path, "duration_secs"), "NUMBER_TYPE_COERCE", f'Value "{duration}" is not float.')
        duration = None
    spoiler = item.get("is_spoiler")
    return Entry(
        id=form.snowflake((*path, "id"), item.get("id")) or 0,
        filename=form.text((*path, "filename"), item.get("filename"), 1024),
        description=form.text((*path, "description"), item.get("description"), MOST_DESCRIPTION),
        title=form.text((*path, "title"), item.get("title"), 1024),
        duration=duration,
        waveform=form.text((*path, "waveform"), item.get("waveform"), 400),
        spoiler=None if spoiler is None else bool(spoiler),
    )


def check_sizes(uploads: tuple[Upload, ...]) -> None:
    """Raises DiscordError."""
    if any(len(upload.content) > MOST_FILE for upload in uploads):
        raise DiscordError(Why.TOO_LARGE)


def clean_name(filename: str) -> str:
    """Letters, digits and `_.-` stay, gaps and slashes become `_`, the rest goes: no name leads anywhere else."""
    whole = _GAPS.sub("_", filename.strip())
    name = _ODD.sub("", whole)
    if not name.strip("._"):
        return "unknown"
    if whole.startswith("."):
        return name.lstrip(".")
    return f"unknown{name}" if name.startswith(".") else name


def content_type(filename: str, declared: str = "") -> str | None:
    """By the end of the name, else what the upload said; None where neither says anything."""
    guessed = _KINDS.guess_type(filename)[0]
    if guessed is None:
        return declared if declared not in ("", "application/octet-stream") else None
    return f"{guessed}; charset=utf-8" if guessed.startswith("text/") else guessed


def stem(filename: str) -> str:
    return PurePosixPath(filename).stem
