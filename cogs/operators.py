"""/default: what the bot's operators set for everybody."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import in_time, say
from bot.app import TinyBot
from bot.menus import FOLLOW, completions, follows
from bot.permissions import operators_only
from bot.words import code
from tinyllm.scopes import EVERYWHERE


class Operators(commands.Cog):
    """Commands of the operators."""

    def __init__(self, bot: TinyBot) -> None:
        self.bot = bot

    @app_commands.command()
    @app_commands.describe(model=f"A model or an alias; “{FOLLOW}” to have none")
    @operators_only()
    async def default(self, interaction: discord.Interaction[Any], model: str) -> None:
        """The model of every server and conversation that has no choice of its own (operators)"""
        if follows(self.bot.registry, model):
            await in_time(interaction, self.bot.choices.follow(EVERYWHERE))
            await say(interaction, "There is no default everywhere any more.")
            return
        chosen_by = str(interaction.user.id)
        chosen = await in_time(interaction, self.bot.choices.switch(EVERYWHERE, model, chosen_by=chosen_by))
        await say(interaction, f"{code(chosen.name)} is the default everywhere now. Servers and channels keep theirs.")

    @default.autocomplete("model")
    async def complete(self, _: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        return completions(self.bot.registry, typed)


async def setup(bot: TinyBot) -> None:
    await bot.add_cog(Operators(bot))
