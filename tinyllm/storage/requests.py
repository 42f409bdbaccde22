"""The log of requests in the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, fields

from sqlalchemy import delete, select

from tinyllm.models.names import canonical
from tinyllm.models.requests import LoggedRequest, RequestFigures, figures
from tinyllm.storage.database import Database
from tinyllm.storage.schema import requests

KEPT_FOR = 30 * 24 * 3600.0
"""Seconds after which a request is forgotten."""


class RequestTable:
    """One row a request. Methods raise StorageError."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, logged: Sequence[LoggedRequest], *, now: float) -> None:
        """Store requests, and forget those that are older than KEPT_FOR; `now` is in seconds since the epoch."""
        async with self._database.transaction() as connection:
            await connection.execute(requests.insert(), [asdict(request) for request in logged])
            await connection.execute(delete(requests).where(requests.c.asked_at < now - KEPT_FOR))

    async def figures(self, since: float) -> dict[str, RequestFigures]:
        """What happened since a moment, by the canonical name of the model; `since` is in seconds since the epoch."""
        columns = [requests.c[field.name] for field in fields(LoggedRequest)]
        by_model = defaultdict[str, list[LoggedRequest]](list)
        async with self._database.transaction() as connection:
            for row in await connection.execute(select(*columns).where(requests.c.asked_at >= since)):
                request = LoggedRequest(*row)
                by_model[canonical(request.model)].append(request)
        return {model: figures(logged) for model, logged in by_model.items()}
