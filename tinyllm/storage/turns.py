"""Turns in the database; a TurnStore."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any

from sqlalchemy import Integer, Select, bindparam, delete, func, literal, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tinyllm.memory.turns import MOST_PINNED, Author, Excerpt, Turn, TurnState, storable
from tinyllm.models.backend import Role
from tinyllm.scopes import Scope, ScopeKind
from tinyllm.storage.database import Database
from tinyllm.storage.schema import turn_messages, turns

BATCH = 50
"""Rows that are read at a time."""
_COLUMNS = [column for column in turns.c if column.name != "scope"]
"""What `_turn` takes, in the order of the schema."""
_NO_ID = 2**63 - 1
"""Greater than every id."""


def _newest_first(*, pinned: bool) -> Select[Any]:
    """One part of an excerpt. The two are one statement, since each costs more in going there than in reading."""
    part = select(literal(pinned).label("for_pins"), *_COLUMNS).where(turns.c.scope == bindparam("scope"))
    if pinned:
        part = part.where(turns.c.pinned).limit(MOST_PINNED)
    else:
        part = part.where(turns.c.id >= bindparam("since"), turns.c.id < bindparam("before"))
        part = part.limit(bindparam("rows", type_=Integer))
    return select(part.order_by(turns.c.id.desc()).subquery())  # a part of a union has no order or limit of its own


EXCERPT = union_all(_newest_first(pinned=False), _newest_first(pinned=True))


@dataclass(frozen=True, slots=True)
class Kept:
    """What is remembered of one scope."""

    id: str
    """The scope's."""
    turns: int
    model: str | None
    """The one that answered last; None where none has."""
    last_said_at: float
    """Seconds since the epoch."""


class TurnTable:
    """The turns of every scope."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, scope: Scope, turn: Turn) -> Turn:
        author = turn.author and Author(turn.author.id, storable(turn.author.name))
        turn = replace(turn, text=storable(turn.text), author=author)
        async with self._database.transaction() as connection:
            result = await connection.execute(
                turns.insert()
                .returning(turns.c.id)
                .values(
                    scope=scope.key,
                    role=turn.role,
                    text=turn.text,
                    author_id=turn.author.id if turn.author else None,
                    author_name=turn.author.name if turn.author else None,
                    model=turn.model,
                    state=turn.state,
                    prompt_tokens=turn.prompt_tokens,
                    answer_tokens=turn.answer_tokens,
                    said_at=turn.said_at,
                    pinned=turn.pinned,
                )
            )
            turn_id: int = result.scalar_one()
            await self._note(connection, turn_id, turn.message_ids)
        return replace(turn, id=turn_id)

    async def newest(self, scope: Scope) -> AsyncGenerator[Turn, None]:
        before: int | None = None
        while True:
            query = select(*_COLUMNS).where(turns.c.scope == scope.key).order_by(turns.c.id.desc()).limit(BATCH)
            if before is not None:
                query = query.where(turns.c.id < before)
            async with self._database.reading() as connection:
                rows = (await connection.execute(query)).all()
                messages = await self._messages(connection, [row.id for row in rows])
            for row in rows:
                yield _turn(row, messages.get(row.id, ()))
            if len(rows) < BATCH:
                return
            before = rows[-1].id

    async def excerpt(self, scope: Scope, limit: int, *, since: int = 0, before: int | None = None) -> Excerpt:
        wanted = {"scope": scope.key, "since": since, "before": _NO_ID if before is None else before, "rows": limit}
        async with self._database.reading() as connection:
            rows = (await connection.execute(EXCERPT, wanted)).all()
        found: tuple[list[Turn], list[Turn]] = [], []
        for for_pins, *row in sorted(rows, key=itemgetter(1), reverse=True):
            found[for_pins].append(_turn(row))
        return Excerpt(*found)

    async def pin(self, turn_id: int, *, pinned: bool = True) -> None:
        async with self._database.transaction() as connection:
            await connection.execute(update(turns).where(turns.c.id == turn_id).values(pinned=pinned))

    async def unpin(self, scope: Scope) -> int:
        of_scope = update(turns).where(turns.c.scope == scope.key, turns.c.pinned)
        async with self._database.transaction() as connection:
            return (await connection.execute(of_scope.values(pinned=False))).rowcount

    async def attach(self, turn_id: int, message_ids: Sequence[int]) -> None:
        async with self._database.transaction() as connection:
            if await connection.scalar(select(turns.c.id).where(turns.c.id == turn_id)) is not None:
                await self._note(connection, turn_id, message_ids)

    async def clear(self, scope: Scope) -> int:
        async with self._database.transaction() as connection:
            return (await connection.execute(delete(turns).where(turns.c.scope == scope.key))).rowcount

    async def count(self, scope: Scope) -> int:
        """How many turns a scope has. Raises StorageError."""
        async with self._database.transaction() as connection:
            query = select(func.count()).select_from(turns).where(turns.c.scope == scope.key)
            return await connection.scalar(query) or 0

    async def kept(self, kind: ScopeKind) -> list[Kept]:
        """The scopes of a kind in which something is remembered, the last used first. Raises StorageError."""
        latest = turns.alias()
        answered = (
            select(latest.c.model)
            .where(latest.c.scope == turns.c.scope, latest.c.model.is_not(None))
            .order_by(latest.c.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        query = (
            select(turns.c.scope, func.count().label("turns"), func.max(turns.c.said_at).label("last"))
            .add_columns(answered.label("model"))
            .where(turns.c.scope.startswith(f"{kind}:", autoescape=True))
            .group_by(turns.c.scope)
            .order_by(func.max(turns.c.id).desc())
        )
        async with self._database.transaction() as connection:
            rows = await connection.execute(query)
            return [Kept(row.scope.partition(":")[2], row.turns, row.model, row.last) for row in rows]

    async def _messages(self, connection: AsyncConnection, turn_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
        """The Discord messages of some turns, in order."""
        query = select(turn_messages).where(turn_messages.c.turn_id.in_(turn_ids)).order_by(turn_messages.c.message_id)
        found: dict[int, tuple[int, ...]] = {}
        for row in await connection.execute(query):
            found[row.turn_id] = (*found.get(row.turn_id, ()), row.message_id)
        return found

    async def _note(self, connection: AsyncConnection, turn_id: int, message_ids: Sequence[int]) -> None:
        """A message that is asked about twice stays with its first turn."""
        if rows := [{"message_id": message_id, "turn_id": turn_id} for message_id in message_ids]:
            await connection.execute(self._database.insert(turn_messages).on_conflict_do_nothing(), rows)


def _turn(row: Sequence[Any], message_ids: tuple[int, ...] = ()) -> Turn:
    turn_id, role, text, author_id, author_name, model, state, prompt_tokens, answer_tokens, said_at, pinned = row
    return Turn(
        Role(role),
        text,
        author=Author(author_id, author_name) if author_id is not None else None,
        model=model,
        state=TurnState(state),
        message_ids=message_ids,
        prompt_tokens=prompt_tokens,
        answer_tokens=answer_tokens,
        said_at=said_at,
        pinned=pinned,
        id=turn_id,
    )
