"""/settings: a guild's own defaults, for its managers."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import TinyBot
from bot.choosing import set_default
from bot.menus import FOLLOW, completions
from bot.permissions import managers_only
from tinyllm.scopes import guild_scope


@managers_only
class Settings(commands.GroupCog, name="settings", description="This server's defaults"):
    """Needs Manage Server."""

    def __init__(self, bot: TinyBot) -> None:
        self.bot = bot

    @app_commands.command()
    @app_commands.describe(name=f"A model or an alias; “{FOLLOW}” to have none")
    async def model(self, interaction: discord.Interaction[TinyBot], name: str) -> None:
        """The model of every channel of this server that has no choice of its own"""
        await set_default(interaction, guild_scope(interaction.guild_id or 0), name, "of this server")

    @model.autocomplete("name")
    async def complete(self, _: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        return completions(self.bot.registry, typed)


async def setup(bot: TinyBot) -> None:
    await bot.add_cog(Settings(bot))
