"""Turns in the database; a TurnStore."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace

from sqlalchemy import Row, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from tinyllm.memory.turns import Author, Turn, TurnState
from tinyllm.models.backend import Role
from tinyllm.scopes import Scope
from tinyllm.storage.database import Database
from tinyllm.storage.schema import turn_messages, turns

BATCH = 50
"""Rows that are read at a time."""


class TurnTable:
    """The turns of every scope."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, scope: Scope, turn: Turn) -> Turn:
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
                )
            )
            turn_id: int = result.scalar_one()
            await self._note(connection, turn_id, turn.message_ids)
        return replace(turn, id=turn_id)

    async def newest(self, scope: Scope) -> AsyncGenerator[Turn, None]:
        before: int | None = None
        while True:
            query = select(turns).where(turns.c.scope == scope.key).order_by(turns.c.id.desc()).limit(BATCH)
            if before is not None:
                query = query.where(turns.c.id < before)
            async with self._database.transaction() as connection:
                rows = (await connection.execute(query)).all()
                messages = await self._messages(connection, [row.id for row in rows])
            for row in rows:
                yield _turn(row, messages.get(row.id, ()))
            if len(rows) < BATCH:
                return
            before = rows[-1].id

    async def attach(self, turn_id: int, message_ids: Sequence[int]) -> None:
        async with self._database.transaction() as connection:
            if await connection.scalar(select(turns.c.id).where(turns.c.id == turn_id)) is not None:
                await self._note(connection, turn_id, message_ids)

    async def clear(self, scope: Scope) -> int:
        async with self._database.transaction() as connection:
            return (await connection.execute(delete(turns).where(turns.c.scope == scope.key))).rowcount

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


def _turn(row: Row[tuple[object, ...]], message_ids: tuple[int, ...]) -> Turn:
    return Turn(
        role=Role(row.role),
        text=row.text,
        author=Author(row.author_id, row.author_name) if row.author_id is not None else None,
        model=row.model,
        state=TurnState(row.state),
        message_ids=message_ids,
        prompt_tokens=row.prompt_tokens,
        answer_tokens=row.answer_tokens,
        said_at=row.said_at,
        id=row.id,
    )
