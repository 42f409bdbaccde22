"""What a server lets people express themselves with."""

from dataclasses import dataclass
from enum import IntEnum


@dataclass(frozen=True, slots=True)
class Emoji:
    id: int
    name: str
    animated: bool
    user_id: int
    roles: tuple[int, ...] = ()


class StickerFormat(IntEnum):
    PNG = 1
    APNG = 2
    LOTTIE = 3
    GIF = 4


@dataclass(frozen=True, slots=True)
class Sticker:
    """`tags` are for finding it, as a bot wrote them."""

    id: int
    name: str
    tags: str
    format: StickerFormat
    user_id: int
    description: str | None = None
