"""The Discord client: it holds what the cogs need, loads them, and reports their errors."""

from __future__ import annotations

import logging
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.errors import StartError, report
from bot.gateway import forgive_odd_events
from bot.registration import register
from bot.running import Running
from tinyllm.core import Core
from tinyllm.settings import BotSettings

log = logging.getLogger(__name__)

DRAIN_PATIENCE = 4.0
"""Seconds that running answers get to finish, and as many again to say that they were interrupted.

Together they stay below the ten seconds after which Docker kills.
"""
EXTENSIONS = (
    "cogs.registry",
    "cogs.chat",
    "cogs.models",
    "cogs.aliases",
    "cogs.settings",
    "cogs.operators",
    "cogs.memory",
    "cogs.help",
)


class Commands(app_commands.CommandTree["TinyBot"]):
    """The slash commands; whatever goes wrong in one is told to the person."""

    async def on_error(self, interaction: discord.Interaction[Any], error: app_commands.AppCommandError) -> None:
        await report(interaction, error)


class TinyBot(commands.Bot):
    """One bot. It needs no privileged intent, keeps no messages or members, and pings nobody."""

    def __init__(self, settings: BotSettings, core: Core) -> None:
        super().__init__(
            command_prefix=(),
            help_command=None,
            tree_cls=Commands,
            intents=discord.Intents(guilds=True, guild_messages=True, dm_messages=True),
            allowed_mentions=discord.AllowedMentions.none(),
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            max_messages=None,
        )
        forgive_odd_events(self)
        self.settings = settings
        self.conversations = core.conversations
        self.choices = core.choices
        self.registry = core.registry
        self.backend = core.backend
        self.shared = core.shared
        self.clock = core.clock
        self.running = Running()

    async def setup_hook(self) -> None:
        for name in EXTENSIONS:
            try:
                await self.load_extension(name)
            except commands.ExtensionError as exc:
                raise StartError(f"{name} cannot be loaded: {exc}") from exc
        await register(self.tree)

    async def close(self) -> None:
        """End, the running answers first; discord.py calls this too, when Discord ends the connection for good."""
        await self.running.drain(DRAIN_PATIENCE)
        await super().close()

    async def on_ready(self) -> None:
        log.info("ready as %s in %d servers", self.user, len(self.guilds))

    async def on_message(self, message: discord.Message, /) -> None:
        """Nothing: there are no prefix commands, and the chat cog listens by itself."""
