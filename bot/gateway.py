"""What discord.py does not forgive at the gateway: an event that it cannot read, a first connection that fails."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import discord

log = logging.getLogger(__name__)

Parser = Callable[[Any], None]
_INDISPENSABLE = ("READY", "RESUMED")
"""Events without which nothing works; when one of them cannot be read, that must not go unnoticed."""


def forgive_odd_events(client: discord.Client) -> None:
    """Let an event that cannot be read be logged and passed over, where discord.py would end."""
    parsers: dict[str, Parser] = client._connection.parsers  # noqa: SLF001 - there is no other way in
    for name, parse in parsers.items():
        if name not in _INDISPENSABLE:
            parsers[name] = _forgiving(name, _completing(parse) if name == "INTERACTION_CREATE" else parse)


async def stay_connected(client: discord.Client) -> None:
    """`Client.connect`, which connects again by itself, but not when its very first connection fails."""
    while not client.is_closed():
        try:
            await client.connect()
        except AttributeError:  # it looks for the session that it would resume
            if client.ws is not None:
                raise
            log.warning("Discord's gateway cannot be reached; trying again")


def _forgiving(name: str, parse: Parser) -> Parser:
    def forgiving(data: Any) -> None:
        try:
            parse(data)
        except Exception as exc:  # noqa: BLE001 - whatever is wrong with one event, the next ones must be heard
            log.warning("an event %s of Discord cannot be read: %r", name, exc)

    return forgiving


def _completing(parse: Parser) -> Parser:
    """Interactions may come with the id of their channel alone, and discord.py wants the channel."""

    def completing(data: Any) -> None:
        if "channel" not in data and "channel_id" in data:
            kind = discord.ChannelType.text if "guild_id" in data else discord.ChannelType.private
            data["channel"] = {"id": data["channel_id"], "type": kind.value, "name": "", "position": 0}
        parse(data)

    return completing
