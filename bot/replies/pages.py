"""Pages: a text of any length as messages that Discord takes. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MESSAGE_LIMIT = 2000
"""Characters of one Discord message."""
FENCE = re.compile(r"`{3,}")
LANGUAGE = re.compile(r"[\w+\-.#]{0,30}(?=\n)")
"""What may follow a fence that opens; a longer word is text, and repeated on every page it would fill them."""
_CLOSER = "\n```"
_BOUNDARIES = (
    re.compile(r"\n[ \t]*\n+"),  # paragraph
    re.compile(r"\n"),  # line
    re.compile(r"[.!?…。！？][\"')\]”’]*\s"),  # sentence
    re.compile(r"\s"),  # word
)
_LEAST_FILLED = 0.5
"""A page is at least this full where a later boundary of a lesser kind allows it."""


@dataclass(frozen=True, slots=True)
class Page:
    """A piece of a text, and what makes it whole by itself where a code fence was cut."""

    text: str
    opener: str = ""
    closer: str = ""

    @property
    def content(self) -> str:
        return self.opener + self.text + self.closer


def paginate(text: str, limit: int = MESSAGE_LIMIT) -> list[Page]:
    """Cut `text` into pages of at most `limit` characters, `limit` being 100 or more.

    Joined, the pages' texts are exactly `text`. It is cut at a paragraph, line, sentence or word, in that order; a
    code fence that is cut is closed and opened again with its language. When more is added to a text, only its last
    page changes, so that a growing text can be shown as it grows.
    """
    return list(_pages(text, limit))


def _pages(text: str, limit: int) -> Iterator[Page]:
    start, opener = 0, ""
    while True:
        room = limit - len(opener) - len(_CLOSER)
        last = len(text) - start <= room
        end = len(text) if last else start + _cut(text[start : start + room], inside=bool(opener))
        piece = text[start:end]
        next_opener = _open_fence(piece, opener)
        yield Page(piece, opener, _closer(piece) if next_opener else "")
        if last:
            return
        start, opener = end, next_opener


def _cut(piece: str, *, inside: bool) -> int:
    """Where to end a page that could hold `piece` and no more; `inside` when it begins within a fence."""
    end = _boundary(piece)
    opened = _last_opener(piece[:end], inside=inside)
    if opened and not piece[opened.end() : end].partition("\n")[2].strip():
        end = opened.start()  # nothing of the block is on this page: begin it on the next one
    return end


def _boundary(piece: str) -> int:
    for kind in _BOUNDARIES:
        ends = [match.end() for match in kind.finditer(piece)]
        if ends and ends[-1] >= len(piece) * _LEAST_FILLED:
            return ends[-1]
    backticks = len(piece) - len(piece.rstrip("`"))
    return len(piece) - backticks if 0 < backticks < len(piece) else len(piece)


def _last_opener(piece: str, *, inside: bool) -> re.Match[str] | None:
    """The fence that opens a block which is still open at the end of the piece and does not open at its start."""
    fences = list(FENCE.finditer(piece))
    is_open = (len(fences) % 2 == 1) != inside
    return fences[-1] if is_open and fences and fences[-1].start() > 0 else None


def _open_fence(piece: str, opener: str) -> str:
    """What opens the fence again after this piece; empty when none is open."""
    for match in FENCE.finditer(piece):
        if opener:
            opener = ""
        else:
            language = LANGUAGE.match(piece, match.end())
            opener = f"```{language[0] if language else ''}\n"
    return opener


def _closer(piece: str) -> str:
    return _CLOSER.lstrip("\n") if piece.endswith("\n") else _CLOSER
