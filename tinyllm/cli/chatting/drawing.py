"""Drawing: the events of a conversation on a terminal, as they come."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

from rich.segment import Segment

from tinyllm.answers import is_blank
from tinyllm.cli.chatting.markdown import Block, BlockSplitter
from tinyllm.cli.chatting.rendering import AnswerLines, Line, Part, code_length
from tinyllm.cli.chatting.screen import DIM, WARNING, Screen
from tinyllm.cli.chatting.words import ending, ordinal
from tinyllm.cli.output import inert
from tinyllm.clock import Clock
from tinyllm.errors import BackendError
from tinyllm.events import Ended, Event, InLine, Notice, Outcome, Started
from tinyllm.models.backend import Text, Thinking

STATUS_AFTER = 0.5
"""Seconds that a state must last before it is shown."""
PAUSE = 0.04
"""Seconds between two drawings, and longer where drawing takes long:"""
PATIENCE = 3
"""how many times as long as a drawing we then wait."""
RESTLESS_LINES = 4
"""Lines at the end of code that the next word may still change."""
CODE_MARGIN = 4
"""Lines around code: who says it, and what is above and below."""


class GrowingAnswer:
    """An answer that is drawn while it grows: what is finished is printed once, only the end is drawn again."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._splitter = BlockSplitter()
        self._lines = AnswerLines(screen.console)
        self._printed = 0
        """Lines of code of the first unfinished block that are printed already."""

    def add(self, text: str) -> None:
        """Take the next piece."""
        self._splitter.feed(inert(text))

    def draw(self) -> None:
        """Show all that has come."""
        staying = self._finished(self._splitter.finished())
        blocks = self._splitter.unfinished()
        if blocks and blocks[0].is_fence:
            staying += self._finished_code(blocks[0])
        lines = self._lines.look(blocks, Part(self._printed))
        self._screen.show(staying, _newest(lines, self._screen.room))

    def finish(self) -> None:
        """Print the rest for good."""
        self._screen.show(self._finished([*self._splitter.finished(), *self._splitter.flush()]))

    def _finished(self, blocks: Sequence[Block]) -> list[Line]:
        lines = list[Line]()
        for block in blocks:
            lines += self._lines.add(block, Part(self._printed))
            self._printed = 0
        return lines

    def _finished_code(self, block: Block) -> list[Line]:
        """Lines of code that need no drawing again, once there are more than the screen has room for."""
        room, length = self._screen.room, code_length(block)
        if length - self._printed <= max(room - CODE_MARGIN, RESTLESS_LINES):
            return []
        part = Part(self._printed, length - max(room // 2, RESTLESS_LINES))
        self._printed = part.end or 0
        return self._lines.look([block], part)


def _newest(lines: list[Line], room: int) -> list[Line]:
    return lines if len(lines) <= room else [[Segment("…", DIM)], *lines[len(lines) - room + 1 :]]


class Status:
    """A live line that says what is being waited for, once that has lasted for a moment."""

    def __init__(self, screen: Screen, clock: Clock, tasks: asyncio.TaskGroup) -> None:
        self._screen = screen
        self._clock = clock
        self._tasks = tasks
        self._telling: asyncio.Task[None] | None = None

    def show(self, tell: Callable[[float], Awaitable[str]]) -> None:
        """Show what `tell` makes of the seconds since now, in the place of what was shown."""
        self.hide()
        self._telling = self._tasks.create_task(self._tell(tell))

    def hide(self) -> None:
        """Show nothing any more."""
        if self._telling is not None:
            self._telling.cancel()
            self._telling = None
            self._screen.status("")

    async def _tell(self, tell: Callable[[float], Awaitable[str]]) -> None:
        began = self._clock.monotonic()
        await self._clock.sleep(STATUS_AFTER)
        while True:
            self._screen.status(await tell(self._clock.monotonic() - began))
            await self._clock.sleep(1.0)


Loaded = Callable[[], Awaitable[Sequence[str]]]
"""Tells which models are in memory; may raise BackendError."""


async def draw(events: AsyncIterator[Event], screen: Screen, clock: Clock, loaded: Loaded) -> Ended:
    """Draw an answer until it has ended; returns how."""
    async with asyncio.TaskGroup() as tasks:
        drawing = _Drawing(screen, clock, loaded, tasks)
        drawing_again = tasks.create_task(drawing.again())
        try:
            async for event in events:
                if isinstance(event, Ended):
                    drawing.finish(event)
                    return event
                drawing.take(event)
        finally:
            drawing.status.hide()
            drawing_again.cancel()
    raise RuntimeError("an answer must end with Ended")


class _Drawing:
    """One answer."""

    def __init__(self, screen: Screen, clock: Clock, loaded: Loaded, tasks: asyncio.TaskGroup) -> None:
        self.status = Status(screen, clock, tasks)
        self._screen = screen
        self._clock = clock
        self._loaded = loaded
        self._answer = GrowingAnswer(screen)
        self._grown = asyncio.Event()
        self._has_text = False
        self._thinking_since: float | None = None
        self._notices: list[str] = []
        """Those that came after the first word; they are shown below the answer."""

    async def again(self) -> None:
        while True:
            await self._grown.wait()
            self._grown.clear()
            began = self._clock.monotonic()
            self._answer.draw()
            await self._clock.sleep(max(PAUSE, PATIENCE * (self._clock.monotonic() - began)))

    def take(self, event: Event) -> None:
        match event:
            case Text(text):
                self._take_text(text)
            case Thinking() if self._thinking_since is None and not self._has_text:
                self._thinking_since = self._clock.monotonic()
                self.status.show(_thinking)
            case Started(model):
                self.status.show(lambda _: self._waiting(model))
            case InLine(ahead):
                self.status.show(lambda _: _in_line(ahead))
            case Notice(sentence) if self._has_text:
                self._notices.append(sentence)
            case Notice(sentence):
                self._screen.say(f"⚠ {sentence}", WARNING)

    def _take_text(self, text: str) -> None:
        self._answer.add(text)
        if not self._has_text and is_blank(text):
            return
        if not self._has_text:
            self._has_text = True
            self._end_waiting()
        self._grown.set()

    def _end_waiting(self) -> None:
        self.status.hide()
        if self._thinking_since is not None:
            thought = self._clock.monotonic() - self._thinking_since
            self._screen.say(f"Thought for {max(thought, 1):.0f} s", DIM)

    def finish(self, ended: Ended) -> None:
        if self._has_text:
            self._answer.finish()
        else:
            self._end_waiting()
        for notice in self._notices:
            self._screen.say(f"⚠ {notice}", WARNING)
        if sentence := ending(ended):
            self._screen.say(f"{_SIGNS.get(ended.outcome, '⚠')} {sentence}", WARNING)

    async def _waiting(self, model: str) -> str:
        try:
            is_loaded = model in await self._loaded()
        except BackendError:  # the answer itself is going to tell
            is_loaded = True
        return f"{'Waiting for' if is_loaded else 'Loading'} {model} …"


async def _thinking(seconds: float) -> str:
    return f"Thinking … {seconds:.0f} s"


async def _in_line(ahead: int) -> str:
    return f"{ordinal(ahead + 1)} in line …"


_SIGNS = {Outcome.STOPPED: "■", Outcome.INTERRUPTED: "■", Outcome.LENGTH: "…"}
