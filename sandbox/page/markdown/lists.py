"""Lists, numbered or not, in one another by their indentation."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markdown_it.rules_inline import StateInline

from sandbox.page.markdown.scope import Place, enclose, place, scope_of

_BULLET = re.compile(r"( *)([*-]|[0-9]{1,12}\.) +")
_DEEPEST = 11
_GREATEST = 1_000_000_000


@dataclass(frozen=True, slots=True)
class _Item:
    bullet: str
    text: str
    end: int


def bullets(state: StateInline, _silent: bool) -> bool:
    """The first bullet says whether a list is numbered and from where on."""
    if state.src[state.pos] not in " *-0123456789" or not scope_of(state).blocks:
        return False
    if scope_of(state).lists >= _DEEPEST or place(state) is Place.TEXT:
        return False
    items = list(_items(state.src, state.pos))
    if not items:
        return False
    first = items[0].bullet
    numbered = first not in ("*", "-")
    tag = "ol" if numbered else "ul"
    attributes = {"start": str(min(max(int(first[:-1]), 1), _GREATEST))} if numbered else {}
    state.push("list_open", tag, 1).attrs = {**attributes}
    for item in items:
        enclose(state, "item", "li", item.text, {}, place=Place.START, lists=scope_of(state).lists + 1)
    state.push("list_close", tag, -1)
    state.pos = items[-1].end
    return True


def _items(source: str, at: int) -> Iterator[_Item]:
    """Items from `at` on: a line with a bullet, and the lines below it that are indented more than it is."""
    deepest = None
    while (found := _BULLET.match(source, at)) and (deepest is None or len(found[1]) <= deepest):
        deepest = len(found[1])
        end = _line_end(source, found.end())
        lines = [source[found.end() : end]]
        while source.startswith("\n" + " " * (deepest + 1), end):
            start, end = end + 1, _line_end(source, end + 1)
            lines.append(_dedented(source[start:end], len(found[0])))
        at = min(end + 1, len(source))
        yield _Item(found[2], "\n".join(lines), at)


def _line_end(source: str, at: int) -> int:
    end = source.find("\n", at)
    return len(source) if end == -1 else end


def _dedented(line: str, most: int) -> str:
    return line[min(most, len(line) - len(line.lstrip(" "))) :]
