"""/model, /models, /modelinfo: which model answers here, and which there are."""

from __future__ import annotations

import logging
from typing import Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.answers import in_time, say
from bot.app import TinyBot
from bot.menus import FOLLOW, ModelMenu, completions, follows
from bot.places import scope_of
from bot.replies.notes import inert
from bot.words import code, model_details, overview, why
from tinyllm.errors import BackendError, TinyLLMError
from tinyllm.models.capabilities import ModelCapabilities
from tinyllm.models.remarks import remark

log = logging.getLogger(__name__)


class Models(commands.Cog):
    """Everybody's commands about models."""

    def __init__(self, bot: TinyBot) -> None:
        self.bot = bot
        bot.add_view(ModelMenu(bot.registry, self._switch))

    @app_commands.command()
    @app_commands.describe(name=f"A model or an alias; “{FOLLOW}” to follow the server's default again")
    async def model(self, interaction: discord.Interaction[Any], name: str | None = None) -> None:
        """Switch this channel to another model, or see which one answers here and why"""
        if name is not None:
            await self._switch(interaction, name)
            return
        chosen = await in_time(interaction, self.bot.choices.effective(scope_of(interaction)))
        menu = ModelMenu(self.bot.registry, self._switch, chosen.model.name)
        await say(interaction, why(chosen), view=menu.only_drawn())

    @app_commands.command()
    async def models(self, interaction: discord.Interaction[Any]) -> None:
        """The installed models with their statistics, and the aliases"""
        await say(interaction, await in_time(interaction, self._overview(interaction)))

    @app_commands.command()
    @app_commands.describe(name="A model or an alias; the one that answers here if you leave it out")
    async def modelinfo(self, interaction: discord.Interaction[Any], name: str | None = None) -> None:
        """What a model can do, and how it has done so far"""
        model = await in_time(interaction, self._find(interaction, name))
        registry = self.bot.registry
        aliases = [alias for alias in registry.list_aliases() if registry.get_model(alias) is model]
        await say(interaction, model_details(model, registry.get_health(model.name), aliases))

    @model.autocomplete("name")
    @modelinfo.autocomplete("name")
    async def complete(self, _: discord.Interaction[Any], typed: str) -> list[app_commands.Choice[str]]:
        return completions(self.bot.registry, typed)

    async def _switch(self, interaction: discord.Interaction[Any], name: str) -> None:
        scope = scope_of(interaction)
        if follows(self.bot.registry, name):
            await in_time(interaction, self.bot.choices.follow(scope))
            chosen = await in_time(interaction, self.bot.choices.effective(scope))
            await say(interaction, why(chosen))
            return
        work = self.bot.conversations.switch(scope, name, chosen_by=str(interaction.user.id))
        switched = await in_time(interaction, work)
        as_typed = "" if name.strip().casefold() == switched.model.name.casefold() else f" ({code(name)})"
        lines = [f"Switched to {code(switched.model.name)}{as_typed}. It knows what was said here, and is warming up."]
        lines += [f"⚠ {inert(warning)}" for warning in switched.warnings]
        await say(interaction, "\n".join(filter(None, [*lines, remark(switched.model)])))
        self.bot.running.start(self._warm_up(switched.model))

    async def _warm_up(self, model: ModelCapabilities) -> None:
        try:
            await self.bot.conversations.warm_up(model)
        except BackendError as exc:
            log.warning("%s could not be warmed up: %s", model.name, exc)

    async def _find(self, interaction: discord.Interaction[Any], name: str | None) -> ModelCapabilities:
        if name is None:
            return (await self.bot.choices.effective(scope_of(interaction))).model
        return await self.bot.choices.find(name)

    async def _overview(self, interaction: discord.Interaction[Any]) -> str:
        current, loaded, problem = "", list[str](), ""
        try:
            current = (await self.bot.choices.effective(scope_of(interaction))).model.name
            loaded = await self.bot.backend.list_loaded()
        except TinyLLMError as exc:  # what is known without the server is shown all the same
            problem = str(exc)
        return overview(self.bot.registry, current, loaded, problem)


async def setup(bot: TinyBot) -> None:
    await bot.add_cog(Models(bot))
