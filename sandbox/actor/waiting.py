"""Waiting for a message: which ones count, and what is said when none of them came."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sandbox.actor.line import Line, Seen
from sandbox.actor.messages import Message

Predicate = Callable[[Message], bool]
_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Mark:
    """Where "after what I did" begins: with messages after this id, and with later states of the pressed one."""

    after: int = 0
    pressed: int | None = None
    sequence: int = 0

    def admits(self, seen: Seen) -> bool:
        if seen.message.id > self.after:
            return True
        return seen.message.id == self.pressed and seen.sequence > self.sequence


async def first(line: Line, counts: Callable[[Seen], bool], predicate: Predicate, timeout: float) -> Message:
    """The first state, of now or later, that counts and fits. Raises TimeoutError, ConnectionError."""
    try:
        async with asyncio.timeout(timeout):
            return await _first(line, counts, predicate)
    except TimeoutError:
        raise TimeoutError(_sentence(line, counts, timeout)) from None


async def _first(line: Line, counts: Callable[[Seen], bool], predicate: Predicate) -> Message:
    with line.listen() as states:
        for seen in _now(line):
            if counts(seen) and predicate(seen.message):
                return seen.message
        while (state := await states.get()) is not None:
            if counts(state) and predicate(state.message):
                return state.message
    raise ConnectionError("the sandbox closed the line")


def _now(line: Line) -> Iterator[Seen]:
    return iter([line.seen[message_id] for message_id in sorted(line.seen)])


def _sentence(line: Line, counts: Callable[[Seen], bool], timeout: float) -> str:
    seen = [_described(state.message) for state in _now(line) if counts(state)]
    return f"nothing that fits within {timeout:g} s; seen: {'; '.join(seen) or 'nothing'}"


def _described(message: Message) -> str:
    content = message.content if len(message.content) <= _SHOWN else f"{message.content[:_SHOWN]}…"
    marks = [f"{len(message.revisions)} revisions"]
    marks += ["ephemeral"] if message.ephemeral else []
    marks += ["thinking"] if message.loading else []
    marks += ["deleted"] if message.deleted else []
    return f"{message.author}: {content!r} ({', '.join(marks)})"
