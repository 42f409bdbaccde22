"""Drawing: the events of a conversation as a streamed reply."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from bot.replies.notes import footer, inert
from bot.replies.streaming import StreamedReply
from tinyllm.answers import is_blank
from tinyllm.clock import Clock
from tinyllm.events import Ended, Event, InLine, Notice, Outcome, Started
from tinyllm.models.backend import Text, Thinking

STATUS_AFTER = 2.0
"""Seconds that a state must last before it is shown."""


class Drawing:
    """Draws one answer."""

    def __init__(self, reply: StreamedReply, clock: Clock) -> None:
        self._reply = reply
        self._clock = clock
        self._notices: list[str] = []
        self._status = ""
        self._showing: asyncio.Task[None] | None = None
        self._has_text = False

    async def draw(self, events: AsyncIterator[Event]) -> tuple[Ended, list[int]]:
        """Draw until the answer has ended; returns how, and the messages that show it.

        Raises ReplyLostError and HiccupError when the end could not be shown.
        """
        try:
            async for event in events:
                if isinstance(event, Ended):
                    return event, await self._finish(event)
                self._take(event)
        finally:
            self._show_status("")
        raise RuntimeError("an answer must end with Ended")

    def _take(self, event: Event) -> None:
        match event:
            case Text(text):
                self._show_status("")
                self._has_text = self._has_text or not is_blank(text)
                self._reply.add(text)
            case Thinking():
                self._show_status("thinking …")
            case Started(model):
                self._show_status(f"waiting for {model} …")
            case InLine(ahead):
                self._show_status(f"in line, {ahead} before you …")
            case Notice(sentence):
                self._notices.append(sentence)

    async def _finish(self, ended: Ended) -> list[int]:
        self._show_status("")
        reason = f"{_SIGNS.get(ended.outcome, '⚠')} {ended.reason}" if ended.reason else ""
        notes = [*self._notices, footer(ended)]
        if self._has_text:
            notes.insert(0, reason)
        else:
            self._reply.add(inert(reason, 1000))
        return await self._reply.finish(notes)

    def _show_status(self, status: str) -> None:
        """Show a state in the place of the one before, when it has lasted for a while; none for the empty one."""
        if status == self._status:
            return
        self._status = status
        if self._showing is not None:
            self._showing.cancel()
            self._reply.note(self._notices)
        self._showing = asyncio.create_task(self._show_later(status)) if status else None

    async def _show_later(self, status: str) -> None:
        await self._clock.sleep(STATUS_AFTER)
        self._reply.note([*self._notices, status])


_SIGNS = {Outcome.STOPPED: "■", Outcome.LENGTH: "…"}
