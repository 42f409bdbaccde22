"""Where the pairs of a text close: found once for a text, so that no text is searched again and again.

Everything here takes time in proportion to the text, whatever is in it.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from sandbox.page.markdown.brackets import Brackets


@dataclass(frozen=True, slots=True)
class Pair:
    """What is between two marks, and where the second of them ends."""

    start: int
    stop: int
    end: int


class Marks:
    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def stars(self) -> "Runs":
        return Runs(self._text, "*", _without_spaces)

    @cached_property
    def underscores(self) -> "Runs":
        return Runs(self._text, "_", _at_the_end_of_a_word)

    @cached_property
    def brackets(self) -> Brackets:
        return Brackets(self._text)

    @cached_property
    def _tildes(self) -> list[int]:
        return [found.start() for found in re.finditer(r"(?=~~(?!_))", self._text)]

    @cached_property
    def _bars(self) -> list[int]:
        return [found.start() for found in re.finditer(r"(?=\|\|)", self._text)]

    @cached_property
    def _ticks(self) -> dict[int, list[int]]:
        """Where the runs of backticks begin, by their lengths."""
        runs: dict[int, list[int]] = {}
        for found in re.finditer("`+", self._text):
            runs.setdefault(len(found[0]), []).append(found.start())
        return runs

    @cached_property
    def last_fence(self) -> int:
        """Where the last three backticks are, or -1."""
        return self._text.rfind("```")

    def struck(self, at: int) -> Pair | None:
        return self._pair(at, self._tildes)

    def spoiler(self, at: int) -> Pair | None:
        return self._pair(at, self._bars)

    def _pair(self, at: int, closings: list[int]) -> Pair | None:
        """From the two marks at `at` to the next two, with at least a character between them."""
        closing = _next(closings, at + 3)
        return None if closing is None else Pair(at + 2, closing, closing + 2)

    def code(self, start: int, end: int) -> Pair | None:
        """The run of backticks from `start` to `end` is closed by one as long, or else some of it by a shorter one."""
        for length in sorted((length for length in self._ticks if length <= end - start), reverse=True):
            closing = _next(self._ticks[length], end)
            if closing is not None:
                return Pair(start + length, closing, closing + length)
        return None


class Runs:
    """The runs of a mark of emphasis; a mark that a backslash escapes is none.

    Two marks close at the end of the next run of two or more. Single marks close at the end of the next run of an odd
    length, since within them pairs of marks belong together; if that one may not close, none does.
    """

    def __init__(self, text: str, mark: str, closed: Callable[[str, int, int], int | None]) -> None:
        self._text = text
        self._closed = closed
        runs = [(_unescaped(text, found.start()), found.end()) for found in re.finditer(re.escape(mark) + "+", text)]
        self._ends = [end for _, end in runs]
        self._doubles = [end - 2 for start, end in runs if end - start >= 2]
        self._odd = [end for start, end in runs if (end - start) % 2]

    def double(self, at: int) -> Pair | None:
        """The pair that the two marks at `at` open."""
        closing = _next(self._doubles, at + 3)
        return None if closing is None else Pair(at + 2, closing, closing + 2)

    def single(self, at: int) -> Pair | None:
        """The pair that the mark at `at` opens."""
        end = self._ends[bisect_right(self._ends, at)]
        if (end - at - 1) % 2 == 0:
            odd = _next(self._odd, end + 1)
            if odd is None:
                return None
            end = odd
        elif end - at == 2:
            return None
        stop = self._closed(self._text, at + 1, end - 1)
        return None if stop is None else Pair(at + 1, stop, end)


def _without_spaces(text: str, start: int, closing: int) -> int | None:
    """Where what stars enclose stops: it begins with no space, and of those at its end two at most are dropped."""
    stop = closing
    while stop > start and closing - stop < 2 and text[stop - 1] == " ":
        stop -= 1
    return None if stop <= start or text[start].isspace() or text[stop - 1].isspace() else stop


def _at_the_end_of_a_word(text: str, start: int, closing: int) -> int | None:
    after = text[closing + 1 : closing + 2]
    return None if after.isascii() and after.isalnum() else closing


def _unescaped(text: str, start: int) -> int:
    slash = start
    while slash and text[slash - 1] == "\\":
        slash -= 1
    return start + (start - slash) % 2


def _next(positions: list[int], least: int) -> int | None:
    index = bisect_left(positions, least)
    return positions[index] if index < len(positions) else None
