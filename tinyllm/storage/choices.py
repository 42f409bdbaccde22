"""Which model was chosen where, as it was typed."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import delete, select

from tinyllm.scopes import Scope
from tinyllm.storage.database import Database
from tinyllm.storage.schema import choices


class ChoiceTable:
    """One choice a scope. Methods raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self, scopes: Iterable[Scope]) -> dict[str, str]:
        """What was typed for each of these scopes that has a choice, by the scope's key."""
        keys = [scope.key for scope in scopes]
        async with self._database.transaction() as connection:
            rows = await connection.execute(select(choices.c.scope, choices.c.model).where(choices.c.scope.in_(keys)))
            return {row.scope: row.model for row in rows}

    async def read_all(self) -> dict[str, str]:
        """What was typed wherever there is a choice, by the scope's key."""
        async with self._database.transaction() as connection:
            rows = await connection.execute(select(choices.c.scope, choices.c.model).order_by(choices.c.scope))
            return {row.scope: row.model for row in rows}

    async def write(self, scope: Scope, typed: str, *, chosen_by: str | None, chosen_at: float) -> None:
        """Store a choice in the place of any earlier one; `chosen_at` is seconds since the epoch."""
        values = {"model": typed, "chosen_by": chosen_by, "chosen_at": chosen_at}
        insert = self._database.insert(choices).values(scope=scope.key, **values)
        async with self._database.transaction() as connection:
            await connection.execute(insert.on_conflict_do_update(index_elements=["scope"], set_=values))

    async def clear(self, scope: Scope) -> bool:
        """Delete the choice of a scope; False when there was none."""
        async with self._database.transaction() as connection:
            return (await connection.execute(delete(choices).where(choices.c.scope == scope.key))).rowcount > 0
