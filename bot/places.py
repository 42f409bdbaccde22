"""From Discord's channels to scopes and surroundings."""

from __future__ import annotations

from typing import Any

import discord

from tinyllm.errors import TinyLLMError
from tinyllm.prompt import Surroundings
from tinyllm.scopes import EVERYWHERE, Scope, channel_scope, guild_scope


class NowhereError(TinyLLMError):
    """Discord does not say in which channel something was done."""

    def __init__(self) -> None:
        super().__init__("Discord does not tell me which channel this is. Try it in another one.")


def scope_of(source: discord.Message | discord.Interaction[Any]) -> Scope:
    """The scope of the channel that a message or an interaction is in."""
    channel = source.channel
    if channel is None:
        raise NowhereError
    guild_id = source.guild.id if source.guild else getattr(channel, "guild_id", None)
    within = guild_scope(guild_id) if guild_id else EVERYWHERE
    if isinstance(channel, discord.Thread):
        within = channel_scope(channel.parent_id, within=within)
    return channel_scope(channel.id, within=within)


def surroundings_of(message: discord.Message, me: discord.ClientUser) -> Surroundings:
    """Where a message to us was said, in words."""
    guild = message.guild
    member: discord.Member | None = guild.me if guild else None  # None also while Discord has not described the guild
    channel = getattr(message.channel, "name", None)
    return Surroundings(
        bot=member.display_name if member is not None else me.name,
        guild=guild.name or "a server" if guild else "a direct message",
        channel=f"#{channel}" if channel else "a private conversation",
    )
