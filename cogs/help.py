"""/help: how to talk to the bot, and what commands there are."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import say
from bot.app import TinyBot


class Help(commands.Cog):
    """What there is."""

    def __init__(self, bot: TinyBot) -> None:
        self.bot = bot

    @app_commands.command()
    async def help(self, interaction: discord.Interaction[Any]) -> None:
        """How to talk to me, and what commands there are"""
        name = self.bot.user.mention if self.bot.user else "me"
        lines = [
            f"Mention {name}, reply to me with the ping on, or write to me alone. I know what was said before.",
            "Each channel has its own memory and its own model, and you can change the model in mid-conversation.",
            "",
            *(f"`/{command.qualified_name}` {command.description}" for command in self._commands()),
        ]
        await say(interaction, "\n".join(lines), ephemeral=True)

    def _commands(self) -> list[app_commands.Command[Any, ..., Any]]:
        found = [each for each in self.bot.tree.walk_commands() if isinstance(each, app_commands.Command)]
        return sorted(found, key=lambda command: command.qualified_name)


async def setup(bot: TinyBot) -> None:
    await bot.add_cog(Help(bot))
