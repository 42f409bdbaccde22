"""Reads stickers, or what Discord would say is wrong with them."""

import orjson

from sandbox.errors import DiscordError, Why
from sandbox.expressions import StickerFormat
from sandbox.rules.attachments import Upload
from sandbox.rules.form import Form
from sandbox.rules.settings import Changes, Settings
from sandbox.wire import Json

LEAST_NAME, MOST_NAME = 2, 30
MOST_TAGS, MOST_DESCRIPTION = 200, 100
MOST_BYTES = 512 * 1024
_PNG, _MOVES = b"\x89PNG\r\n\x1a\n", b"acTL"


def read_sticker(body: Json, *, new: bool) -> Changes:
    """Raises DiscordError."""
    form = Form()
    fields = Settings(form, body)
    if new:
        fields.require("name")
        fields.require("tags")
    fields.text("name", LEAST_NAME, MOST_NAME)
    fields.text("tags", 1, MOST_TAGS)
    fields.text("description", 0, MOST_DESCRIPTION, empty=None)
    form.done()
    return fields.found


def sticker_format(uploads: tuple[Upload, ...]) -> tuple[bytes, StickerFormat]:
    """Raises DiscordError for no file, a large one, and one of another kind."""
    form = Form()
    if not uploads:
        form.required(("file",))
        form.done()
    content = uploads[0].content
    if len(content) > MOST_BYTES:
        form.wrong(("file",), "BINARY_TYPE_MAX_SIZE", "File cannot be larger than 512.0 kb.")
    form.done()
    if content.startswith(_PNG):
        return content, StickerFormat.APNG if _MOVES in content else StickerFormat.PNG
    if content.startswith(b"GIF8"):
        return content, StickerFormat.GIF
    if _is_lottie(content):  # which only a few guilds may have
        raise DiscordError(Why.MISSING_PERMISSIONS)
    raise DiscordError(Why.INVALID_STICKER_FILE)


def _is_lottie(content: bytes) -> bool:
    try:
        return isinstance(orjson.loads(content), dict)
    except orjson.JSONDecodeError:
        return False
