"""What a Discord message says to us, if anything."""

from __future__ import annotations

import re

import discord

_TOKEN = re.compile(r"<(?:@!?(?P<user>\d+)|@&(?P<role>\d+)|#(?P<channel>\d+)|a?(?P<emoji>:\w+:)\d+)>")


def is_for(message: discord.Message, me: discord.ClientUser) -> bool:
    """Whether a person has mentioned us, replied to us, or written to us alone. Needs no I/O.

    A guild that we do not know yet is no direct message, although its messages have no `guild`.
    """
    if message.author.bot or message.webhook_id is not None:
        return False
    if message.type not in (discord.MessageType.default, discord.MessageType.reply):
        return False
    return isinstance(message.channel, discord.DMChannel) or any(user.id == me.id for user in message.mentions)


def question(message: discord.Message, me: discord.ClientUser) -> str:
    """What was said, without our own mention at its start, and with names in the place of other mentions."""
    users = {user.id: user.display_name for user in message.mentions}

    def name(token: re.Match[str]) -> str:
        if token["emoji"]:
            return token["emoji"]
        if token["user"]:
            return f"@{users.get(int(token['user']), 'somebody')}"
        if token["role"]:
            role = message.guild.get_role(int(token["role"])) if message.guild else None
            return f"@{role.name if role else 'some role'}"
        channel = message.guild.get_channel_or_thread(int(token["channel"])) if message.guild else None
        return f"#{channel.name if channel else 'some channel'}"

    text = re.sub(rf"^(\s*<@!?{me.id}>)+|(<@!?{me.id}>\s*)+$", "", message.content)
    return _TOKEN.sub(name, text).strip()
