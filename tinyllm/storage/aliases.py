"""The aliases that people changed; those built in, and those of the settings, are not stored."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from tinyllm.storage.database import Database
from tinyllm.storage.schema import aliases


class AliasTable:
    """One row an alias that was added, moved or removed. Methods raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self) -> dict[str, str | None]:
        """What each changed alias stands for; None for one that was removed, also a built-in one."""
        async with self._database.transaction() as connection:
            rows = await connection.execute(select(aliases.c.alias, aliases.c.target))
            return {row.alias: row.target for row in rows}

    async def write(self, changes: Mapping[str, str | None], *, changed_at: float) -> None:
        """Store changes, row by row, so that what another process changed stays; `changed_at` is in epoch seconds."""
        async with self._database.transaction() as connection:
            for alias, target in changes.items():
                values = {"target": target, "changed_at": changed_at}
                insert = self._database.insert(aliases).values(alias=alias, **values)
                await connection.execute(insert.on_conflict_do_update(index_elements=["alias"], set_=values))
