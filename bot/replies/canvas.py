"""A canvas of Discord messages in the channel where somebody asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Self

import discord

from bot.errors import UNDELIVERED
from bot.replies.streaming import HiccupError, ReplyLostError
from tinyllm.clock import Clock

TYPING_EVERY = 8.0
"""Seconds; Discord shows a typing bot for ten."""


class MessageCanvas:
    """Answers a message: the first page as a reply to it, and "is typing" until then. A context manager."""

    def __init__(
        self, question: discord.Message, stop_view: discord.ui.View, clock: Clock, on_shown: Callable[[int], None]
    ) -> None:
        """`on_shown` is told the id of each new page."""
        self._question = question
        self._stop_view = stop_view
        self._clock = clock
        self._on_shown = on_shown
        self._pages = 0
        self._typing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._typing = asyncio.create_task(self._type())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._stop_typing()

    async def send(self, content: str, *, stoppable: bool) -> int:
        # Sent again after a broken connection, a page of the same nonce is the one that Discord has already.
        options: dict[str, Any] = {"nonce": f"{self._question.id}-{self._pages}"}
        if not self._pages:
            options["reference"] = self._question.to_reference(fail_if_not_exists=False)
        if stoppable:
            options["view"] = self._stop_view
        self._stop_typing()
        with _translated():
            sent = await self._question.channel.send(content, mention_author=False, **options)
        self._on_shown(sent.id)
        if sent.content.strip() != content.strip():
            await self.edit(sent.id, content, stoppable=stoppable)
        self._pages += 1  # only now: if the edit failed, the next try must meet the same message
        return sent.id

    async def edit(self, message_id: int, content: str, *, stoppable: bool) -> None:
        page = discord.PartialMessage(channel=self._question.channel, id=message_id)
        with _translated():
            await page.edit(content=content, view=self._stop_view if stoppable else None)

    async def _type(self) -> None:
        try:
            while True:
                await self._question.channel.typing()
                await self._clock.sleep(TYPING_EVERY)
        except UNDELIVERED:
            return  # it is only an ornament; the answer itself will tell what is wrong

    def _stop_typing(self) -> None:
        if self._typing is not None:
            self._typing.cancel()
            self._typing = None


@contextmanager
def _translated() -> Iterator[None]:
    """Discord's errors as those of a Canvas."""
    try:
        yield
    except (discord.NotFound, discord.Forbidden) as exc:
        raise ReplyLostError(str(exc)) from exc
    except UNDELIVERED as exc:
        raise HiccupError(str(exc)) from exc
