"""What the rules know of where they are, and how they put one text into another.

Discord does not tell blocks from inline text: a heading may stand in italics and italics go on over lines. So all rules
are inline rules of markdown-it, and what a rule encloses is parsed as a text of its own, with a scope of its own.
"""

from dataclasses import dataclass, replace
from datetime import tzinfo
from enum import IntEnum
from typing import Any

from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from sandbox.page.markdown.kinds import Kind
from sandbox.page.markdown.marks import Marks
from sandbox.page.markdown.names import Names


class Place(IntEnum):
    """What precedes a position on its line."""

    START = 0
    SPACES = 1
    TEXT = 2


@dataclass(frozen=True, slots=True)
class Given:
    """What the caller said; the same in all of a message."""

    names: Names
    now: float
    zone: tzinfo
    kind: Kind


@dataclass(frozen=True, slots=True)
class Scope:
    given: Given
    place: Place = Place.START
    """What precedes this text on the line where it stands."""
    quoted: bool = False
    lists: int = 0
    """In how many lists this text is."""
    label: bool = False
    """Whether this is the text of a link, where only styles, code, time and emoji are rendered."""

    @property
    def blocks(self) -> bool:
        return not (self.label or self.given.kind.one_line)

    @property
    def refers(self) -> bool:
        return not self.label and self.given.kind.refers


def environment(scope: Scope) -> dict[str, Any]:
    """What markdown-it hands on to the rules of one text."""
    return {"scope": scope}


def scope_of(state: StateInline) -> Scope:
    scope: Scope = state.env["scope"]
    return scope


def marks_of(state: StateInline) -> Marks:
    """What was found out about this text; kept beside it, for many rules ask."""
    if "marks" not in state.env:
        state.env["marks"] = Marks(state.src)
    marks: Marks = state.env["marks"]
    return marks


def place(state: StateInline) -> Place:
    """What precedes the position on its line, be it in this text or in those around it."""
    at = state.pos
    while at and state.src[at - 1] == " ":
        at -= 1
    if at and state.src[at - 1] != "\n":
        return Place.TEXT
    here = Place.SPACES if at < state.pos else Place.START
    return here if at else max(here, scope_of(state).place)


def enclose(state: StateInline, name: str, tag: str, text: str, attributes: dict[str, str], **changes: Any) -> None:
    """Puts `text`, parsed in a scope that differs by `changes`, into an element."""
    state.push(f"{name}_open", tag, 1).attrs = {**attributes}
    inner = StateInline(text, state.md, environment(replace(scope_of(state), **changes)), [])
    inner.level = inner.pendingLevel = state.level
    state.md.inline.tokenize(inner)
    state.tokens.extend(inner.tokens)
    state.push(f"{name}_close", tag, -1)


def leaf(state: StateInline, name: str, tag: str, text: str, attributes: dict[str, str]) -> None:
    """Puts `text`, as it is, into an element."""
    opening = state.push(f"{name}_open", tag, 1)
    opening.attrs = {**attributes}
    state.tokens.append(words(text, state.level))
    state.push(f"{name}_close", tag, -1)


def words(text: str, level: int) -> Token:
    return Token("text", "", 0, content=text, level=level)
