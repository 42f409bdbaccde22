"""The models' health, added to by every process that uses them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Insert, func, select

from tinyllm.models.health import ModelHealth
from tinyllm.models.names import canonical
from tinyllm.storage.database import Database
from tinyllm.storage.schema import model_health


class HealthTable:
    """Running totals, one row a model."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read(self) -> list[ModelHealth]:
        """The totals of every model that was ever used. Raises StorageError."""
        async with self._database.transaction() as connection:
            rows = await connection.execute(select(model_health))
            return [
                ModelHealth(
                    row.model,
                    row.total_requests,
                    row.failed_requests,
                    row.total_latency_ms,
                    row.last_used,
                    row.last_error,
                    row.last_error_time,
                )
                for row in rows
            ]

    async def add(self, counts: Iterable[ModelHealth]) -> None:
        """Add what was counted since the last time. Adding, not replacing, loses nothing when two processes write.

        Raises StorageError.
        """
        async with self._database.transaction() as connection:
            for count in counts:
                await connection.execute(self._addition(count))

    def _addition(self, count: ModelHealth) -> Insert:
        new = {
            "total_requests": count.total_requests,
            "failed_requests": count.failed_requests,
            "total_latency_ms": count.total_latency_ms,
        }
        last = {"last_used": count.last_used}
        error = {"last_error": count.last_error, "last_error_time": count.last_error_time}
        sums = {name: model_health.c[name] + value for name, value in new.items()}
        newer = {name: func.coalesce(value, model_health.c[name]) for name, value in {**last, **error}.items()}
        values = {"model": canonical(count.model_name), **new, **last, **error}
        insert = self._database.insert(model_health).values(values)
        addition: Insert = insert.on_conflict_do_update(index_elements=["model"], set_={**sums, **newer})
        return addition
