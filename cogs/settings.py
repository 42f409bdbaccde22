"""/settings: a guild's own defaults, for its managers."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import in_time, say
from bot.app import TinyBot
from bot.menus import FOLLOW, completions, follows
from bot.permissions import managers_only
from bot.words import code
from tinyllm.scopes import guild_scope


@managers_only
class Settings(commands.GroupCog, name="settings", description="This server's defaults"):
    """Needs Manage Server."""

    def __init__(self, bot: TinyBot) -> None:
        self.bot = bot

    @app_commands.command()
    @app_commands.describe(name=f"A model or an alias; “{FOLLOW}” to have none")
    async def model(self, interaction: discord.Interaction[Any], name: str) -> None:
        """The model of every channel of this server that has no choice of its own"""
        scope = guild_scope(interaction.guild_id or 0)
        if follows(self.bot.registry, name):
            await in_time(interaction, self.bot.choices.follow(scope))
            await say(interaction, "This server has no default of its own any more.")
            return
        chosen_by = str(interaction.user.id)
        model = await in_time(interaction, self.bot.choices.switch(scope, name, chosen_by=chosen_by))
        await say(interaction, f"{code(model.name)} is the default of this server now. Channels keep their choices.")

    @model.autocomplete("name")
    async def complete(self, _: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        return completions(self.bot.registry, typed)


async def setup(bot: TinyBot) -> None:
    await bot.add_cog(Settings(bot))
