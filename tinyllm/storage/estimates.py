"""What was learned about the models' tokens, shared by every process that uses them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from tinyllm.memory.tokens import LearnedRatio
from tinyllm.storage.database import Database
from tinyllm.storage.schema import token_estimates


class EstimateTable:
    """One ratio a model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self) -> list[LearnedRatio]:
        """The ratios of every model that was ever learned about. Raises StorageError."""
        async with self._database.transaction() as connection:
            rows = await connection.execute(select(token_estimates).order_by(token_estimates.c.model))
            return [LearnedRatio(row.model, row.characters_per_token, row.learned_at) for row in rows]

    async def write(self, ratios: Iterable[LearnedRatio]) -> None:
        """Store each ratio, unless another process has learned later. Raises StorageError."""
        insert = self._database.insert(token_estimates)
        newer = {name: insert.excluded[name] for name in ("characters_per_token", "learned_at")}
        upsert = insert.on_conflict_do_update(
            index_elements=["model"], set_=newer, where=token_estimates.c.learned_at <= insert.excluded.learned_at
        )
        rows = [
            {"model": one.model, "characters_per_token": one.characters_per_token, "learned_at": one.learned_at}
            for one in ratios
        ]
        async with self._database.transaction() as connection:
            await connection.execute(upsert, rows)
