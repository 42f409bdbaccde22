"""A reply that is shown while it grows."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Protocol, Self

from bot.replies.notes import NOTES_ROOM, small
from bot.replies.pages import MESSAGE_LIMIT, paginate
from tinyllm.answers import is_blank
from tinyllm.clock import Clock
from tinyllm.halt import Halt, Halted

log = logging.getLogger(__name__)

PACE = 1.25
"""Seconds between two looks at what is new; of Discord's five edits in five seconds, one stays for the end."""
FINAL_PAUSES = (1.0, 5.0, 15.0)
"""Seconds before each further try to show the last version."""


class ReplyLostError(Exception):
    """The place of a reply is gone: message or channel deleted, or permission lost."""


class HiccupError(Exception):
    """Discord did not take this version; the next one may get through."""


class Canvas(Protocol):
    """Where a reply is shown. Methods raise ReplyLostError and HiccupError."""

    async def send(self, content: str, *, stoppable: bool) -> int:
        """Show a new page, with a Stop button or not; returns its message id."""

    async def edit(self, message_id: int, content: str, *, stoppable: bool) -> None:
        """Show a page's new content."""


class StreamedReply:
    """Takes a text piece by piece and shows what there is at a steady pace, the last version at once.

    Use it as a context manager; a task of its own paints until `finish`.
    """

    def __init__(self, canvas: Canvas, clock: Clock, on_lost: Callable[[], None]) -> None:
        """`on_lost` is called when there is no place left to show anything."""
        self._canvas = canvas
        self._clock = clock
        self._on_lost = on_lost
        self._pieces: list[str] = []
        self._notes: Sequence[str] = ()
        self._news = asyncio.Event()
        self._halt = Halt()
        self._shown: list[tuple[int, str, bool]] = []

    async def __aenter__(self) -> Self:
        self._painter = asyncio.create_task(self._paint_on())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._painter.cancel()
        await asyncio.gather(self._painter, return_exceptions=True)

    def add(self, piece: str) -> None:
        """Take the next piece of the text; it is shown when its time comes."""
        self._pieces.append(piece)
        self._news.set()

    def note(self, notes: Sequence[str]) -> None:
        """Take the notes to show below the text, in the place of earlier ones."""
        self._notes = notes
        self._news.set()

    async def finish(self, notes: Sequence[str] = ()) -> list[int]:
        """Show the last version now. Returns the ids of its messages. Raises ReplyLostError, HiccupError."""
        self._halt.request()
        await self._painter
        self._notes = notes
        pauses = iter(FINAL_PAUSES)
        while True:
            try:
                await self._paint(final=True)
            except HiccupError as exc:
                if (pause := next(pauses, None)) is None:
                    raise
                log.warning("the last version of a reply was not shown yet: %s", exc)
                await self._clock.sleep(pause)
            else:
                return [message_id for message_id, _, _ in self._shown]

    async def _paint_on(self) -> None:
        try:
            while True:
                await self._halt.wait(self._news.wait())
                self._news.clear()
                try:
                    await self._paint(final=False)
                except HiccupError as exc:
                    log.warning("a version of a reply was not shown: %s", exc)
                    self._news.set()
                await self._halt.wait(self._clock.sleep(PACE))
        except Halted:
            return
        except ReplyLostError:
            self._on_lost()
            raise

    async def _paint(self, *, final: bool) -> None:
        contents = self._contents()
        for index, content in enumerate(contents):
            stoppable = not final and index == len(contents) - 1
            if index >= len(self._shown):
                self._shown.append((await self._canvas.send(content, stoppable=stoppable), content, stoppable))
            elif self._shown[index][1:] != (content, stoppable):
                message_id = self._shown[index][0]
                await self._canvas.edit(message_id, content, stoppable=stoppable)
                self._shown[index] = (message_id, content, stoppable)

    def _contents(self) -> list[str]:
        pages = [page.content for page in paginate("".join(self._pieces), MESSAGE_LIMIT - NOTES_ROOM)]
        contents = [content for content in pages if not is_blank(content)]  # Discord refuses blank messages
        if notes := small(self._notes):
            contents[-1:] = [f"{contents[-1].rstrip()}\n{notes}" if contents else notes]
        return contents
