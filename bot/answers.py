"""Answers to commands, given within the three seconds that Discord allows."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import discord

from bot.replies.pages import paginate

T = TypeVar("T")

DEFER_AFTER = 1.5
"""Seconds after which a person sees that we are at it."""


async def in_time(interaction: discord.Interaction[Any], work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`, which the person waits for; a late one is announced by Discord's "is thinking".

    What is said after that announcement is seen by everybody, as it is, also a refusal.
    """
    task = asyncio.create_task(work)
    try:
        done, _ = await asyncio.wait({task}, timeout=DEFER_AFTER)
        if not done and not interaction.response.is_done():
            await interaction.response.defer(thinking=True)
        return await task
    finally:
        task.cancel()


async def say(
    interaction: discord.Interaction[Any],
    text: str,
    *,
    ephemeral: bool = False,
    view: discord.ui.View = discord.utils.MISSING,
) -> None:
    """Answer a command or a button, deferred or not; a long text takes several messages."""
    first, *others = (page.content for page in paginate(text) if page.content.strip())
    if interaction.response.is_done():
        await interaction.followup.send(first, ephemeral=ephemeral, view=view)
    else:
        await interaction.response.send_message(first, ephemeral=ephemeral, view=view)
    for content in others:
        await interaction.followup.send(content, ephemeral=ephemeral)
