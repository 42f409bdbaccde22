"""What only the turns in the database do; the rest is in tests/tinyllm/memory/test_turns.py."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.dialects import sqlite

from tinyllm.memory import Author, Turn
from tinyllm.models.backend import Role
from tinyllm.scopes import ScopeKind, channel_scope, conversation_scope
from tinyllm.storage import Database, TurnTable, open_database
from tinyllm.storage.schema import turn_messages
from tinyllm.storage.turns import EXCERPT

HERE = channel_scope(1)
SNOWFLAKE = 2**62 + 1


async def messages(database: Database) -> list[tuple[int, int]]:
    async with database.transaction() as connection:
        rows = await connection.execute(select(turn_messages).order_by(turn_messages.c.message_id))
        return [(row.message_id, row.turn_id) for row in rows]


async def test_the_messages_of_a_turn_are_kept_beside_it(database: Database) -> None:
    table = TurnTable(database)
    one = await table.append(HERE, Turn(Role.USER, "a", message_ids=(SNOWFLAKE,)))
    other = await table.append(HERE, Turn(Role.ASSISTANT, "b"))
    assert one.id is not None
    assert other.id is not None
    await table.attach(other.id, [SNOWFLAKE + 1, SNOWFLAKE + 2])
    await table.attach(other.id, [SNOWFLAKE + 2])
    assert await messages(database) == [
        (SNOWFLAKE, one.id),
        (SNOWFLAKE + 1, other.id),
        (SNOWFLAKE + 2, other.id),
    ]


async def test_the_messages_go_with_their_turn(database: Database) -> None:
    table = TurnTable(database)
    await table.append(HERE, Turn(Role.USER, "a", message_ids=(1,)))
    kept = await table.append(channel_scope(2), Turn(Role.USER, "b", message_ids=(2,)))
    await table.clear(HERE)
    assert await messages(database) == [(2, kept.id)]


async def test_turns_outlive_the_process(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'tinyllm.db'}"
    async with open_database(url) as database:
        await TurnTable(database).append(HERE, Turn(Role.USER, "a"))
    async with open_database(url) as database:
        assert [turn.text async for turn in TurnTable(database).newest(HERE)] == ["a"]


async def test_many_may_write_at_the_same_time(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'tinyllm.db'}"
    async with open_database(url) as one, open_database(url) as other:
        tables = [TurnTable(one), TurnTable(other)]
        await asyncio.gather(*(tables[number % 2].append(HERE, Turn(Role.USER, str(number))) for number in range(20)))
        kept = [turn async for turn in tables[0].newest(HERE)]
    assert {turn.text for turn in kept} == {str(number) for number in range(20)}
    assert len({turn.id for turn in kept}) == 20


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)  # the other one plans by statistics
async def test_neither_turns_nor_pins_are_looked_for_in_the_whole_conversation(database: Database) -> None:
    wanted = EXCERPT.params(scope=HERE.key, since=0, before=9, rows=1)
    query = wanted.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    async with database.reading() as connection:
        plan = (await connection.execute(text(f"EXPLAIN QUERY PLAN {query}"))).all()
    steps = [row.detail for row in plan if " turns " in row.detail]
    assert steps == [
        "SEARCH turns USING INDEX ix_turns_scope_id (scope=? AND id>? AND id<?)",
        "SEARCH turns USING INDEX ix_turns_scope_pinned_id (scope=? AND pinned=?)",
    ]


@pytest.mark.parametrize(
    ("text", "stored"),
    [("a\x00b", "a\ufffdb"), ("half \ud83d pair", "half \ufffd pair"), ("\U0001f680 ü\n", "\U0001f680 ü\n")],
)
async def test_what_no_database_can_hold_is_made_visible(database: Database, text: str, stored: str) -> None:
    table = TurnTable(database)
    kept = await table.append(HERE, Turn(Role.USER, text, author=Author("1", text)))
    (read,) = (await table.excerpt(HERE, 9)).turns
    assert (read.text, read.author) == (stored, Author("1", stored))
    assert kept.text == stored


async def test_the_conversations_of_a_kind_are_told_the_last_used_first(database: Database) -> None:
    table = TurnTable(database)
    work, play = conversation_scope("work: 100%"), conversation_scope("play")
    for scope, turn in (
        (work, Turn(Role.USER, "a", said_at=1.0)),
        (play, Turn(Role.USER, "b", said_at=2.0)),
        (HERE, Turn(Role.USER, "c", said_at=3.0)),
        (work, Turn(Role.ASSISTANT, "d", model="qwen3:8b", said_at=4.0)),
        (work, Turn(Role.USER, "e", said_at=5.0)),
    ):
        await table.append(scope, turn)

    assert [(kept.id, kept.turns, kept.model, kept.last_said_at) for kept in await table.kept(ScopeKind.TERMINAL)] == [
        ("work: 100%", 3, "qwen3:8b", 5.0),
        ("play", 1, None, 2.0),
    ]
    assert (await table.count(work), await table.count(conversation_scope("other"))) == (3, 0)
