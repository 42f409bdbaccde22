"""/default: what the bot's operators set for everybody."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.app import TinyBot
from bot.choosing import set_default
from bot.menus import FOLLOW, completions
from bot.permissions import operators_only
from tinyllm.scopes import EVERYWHERE


class Operators(commands.Cog):
    """Commands of the operators."""

    def __init__(self, bot: TinyBot) -> None:
        self.bot = bot

    @app_commands.command()
    @app_commands.describe(model=f"A model or an alias; “{FOLLOW}” to have none")
    @operators_only()
    async def default(self, interaction: discord.Interaction[TinyBot], model: str) -> None:
        """The model of every server and conversation that has no choice of its own (operators)"""
        await set_default(interaction, EVERYWHERE, model, "everywhere")

    @default.autocomplete("model")
    async def complete(self, _: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        return completions(self.bot.registry, typed)


async def setup(bot: TinyBot) -> None:
    await bot.add_cog(Operators(bot))
