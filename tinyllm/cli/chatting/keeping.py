"""While somebody chats: what is counted gets stored, what others change gets loaded, the models are looked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from tinyllm.cli.running import sentence
from tinyllm.core import Core
from tinyllm.errors import BackendError, StorageError

SAVE_EVERY = 1
"""Seconds between two savings,"""
LOAD_EVERY = 10
"""two loadings,"""
SYNC_EVERY = 30
"""and two questions to the model server."""


class Keeper:
    """Looks after what the processes of the installation share."""

    def __init__(self, core: Core, news: Callable[[], None]) -> None:
        """`news` is called when `trouble` has changed."""
        self._core = core
        self._news = news
        self._told = False
        self._untold: list[str] = []
        self.trouble = ""
        """What is wrong with the model server; empty where nothing is."""

    def note(self, error: BackendError | None) -> None:
        """Remember how the last request to the model server went."""
        trouble = "" if error is None else sentence(error)
        if trouble != self.trouble:
            self.trouble = trouble
            self._news()

    def tell(self) -> list[str]:
        """What a person has to know and was not told yet."""
        untold, self._untold = self._untold, []
        return untold

    async def run(self) -> None:
        """Keep at it until cancelled."""
        seconds = 0
        while True:
            await self._core.clock.sleep(SAVE_EVERY)
            seconds += SAVE_EVERY
            await self._store(self._core.shared.save)
            if seconds % LOAD_EVERY == 0:
                await self._store(self._core.shared.load)
            if seconds % SYNC_EVERY == 0:
                await self.sync()

    async def sync(self) -> None:
        """Ask the model server what is installed."""
        try:
            await self._core.registry.sync(self._core.backend)
        except BackendError as exc:
            self.note(exc)
        else:
            self.note(None)

    async def _store(self, move: Callable[[], Awaitable[None]]) -> None:
        try:
            await move()
        except StorageError as exc:
            if not self._told:
                self._untold.append(f"Statistics and aliases are not shared with other processes now. {exc}")
            self._told = True
        else:
            self._told = False
