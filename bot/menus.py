"""Menus and completions of models."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import discord
from discord import app_commands

from bot.views import PersistentView
from tinyllm.models.names import closest
from tinyllm.models.registry import ModelRegistry
from tinyllm.models.remarks import unfit

MOST_CHOICES = 25
"""Entries that Discord takes in a menu or a completion,"""
LONGEST_CHOICE = 100
"""and characters of one."""
FOLLOW = "default"
"""Typed in the place of a model: give up a choice, and follow the wider ones."""


def follows(registry: ModelRegistry, typed: str) -> bool:
    """Whether somebody gives up a choice; not where a model has that name."""
    return typed.strip().casefold() == FOLLOW and registry.get_model(typed) is None


def completions(registry: ModelRegistry, typed: str) -> list[app_commands.Choice[str]]:
    """Models that can chat, and aliases of such, that fit what was typed. From memory alone."""
    targets = {alias: registry.get_model(alias) for alias in sorted(registry.list_aliases())}
    labels = {alias: f"{alias} → {model.name}" for alias, model in targets.items() if model and not unfit(model)}
    labels |= {model.name: model.name for model in registry.chat_models()}
    wanted = typed.strip().casefold()
    fitting = [name for name in labels if wanted in labels[name].casefold()] or closest(wanted, labels, MOST_CHOICES)
    return [
        app_commands.Choice(name=labels[name][:LONGEST_CHOICE], value=name)
        for name in fitting
        if len(name) <= LONGEST_CHOICE
    ][:MOST_CHOICES]


Pick = Callable[[discord.Interaction[Any], str], Awaitable[None]]
"""Called with the name that somebody picks."""


class ModelMenu(PersistentView):
    """A menu of the installed models."""

    def __init__(self, registry: ModelRegistry, pick: Pick, current: str = "") -> None:
        super().__init__()
        self.add_item(_ModelSelect(registry, pick, current))


class _ModelSelect(discord.ui.Select[ModelMenu]):
    def __init__(self, registry: ModelRegistry, pick: Pick, current: str) -> None:
        names = [model.name for model in registry.chat_models() if len(model.name) <= LONGEST_CHOICE][:MOST_CHOICES]
        options = [discord.SelectOption(label=name, value=name, default=name == current) for name in names]
        empty = discord.SelectOption(label="no model is installed")  # Discord refuses a menu without an entry
        super().__init__(custom_id="tinyllm:model", placeholder="Switch to …", options=options or [empty])
        self._pick = pick

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        await self._pick(interaction, self.values[0])
