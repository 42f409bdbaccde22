"""Slash commands are registered with Discord only when their definition has changed."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import discord
from discord import app_commands

log = logging.getLogger(__name__)

_SAID = frozenset(
    {"type", "name", "description", "options", "required", "choices", "value", "autocomplete", "min_value", "max_value"}
    | {"min_length", "max_length", "channel_types", "default_member_permissions", "contexts"}
)
"""What a definition says; the rest Discord adds by itself."""


async def register(tree: app_commands.CommandTree[Any]) -> bool:
    """Make Discord's list of our global commands what the tree says; False when it was that already.

    Raises discord.HTTPException.
    """
    wanted = [command.to_dict(tree) for command in tree.get_commands()]
    try:
        registered = await tree.client.http.get_global_commands(tree.client.application_id or 0)
    except discord.HTTPException as exc:
        log.warning("cannot read which commands are registered (%s), so they are registered again", exc)
    else:
        if _by_name(wanted) == _by_name(registered):
            return False
    await tree.sync()
    log.info("registered %d commands", len(wanted))
    return True


def _by_name(commands: Any) -> dict[tuple[str, int], object]:
    return {(command["name"], command.get("type", 1)): _comparable(command) for command in commands}


def _comparable(value: Any) -> object:
    """A definition reduced to what we say in it, with nothing where Discord's default is meant."""
    if isinstance(value, Mapping):
        return {name: _comparable(entry) for name, entry in value.items() if name in _SAID and entry}
    if isinstance(value, list):
        return [_comparable(entry) for entry in value]
    return str(value)  # Discord writes permissions as text
