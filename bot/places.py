"""From Discord's channels to scopes and surroundings."""

from __future__ import annotations

from typing import Any

import discord

from tinyllm.prompt import Surroundings
from tinyllm.scopes import EVERYWHERE, Scope, channel_scope, guild_scope


def scope_of(source: discord.Message | discord.Interaction[Any]) -> Scope:
    """The scope of the channel that a message or an interaction is in."""
    guild_id = source.guild.id if source.guild else getattr(source, "guild_id", None)
    within = guild_scope(guild_id) if guild_id else EVERYWHERE
    if isinstance(source.channel, discord.Thread):
        within = channel_scope(source.channel.parent_id, within=within)
    channel_id = source.channel.id if source.channel else getattr(source, "channel_id", 0)
    return channel_scope(channel_id, within=within)


def surroundings_of(message: discord.Message, me: discord.ClientUser) -> Surroundings:
    """Where a message to us was said, in words."""
    channel = getattr(message.channel, "name", None)
    return Surroundings(
        bot=message.guild.me.display_name if message.guild else me.name,
        guild=message.guild.name if message.guild else "a direct message",
        channel=f"#{channel}" if channel else "a private conversation",
    )
