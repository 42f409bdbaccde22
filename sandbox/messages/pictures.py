"""How large a picture is, read from the first bytes of a PNG, GIF, JPEG or WebP file."""

from dataclasses import dataclass
from typing import Literal

_PNG = b"\x89PNG\r\n\x1a\n"
_GIF = (b"GIF87a", b"GIF89a")
_JPEG = b"\xff\xd8\xff"
# The markers of JPEG that begin a frame, where its size is; and those that stand alone.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE = frozenset(range(0xD0, 0xDA)) | {0x01}


@dataclass(frozen=True, slots=True)
class Picture:
    content_type: str
    width: int
    height: int


def picture(content: bytes) -> Picture | None:
    """None for what is none of these, or is cut short."""
    size = None
    kind = ""
    if content.startswith(_PNG) and content[12:16] == b"IHDR":
        kind, size = "image/png", _pair(content, 16, 4, "big")
    elif content.startswith(_GIF):
        kind, size = "image/gif", _pair(content, 6, 2, "little")
    elif content.startswith(_JPEG):
        kind, size = "image/jpeg", _jpeg(content)
    elif content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        kind, size = "image/webp", _webp(content)
    return None if size is None or not all(size) else Picture(kind, *size)


def _pair(content: bytes, at: int, width: int, order: Literal["big", "little"]) -> tuple[int, int] | None:
    if len(content) < at + 2 * width:
        return None
    first, second = content[at : at + width], content[at + width : at + 2 * width]
    return int.from_bytes(first, order), int.from_bytes(second, order)


def _jpeg(content: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 4 <= len(content) and content[at] == 0xFF:
        marker = content[at + 1]
        if marker in _FRAMES:
            size = _pair(content, at + 5, 2, "big")
            return None if size is None else (size[1], size[0])  # the height comes first
        at += 2 if marker in _BARE else 1 if marker == 0xFF else 2 + int.from_bytes(content[at + 2 : at + 4], "big")
    return None


def _webp(content: bytes) -> tuple[int, int] | None:
    kind = content[12:16]
    if kind == b"VP8X" and len(content) >= 30:
        return (
            1 + int.from_bytes(content[24:27], "little"),
            1 + int.from_bytes(content[27:30], "little"),
        )
    if kind == b"VP8L" and len(content) >= 25:
        bits = int.from_bytes(content[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    size = _pair(content, 26, 2, "little") if kind == b"VP8 " else None
    return None if size is None else (size[0] & 0x3FFF, size[1] & 0x3FFF)
