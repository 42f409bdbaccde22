"""What every process of an installation shares beside the conversations: aliases, health, the log of requests."""

from __future__ import annotations

import asyncio

from tinyllm.clock import Clock
from tinyllm.errors import StorageError
from tinyllm.models.registry import ModelRegistry
from tinyllm.models.requests import RequestLog
from tinyllm.storage.aliases import AliasTable
from tinyllm.storage.database import Database
from tinyllm.storage.health import HealthTable
from tinyllm.storage.requests import RequestTable


class SharedState:
    """Moves what the registry has learned to the database, and what other processes have learned to the registry."""

    def __init__(self, database: Database, registry: ModelRegistry, log: RequestLog, clock: Clock) -> None:
        self.requests = RequestTable(database)
        self._health = HealthTable(database)
        self._aliases = AliasTable(database)
        self._registry = registry
        self._log = log
        self._clock = clock
        self._moving = asyncio.Lock()  # a load beside a save would count twice what is on its way

    async def save(self) -> None:
        """Store what was counted and changed since the last time. Raises StorageError, and then nothing is lost."""
        async with self._moving:
            await self._save_aliases()
            await self._save_health()
            await self._save_requests()

    async def load(self) -> None:
        """Take over what is stored; what is not stored yet stays. Raises StorageError."""
        async with self._moving:
            self._registry.load_aliases(await self._aliases.read())
            self._registry.load_health(await self._health.read())

    async def _save_aliases(self) -> None:
        if changes := self._registry.take_unsaved_aliases():
            try:
                await self._aliases.write(changes, changed_at=self._clock.time())
            except StorageError:
                self._registry.restore_unsaved_aliases(changes)
                raise

    async def _save_health(self) -> None:
        if counts := self._registry.take_unsaved():
            try:
                await self._health.add(counts)
            except StorageError:
                self._registry.restore_unsaved(counts)
                raise

    async def _save_requests(self) -> None:
        if logged := self._log.take_unsaved():
            try:
                await self.requests.add(logged, now=self._clock.time())
            except StorageError:
                self._log.restore_unsaved(logged)
                raise
