"""The registry cog: keeps the shared registry of models fresh, and what it has learned stored."""

from __future__ import annotations

import asyncio
import logging

from discord.ext import commands, tasks

from bot.app import TinyBot
from tinyllm.errors import BackendError, StorageError

log = logging.getLogger(__name__)

SYNC_EVERY = 30.0
"""Seconds between two looks at the model server."""
LOAD_EVERY = 2.0
"""Seconds between two looks at what other processes have stored."""
SAVE_EVERY = 1.0
"""Seconds after which what was counted is in the database, unless that fails; then it is tried again."""


class Registry(commands.Cog):
    """Owns the registry's upkeep; the other cogs only ask it."""

    def __init__(self, bot: TinyBot) -> None:
        self.bot = bot
        self._saving = asyncio.Lock()
        self._reachable = True
        self._storable = True

    async def cog_load(self) -> None:
        await self._load()
        self.sync.start()
        self.load.start()
        self.save.start()

    async def cog_unload(self) -> None:
        self.sync.cancel()
        self.load.cancel()
        async with self._saving:  # so that no save is cancelled halfway
            self.save.cancel()
        await self._save()

    @tasks.loop(seconds=SYNC_EVERY)
    async def sync(self) -> None:
        """Learn which models are installed."""
        try:
            await self.bot.registry.sync(self.bot.backend)
        except BackendError as exc:
            if self._reachable:
                log.warning("%s", exc)
            self._reachable = False
        else:
            if not self._reachable:
                log.info("the model server at %s is back", self.bot.backend.address)
            self._reachable = True

    @tasks.loop(seconds=LOAD_EVERY)
    async def load(self) -> None:
        """Learn what other processes have counted and changed."""
        await self._load()

    @tasks.loop(seconds=SAVE_EVERY)
    async def save(self) -> None:
        """Store what was counted and changed."""
        await self._save()

    async def _save(self) -> None:
        async with self._saving:
            try:
                await self.bot.shared.save()
            except StorageError as exc:
                if self._storable:
                    log.error("the models' health and aliases are not stored, and will be tried again: %s", exc)
                self._storable = False
            else:
                self._storable = True

    async def _load(self) -> None:
        try:
            await self.bot.shared.load()
        except StorageError as exc:
            log.error("the models' health and aliases cannot be read: %s", exc)


async def setup(bot: TinyBot) -> None:
    await bot.add_cog(Registry(bot))
