"""Setting the default model of a guild, or of everything; `/settings model` and `/default` do the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.answers import in_time, say
from bot.menus import follows
from bot.words import code
from tinyllm.scopes import Scope

if TYPE_CHECKING:
    from bot.app import TinyBot


async def set_default(interaction: discord.Interaction[TinyBot], scope: Scope, typed: str, whose: str) -> None:
    """Choose a model for a wide scope, or give its choice up, and say so; `whose` is the scope in words."""
    bot = interaction.client
    if follows(bot.registry, typed):
        await in_time(interaction, bot.choices.follow(scope))
        await say(interaction, f"There is no default {whose} any more.")
        return
    chosen_by = str(interaction.user.id)
    model = await in_time(interaction, bot.choices.switch(scope, typed, chosen_by=chosen_by))
    await say(interaction, f"{code(model.name)} is the default {whose} now. Channels with their own choice keep it.")
