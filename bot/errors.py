"""The one place that turns errors into sentences for people."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from typing import Any

import aiohttp
import discord
from discord import app_commands

from bot.answers import say
from bot.replies.notes import inert
from tinyllm.errors import TinyLLMError

log = logging.getLogger(__name__)


UNDELIVERED = (discord.HTTPException, aiohttp.ClientError, OSError)
"""How a request to Discord fails."""


class StartError(TinyLLMError):
    """The bot cannot start; says why and what to do."""


class NotOperatorError(app_commands.CheckFailure):
    """Only operators may do this."""


def _permissions(error: Any) -> str:
    names = ", ".join(permission.replace("_", " ").title() for permission in error.missing_permissions)
    return names.replace("Manage Guild", "Manage Server")


SENTENCES: dict[type[BaseException], Callable[[Any], str]] = {
    TinyLLMError: lambda error: inert(str(error), 1500),
    NotOperatorError: lambda _: "Only the operators of this bot may do that: its owner, and whom the owner has named.",
    app_commands.MissingPermissions: lambda error: f"You need the permission {_permissions(error)} for that.",
    app_commands.BotMissingPermissions: lambda error: f"I need the permission {_permissions(error)} for that.",
    app_commands.NoPrivateMessage: lambda _: "That works only in a server.",
    app_commands.CheckFailure: lambda _: "You may not do that here.",
    app_commands.CommandNotFound: lambda _: "I have been updated and do not know that command any more. Type / again.",
    app_commands.CommandSignatureMismatch: lambda _: "That command has changed with an update. Type / again.",
    discord.Forbidden: lambda error: f"Discord does not let me do that here: {inert(error.text)}.",
    app_commands.TransformerError: lambda error: f"“{inert(str(error.value))}” does not fit there.",
}


def sentence(error: BaseException) -> str | None:
    """What to tell a person about an error; None for one that nobody foresaw."""
    if isinstance(error, app_commands.CommandInvokeError):
        error = error.original
    for kind in type(error).__mro__:
        if kind in SENTENCES:
            return SENTENCES[kind](error)
    return None


async def report(interaction: discord.Interaction[Any], error: BaseException) -> None:
    """Tell the person whose command or button failed, answered already or not."""
    try:
        await say(interaction, _told(error), ephemeral=True)
    except UNDELIVERED as exc:
        log.warning("could not tell %s what went wrong: %s", interaction.user.id, exc)


async def apologise(message: discord.Message, error: BaseException) -> None:
    """Tell the person whose message could not be answered."""
    try:
        await message.reply(_told(error), mention_author=False)
    except UNDELIVERED as exc:
        log.warning("could not tell %s what went wrong: %s", message.author.id, exc)


def _told(error: BaseException) -> str:
    """The sentence about an error; one that nobody foresaw goes to the log under a reference."""
    text = sentence(error)
    if text is not None:
        return text
    reference = secrets.token_hex(4)
    log.error("unforeseen error %s", reference, exc_info=error)
    return f"Something went wrong that should not have. It is in the log under {reference}."
