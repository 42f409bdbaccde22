"""What every process of an installation shares beside the conversations."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sized
from typing import TypeVar

from tinyllm.clock import Clock
from tinyllm.errors import StorageError
from tinyllm.memory.tokens import TokenEstimates
from tinyllm.models.registry import ModelRegistry
from tinyllm.models.requests import RequestLog
from tinyllm.storage.aliases import AliasTable
from tinyllm.storage.database import Database
from tinyllm.storage.estimates import EstimateTable
from tinyllm.storage.health import HealthTable
from tinyllm.storage.requests import RequestTable

T = TypeVar("T", bound=Sized)


class SharedState:
    """Aliases, the models' health, what was learned of their tokens, and the log of requests.

    Moves what this process has learned to the database, and what other processes have learned to this one.
    """

    def __init__(
        self,
        database: Database,
        *,
        registry: ModelRegistry,
        estimates: TokenEstimates,
        requests: RequestLog,
        clock: Clock,
    ) -> None:
        self.requests = RequestTable(database)
        self._health = HealthTable(database)
        self._aliases = AliasTable(database)
        self._estimates_table = EstimateTable(database)
        self._registry = registry
        self._estimates = estimates
        self._requests = requests
        self._clock = clock
        self._moving = asyncio.Lock()  # a load beside a save would count twice what is on its way

    async def save(self) -> None:
        """Store what was counted and changed since the last time. Raises StorageError, and then nothing is lost."""
        registry, now = self._registry, self._clock.time()
        async with self._moving:
            await _stored(
                registry.take_unsaved_aliases(),
                lambda changes: self._aliases.write(changes, changed_at=now),
                registry.restore_unsaved_aliases,
            )
            await _stored(registry.take_unsaved(), self._health.add, registry.restore_unsaved)
            await _stored(self._estimates.take_unsaved(), self._estimates_table.write, self._estimates.restore_unsaved)
            await _stored(
                self._requests.take_unsaved(),
                lambda logged: self.requests.add(logged, now=now),
                self._requests.restore_unsaved,
            )

    async def load(self) -> None:
        """Take over what is stored; what is not stored yet stays. Raises StorageError."""
        async with self._moving:
            self._registry.load_aliases(await self._aliases.read())
            self._registry.load_health(await self._health.read())
            self._estimates.load(await self._estimates_table.read())


async def _stored(unsaved: T, write: Callable[[T], Awaitable[None]], restore: Callable[[T], None]) -> None:
    """Write what there is, and give it back where that fails."""
    if not unsaved:
        return
    try:
        await write(unsaved)
    except StorageError:
        restore(unsaved)
        raise
