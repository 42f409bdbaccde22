"""Where masked links end: `[label](address "title")`, found in one pass over the brackets of a text."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

_PLAIN = re.compile(r"[^\s\\()]+")
_SPACES = re.compile(r"\s*")
_QUOTE = re.compile(r"\s+['\"]")
_TITLE_END = re.compile(r"(?=['\"]\s*\))")
_CLOSING = re.compile(r"\s*\)")
_ESCAPE = re.compile(r"\\([^A-Za-z0-9\s])")


@dataclass(frozen=True, slots=True)
class Masked:
    label: str
    address: str
    title: str
    end: int


@dataclass(frozen=True, slots=True)
class _Target:
    address: str
    title: str
    end: int


class Brackets:
    """A label may have brackets in pairs, and closing ones if only closing ones follow; the longest label counts."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._places = [found.start() for found in re.finditer(r"[\[\]]", text)]
        self._stops: dict[int, int] = {}
        self._rests: dict[int, tuple[str, int] | None] = {}

    def link(self, at: int) -> Masked | None:
        """The link that the bracket at `at` opens."""
        found = self._closings[bisect_right(self._places, at)]
        if found is None:
            return None
        closing, target = found
        return Masked(self._text[at + 1 : closing], target.address, target.title, target.end)

    @cached_property
    def _closings(self) -> list[tuple[int, _Target] | None]:
        """For each bracket: where a label ends that goes on there, and the target behind it."""
        found: list[tuple[int, _Target] | None] = [None] * (len(self._places) + 1)
        closing: int | None = None
        for index in range(len(self._places) - 1, -1, -1):
            at = self._places[index]
            if self._text[at] == "[":
                found[index] = None if closing is None else found[closing + 1]
                continue
            if closing == index + 1:
                found[index] = found[closing]
            if found[index] is None and (target := self._target(at + 1)) is not None:
                found[index] = at, target
            closing = index
        return found

    def _target(self, at: int) -> _Target | None:
        """The address and the title in the parentheses at `at`."""
        if self._text[at : at + 1] != "(":
            return None
        start = _end(_SPACES, self._text, at + 1)
        stop = self._stop(start)
        if stop not in self._rests:
            self._rests[stop] = self._rest(stop)
        rest = self._rests[stop]
        if rest is None:
            return None
        return _Target(_ESCAPE.sub(r"\1", _bare(self._text[start:stop])), *rest)

    def _rest(self, stop: int) -> tuple[str, int] | None:
        """The title behind an address that ends at `stop`, and where the link ends."""
        start = _end(_QUOTE, self._text, stop)
        if start == stop:
            closing = _CLOSING.match(self._text, stop)
            return None if closing is None else ("", closing.end())
        index = bisect_left(self._title_ends, start)
        if index == len(self._title_ends):
            return None
        end = self._title_ends[index]
        return self._text[start:end], _end(_CLOSING, self._text, end + 1)

    @cached_property
    def _title_ends(self) -> list[int]:
        return [found.start() for found in _TITLE_END.finditer(self._text)]

    @cached_property
    def _last_parenthesis(self) -> int:
        return self._text.rfind(")")

    def _stop(self, at: int) -> int:
        """Where an address that goes on at `at` ends; what is passed on the way ends there too."""
        passed = []
        while at not in self._stops and at < len(self._text) and not self._text[at].isspace() and self._text[at] != ")":
            passed.append(at)
            at = self._step(at)
        stop = self._stops.get(at, at)
        self._stops.update(dict.fromkeys(passed, stop))
        return stop

    def _step(self, at: int) -> int:
        """Past parentheses within an address, what a backslash escapes, or what is neither."""
        if self._text[at] == "(":
            return self._text.index(")", at) + 1 if at < self._last_parenthesis else at + 1
        if self._text[at] == "\\":
            return at + 2
        return _end(_PLAIN, self._text, at)


def _bare(address: str) -> str:
    """Angle brackets around an address keep its embed away; they are no part of it."""
    return address.removeprefix("<").removesuffix(">")


def _end(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return at if found is None else found.end()
