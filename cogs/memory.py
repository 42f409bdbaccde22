"""/clear: what a channel's memory forgets."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import in_time, say
from bot.app import TinyBot
from bot.places import scope_of


class Memory(commands.Cog):
    """Commands about what is remembered."""

    def __init__(self, bot: TinyBot) -> None:
        self.bot = bot

    @app_commands.command()
    async def clear(self, interaction: discord.Interaction[Any]) -> None:
        """Forget what was said to me in this channel; the model stays"""
        forgotten = await in_time(interaction, self.bot.conversations.clear(scope_of(interaction)))
        what = "1 message" if forgotten == 1 else f"{forgotten} messages"
        await say(
            interaction, f"I have forgotten {what} of this channel." if forgotten else "There was nothing to forget."
        )


async def setup(bot: TinyBot) -> None:
    await bot.add_cog(Memory(bot))
