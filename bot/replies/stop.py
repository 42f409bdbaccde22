"""The Stop button below an answer that is being made."""

from __future__ import annotations

from typing import Any

import discord

from bot.answers import say
from bot.running import Running
from bot.views import PersistentView


class StopView(PersistentView):
    """The button, for every answer."""

    def __init__(self, running: Running) -> None:
        super().__init__()
        self._running = running

    @discord.ui.button(label="Stop", style=discord.ButtonStyle.secondary, custom_id="tinyllm:stop")
    async def press(self, interaction: discord.Interaction[Any], _: discord.ui.Button[StopView]) -> None:
        if interaction.message is not None and self._running.stop(interaction.message.id):
            await interaction.response.defer()  # the answer itself shows that it was stopped
        else:
            await say(interaction, "This answer is over already.", ephemeral=True)
