"""/alias: people's own names for models."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import in_time, say
from bot.app import TinyBot
from bot.menus import LONGEST_CHOICE, MOST_CHOICES, completions
from bot.permissions import operators_only
from bot.replies.notes import inert
from bot.words import alias_lines, code
from tinyllm.errors import BackendError, UnknownAliasError
from tinyllm.models.remarks import alias_mark, unfit


class Aliases(commands.GroupCog, name="alias", description="Names that stand for models"):
    """Everybody sees them, the operators change them, for all servers and the terminal."""

    def __init__(self, bot: TinyBot) -> None:
        self.bot = bot

    @app_commands.command()
    @app_commands.describe(alias="The new name, one word", model="The model, or another alias, that it stands for")
    @operators_only()
    async def add(self, interaction: discord.Interaction[Any], alias: str, model: str) -> None:
        """Let a name stand for a model, or for another one than before (operators)"""
        await in_time(interaction, self._add(alias, model))
        await say(interaction, f"{code(alias)} stands for {self._target(alias)} now.")

    @app_commands.command()
    @app_commands.describe(alias="The name that stands for nothing any more")
    @operators_only()
    async def remove(self, interaction: discord.Interaction[Any], alias: str) -> None:
        """Let a name stand for nothing any more (operators)"""
        if not self.bot.registry.remove_alias(alias):
            raise UnknownAliasError(alias, self.bot.registry.list_aliases())
        await in_time(interaction, self.bot.shared.save())
        await say(interaction, f"{code(alias)} stands for nothing any more.")

    @app_commands.command(name="list")
    async def show(self, interaction: discord.Interaction[Any]) -> None:
        """The names that stand for models"""
        await say(interaction, await in_time(interaction, self._listed()))

    async def _listed(self) -> str:
        problem = await self._look()
        lines = ["**Aliases**", *alias_lines(self.bot.registry)]
        return "\n".join([*lines, f"⚠ {inert(problem)}"] if problem else lines)

    async def _add(self, alias: str, model: str) -> None:
        await self._look()
        self.bot.registry.add_alias(alias, model)
        await self.bot.shared.save()

    async def _look(self) -> str:
        """Learn what is installed where nothing is known yet; returns why that fails, for an alias needs no server."""
        if self.bot.registry.list_models():
            return ""
        try:
            await self.bot.registry.sync(self.bot.backend)
        except BackendError as exc:
            return str(exc)
        return ""

    @add.autocomplete("model")
    async def complete_model(self, _: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        return completions(self.bot.registry, typed)

    @remove.autocomplete("alias")
    async def complete_alias(self, _: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        registry, wanted = self.bot.registry, typed.strip().casefold()
        return [
            app_commands.Choice(name=f"{alias} → {target}{alias_mark(registry, alias)}"[:LONGEST_CHOICE], value=alias)
            for alias, target in sorted(registry.list_aliases().items())
            if wanted in alias
        ][:MOST_CHOICES]

    def _target(self, alias: str) -> str:
        """What an alias stands for, in words."""
        registry = self.bot.registry
        why = unfit(registry.get_model(alias)) if registry.is_told else ""
        meant = code(registry.resolve_name(alias))
        return f"{meant}, which {why}" if why else meant


async def setup(bot: TinyBot) -> None:
    await bot.add_cog(Aliases(bot))
