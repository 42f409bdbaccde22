"""Who may do what. Discord's own settings only decide who sees a command; the checks here decide who may run it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.errors import NotOperatorError

if TYPE_CHECKING:
    from bot.app import TinyBot

T = TypeVar("T")
CogT = TypeVar("CogT", bound=commands.Cog)


def managers_only(cog: type[CogT]) -> type[CogT]:
    """A guild's managers, those with Manage Server, for every command of a cog.

    Discord lets a guild change who sees a command, and that must not change who may run it.
    """

    async def interaction_check(_: CogT, interaction: discord.Interaction[Any]) -> bool:
        if not interaction.permissions.manage_guild:
            raise app_commands.MissingPermissions(["manage_guild"])
        return True

    cog.interaction_check = interaction_check  # type: ignore[assignment]
    return app_commands.default_permissions(manage_guild=True)(app_commands.guild_only()(cog))


def operators_only() -> Callable[[T], T]:
    """The bot's operators: the application's owner or team, and those in the setting. Everybody sees the command."""

    def check(interaction: discord.Interaction[Any]) -> bool:
        if not is_operator(interaction.client, interaction.user):
            raise NotOperatorError
        return True

    return app_commands.check(check)


def is_operator(bot: TinyBot, user: discord.abc.Snowflake) -> bool:
    """Whether somebody operates this bot."""
    application = bot.application
    if application is None:
        return user.id in bot.settings.operator_ids
    owners = _members(application.team) if application.team else [application.owner]
    return user.id in bot.settings.operator_ids or any(owner.id == user.id for owner in owners)


def _members(team: discord.Team) -> list[discord.TeamMember]:
    """Those who have accepted the invitation, and may change something."""
    accepted = [each for each in team.members if each.membership_state is discord.TeamMembershipState.accepted]
    return [member for member in accepted if member.role is not discord.TeamMemberRole.read_only]
