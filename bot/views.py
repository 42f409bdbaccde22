"""What all our buttons and menus have in common."""

from __future__ import annotations

from typing import Any, Self

import discord

from bot.errors import report


class PersistentView(discord.ui.View):
    """A view that answers for as long as its messages exist, and tells people what goes wrong.

    One of a kind is registered with `Client.add_view` and hears every press, also below messages of an earlier life.
    """

    def __init__(self) -> None:
        super().__init__(timeout=None)

    def only_drawn(self) -> Self:
        """This view as one that is shown and hears nothing, so that discord.py does not keep it for each message."""
        self.stop()
        return self

    async def on_error(self, interaction: discord.Interaction[Any], error: Exception, _: discord.ui.Item[Any]) -> None:
        await report(interaction, error)
