"""The registry cog: keeps the shared registry of models fresh and its health stored."""

from __future__ import annotations

import asyncio
import logging

from discord.ext import commands, tasks

from bot.app import TinyBot
from tinyllm.errors import BackendError, StorageError

log = logging.getLogger(__name__)

SYNC_EVERY = 30.0
"""Seconds between two looks at the model server."""
SAVE_EVERY = 1.0
"""Seconds after which what was counted is in the database, unless that fails; then it is tried again."""


class Registry(commands.Cog):
    """Owns the registry's upkeep; the other cogs only ask it."""

    def __init__(self, bot: TinyBot) -> None:
        self.bot = bot
        self._stored = asyncio.Lock()
        self._reachable = True
        self._storable = True

    async def cog_load(self) -> None:
        await self._load_health()
        self.sync.start()
        self.save.start()

    async def cog_unload(self) -> None:
        async with self._stored:  # so that no save is cancelled halfway
            self.sync.cancel()
            self.save.cancel()
        await self._save_health()

    @tasks.loop(seconds=SYNC_EVERY)
    async def sync(self) -> None:
        """Learn which models are installed, and what other processes have counted."""
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
        await self._load_health()

    @tasks.loop(seconds=SAVE_EVERY)
    async def save(self) -> None:
        """Store what was counted."""
        await self._save_health()

    async def _save_health(self) -> None:
        async with self._stored:
            try:
                await self.bot.health.save(self.bot.registry)
            except StorageError as exc:
                if self._storable:
                    log.error("the models' health is not stored, and will be tried again: %s", exc)
                self._storable = False
            else:
                self._storable = True

    async def _load_health(self) -> None:
        async with self._stored:
            try:
                await self.bot.health.load(self.bot.registry)
            except StorageError as exc:
                log.error("the models' health cannot be read: %s", exc)


async def setup(bot: TinyBot) -> None:
    await bot.add_cog(Registry(bot))
