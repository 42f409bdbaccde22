"""How long a window takes from a long conversation in a real database file: `python -m benchmarks.window [turns]`."""

from __future__ import annotations

import argparse
import asyncio
import itertools
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tinyllm.memory import TokenEstimates, Turn
from tinyllm.memory.turns import Excerpt
from tinyllm.memory.window import prompt_budget
from tinyllm.memory.windows import Windows
from tinyllm.models.backend import Role
from tinyllm.scopes import Scope, channel_scope
from tinyllm.storage import Database, TurnTable, open_database

HERE = channel_scope(1)
CONTEXT = 8192
PROMISED = 3.0
"""Milliseconds."""
SYSTEM = "You are TinyLLM, a helpful assistant in a Discord server. " * 6
WORDS = ("lorem ipsum dolor sit amet ", "consectetur adipiscing elit, sed do eiusmod tempor incididunt ut labore. ")
LENGTHS = ((40, 600), (12, 150), (300, 1800), (90, 900), (25, 60))
"""Characters of questions and answers, in turn."""


class CountingTable(TurnTable):
    """Turns in the database; counts the rows that are read."""

    rows = 0

    async def excerpt(self, scope: Scope, limit: int, *, since: int = 0, before: int | None = None) -> Excerpt:
        excerpt = await super().excerpt(scope, limit, since=since, before=before)
        self.rows += len(excerpt.turns) + len(excerpt.pinned)
        return excerpt


@dataclass(frozen=True, slots=True)
class Figures:
    """What one way of building a window took; milliseconds."""

    name: str
    median: float
    worst: float
    rows: int
    tokens: int


def conversation(count: int) -> Iterator[tuple[str, str, str, str | None, str | None, float, bool]]:
    """Rows of a conversation of `count` turns; one question in ten thousand is pinned."""
    for number, (question, answer) in zip(range(0, count, 2), itertools.cycle(LENGTHS), strict=False):
        text = (WORDS[0] * 80)[: question - 8]
        yield HERE.key, "user", f"{number:7} {text}", "7", "Ann", float(number), number % 10_000 == 0
        if number + 1 < count:
            text = (WORDS[1] * 30)[: answer - 8]
            yield HERE.key, "assistant", f"{number + 1:7} {text}", None, None, float(number + 1), False


def fill(file: Path, count: int) -> None:
    """Write the conversation, and as much of another one between its turns."""
    insert = (
        "INSERT INTO turns (scope, role, text, author_id, author_name, said_at, pinned, state)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, 'done')"
    )
    both = ((row, ("channel:2", *row[1:])) for row in conversation(count))
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.executemany(insert, itertools.chain.from_iterable(both))


async def measured(
    name: str, table: CountingTable, rounds: int, build: Callable[[], Awaitable[int]], before: Callable[[], object]
) -> Figures:
    """Build a window `rounds` times, after whatever must come before each."""
    times = []
    for _ in range(rounds):
        before()
        table.rows = 0
        start = time.perf_counter()
        tokens = await build()
        times.append((time.perf_counter() - start) * 1000)
    return Figures(name, statistics.median(times), max(times), table.rows, tokens)


async def compare(database: Database, rounds: int) -> list[Figures]:
    """The ways of building a window of the same conversation."""
    table, estimates = CountingTable(database), TokenEstimates()
    windows, budget = Windows(table, estimates), prompt_budget(CONTEXT)
    latest = (await table.excerpt(HERE, 1)).turns[0]

    async def build() -> int:
        return (await windows.build(HERE, "qwen3:8b", SYSTEM, budget, latest=latest)).tokens

    async def naive() -> int:
        estimate = estimates.of("qwen3:8b")
        used, kept = estimate.tokens(SYSTEM), list[Turn]()
        for turn in (await table.excerpt(HERE, 2**31 - 1)).turns:
            used += estimate.tokens(turn.text)
            if used > budget:
                break
            kept.append(turn)
        return used

    await build()  # the first connection is opened at the start of the bot, not for a window
    return [
        await measured("next question", table, rounds, build, lambda: None),
        await measured("first question", table, rounds, build, lambda: windows.forget(HERE)),
        await measured("reading all turns", table, 3, naive, lambda: None),
    ]


async def following(database: Database, rounds: int) -> tuple[int, int]:
    """How often the front moves while the conversation goes on, and how many turns are added meanwhile."""
    table = TurnTable(database)
    windows, budget, fronts, added = Windows(table, TokenEstimates()), prompt_budget(CONTEXT), set[int | None](), 0
    for _, (question, answer) in zip(range(rounds), itertools.cycle(LENGTHS), strict=False):
        latest = await table.append(HERE, Turn(Role.USER, "q" * question))
        window = await windows.build(HERE, "qwen3:8b", SYSTEM, budget, latest=latest)
        await table.append(HERE, Turn(Role.ASSISTANT, "a" * answer))
        fronts.add(window.front.turn_id if window.front else None)
        added += 2
    return len(fronts) - 1, added


async def run(turns: int, rounds: int) -> None:
    """Make the database, measure, and print."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "tinyllm.db"
        async with open_database(f"sqlite+aiosqlite:///{file}") as database:
            fill(file, turns)
            figures = await compare(database, rounds)
            moved, added = await following(database, 100)
    slowest = figures[-1].median
    print(f"A window of {CONTEXT:,} tokens from a conversation of {turns:,} turns; {rounds} rounds")
    print(f"{'':20}{'median':>10}{'worst':>10}{'rows':>9}{'tokens':>9}{'ratio':>9}")
    for one in figures:
        ratio = f"1:{slowest / one.median:,.0f}"
        print(f"{one.name:20}{one.median:7.2f} ms{one.worst:7.2f} ms{one.rows:9,}{one.tokens:9,}{ratio:>9}")
    print(f"Over the next {added} turns the front moved {moved} times.")
    kept = all(one.median <= PROMISED for one in figures[:-1])
    print(f"Promised are {PROMISED:g} ms: {'kept' if kept else 'broken'}.")


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.window", description=__doc__)
    parser.add_argument("turns", nargs="?", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=300)
    arguments = parser.parse_args()
    asyncio.run(run(arguments.turns, arguments.rounds))


if __name__ == "__main__":
    main()
