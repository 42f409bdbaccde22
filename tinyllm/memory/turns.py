"""Turns: what was said in a conversation, one stored message each."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import islice
from typing import Protocol

from tinyllm.models.backend import Role
from tinyllm.scopes import Scope


class TurnState(StrEnum):
    DONE = "done"
    INTERRUPTED = "interrupted"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class Author:
    """The person who said something."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation. Error text is never a turn."""

    role: Role
    text: str
    author: Author | None = None
    model: str | None = None
    """The model that said it; None for people."""
    state: TurnState = TurnState.DONE
    message_ids: tuple[int, ...] = ()
    """The Discord messages that it came from or went to."""
    prompt_tokens: int | None = None
    answer_tokens: int | None = None
    said_at: float = 0.0
    """Seconds since the epoch."""
    pinned: bool = False
    """Whether it stays in the window however old it is."""
    id: int | None = None
    """Its place in the order of all turns; None until it is stored."""


MOST_PINNED = 100
"""Pinned turns of a conversation that are looked at, the newest ones."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some turns of a conversation, newest first; `message_ids` are not read."""

    turns: list[Turn]
    pinned: list[Turn]
    """The pinned turns of the whole conversation, at most MOST_PINNED."""


class TurnStore(Protocol):
    """Keeps the turns of every scope, in order. Methods raise StorageError."""

    async def append(self, scope: Scope, turn: Turn) -> Turn:
        """Store a turn after all others; returns it with its id. It is committed when this returns."""

    def newest(self, scope: Scope) -> AsyncGenerator[Turn, None]:
        """The turns from the newest to the oldest, read in batches as far as somebody asks."""

    async def excerpt(self, scope: Scope, limit: int, *, since: int = 0, before: int | None = None) -> Excerpt:
        """The newest `limit` turns whose ids are at least `since` and less than `before`, and what is pinned."""

    async def pin(self, turn_id: int, *, pinned: bool = True) -> None:
        """Pin a turn, or take the pin off; nothing where it has been deleted meanwhile."""

    async def unpin(self, scope: Scope) -> int:
        """Take every pin of a scope off; returns how many there were."""

    async def attach(self, turn_id: int, message_ids: Sequence[int]) -> None:
        """Note the Discord messages that a turn went to; nothing where it has been deleted meanwhile."""

    async def clear(self, scope: Scope) -> int:
        """Delete the turns of a scope; returns how many there were."""


@dataclass
class MemoryTurns:
    """A TurnStore that lives and dies with the process."""

    _kept: dict[str, list[Turn]] = field(default_factory=dict)
    _last_id: int = 0

    async def append(self, scope: Scope, turn: Turn) -> Turn:
        self._last_id += 1
        stored = replace(turn, id=self._last_id)
        self._kept.setdefault(scope.key, []).append(stored)
        return stored

    async def newest(self, scope: Scope) -> AsyncGenerator[Turn, None]:
        for turn in reversed(self._kept.get(scope.key, [])):
            yield turn

    async def excerpt(self, scope: Scope, limit: int, *, since: int = 0, before: int | None = None) -> Excerpt:
        turns = [replace(turn, message_ids=()) for turn in reversed(self._kept.get(scope.key, []))]
        wanted = (turn for turn in turns if since <= (turn.id or 0) and (before is None or (turn.id or 0) < before))
        return Excerpt(list(islice(wanted, limit)), [turn for turn in turns if turn.pinned][:MOST_PINNED])

    async def pin(self, turn_id: int, *, pinned: bool = True) -> None:
        self._change(turn_id, lambda turn: replace(turn, pinned=pinned))

    async def unpin(self, scope: Scope) -> int:
        turns = self._kept.get(scope.key, [])
        count = sum(turn.pinned for turn in turns)
        turns[:] = [replace(turn, pinned=False) for turn in turns]
        return count

    async def attach(self, turn_id: int, message_ids: Sequence[int]) -> None:
        self._change(turn_id, lambda turn: replace(turn, message_ids=(*turn.message_ids, *message_ids)))

    def _change(self, turn_id: int, change: Callable[[Turn], Turn]) -> None:
        for turns in self._kept.values():
            turns[:] = [change(turn) if turn.id == turn_id else turn for turn in turns]

    async def clear(self, scope: Scope) -> int:
        return len(self._kept.pop(scope.key, []))


def storable(text: str) -> str:
    """Text without what no database or model server takes: zero characters, and halves of surrogate pairs."""
    return text.replace("\x00", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
