"""Drawing: what the events of a conversation look like."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.replies.drawing import STATUS_AFTER, Drawing
from bot.replies.streaming import StreamedReply
from tests.bot.canvases import MemoryCanvas
from tests.clocks import ManualClock
from tinyllm.answers import AnswerFigures
from tinyllm.events import Ended, Event, InLine, Notice, Outcome, Started
from tinyllm.models.backend import Text, Thinking

FIGURES = AnswerFigures(duration=1.94, first_token=0.2, thought=None, tokens_per_second=83.6)
DONE = Ended(Outcome.DONE, "", "qwen3:8b", FIGURES, 7)
FOOTER = "-# qwen3:8b · 1.9 s · 84 tok/s"


class Source:
    """Events that a test sends one by one."""

    def __init__(self) -> None:
        self._events: asyncio.Queue[Event] = asyncio.Queue()

    def send(self, *events: Event) -> None:
        for event in events:
            self._events.put_nowait(event)

    async def __aiter__(self) -> AsyncIterator[Event]:
        while True:
            yield await self._events.get()


async def drawn(*events: Event) -> list[str]:
    """What can be seen in the end."""
    canvas, clock, source = MemoryCanvas(), ManualClock(), Source()
    source.send(*events)
    async with StreamedReply(canvas, clock, on_lost=lambda: None) as reply:
        await Drawing(reply, clock).draw(aiter(source))
    return canvas.shown


async def test_a_good_answer_is_its_text_and_a_line_of_figures() -> None:
    assert await drawn(Started("qwen3:8b"), Text("Hello"), Text("!"), DONE) == [f"Hello!\n{FOOTER}"]


async def test_what_the_model_thought_is_not_in_the_answer_but_how_long_is() -> None:
    figures = AnswerFigures(3.0, 2.5, 2.4, None)
    ended = Ended(Outcome.DONE, "", "qwen3:8b", figures)

    assert await drawn(Thinking("hm"), Text("42"), ended) == ["42\n-# qwen3:8b · thought 2.4 s · 3.0 s"]


async def test_notices_stand_below_the_answer() -> None:
    shown = await drawn(Notice("large is gone."), Text("Hello"), DONE)

    assert shown == [f"Hello\n-# large is gone.\n{FOOTER}"]


@pytest.mark.parametrize(
    ("outcome", "reason", "mark"),
    [
        pytest.param(Outcome.STOPPED, "Stopped.", "■ Stopped.", id="stopped"),
        pytest.param(Outcome.LENGTH, "The limit.", "… The limit.", id="length"),
        pytest.param(Outcome.CUT, "It broke.", "⚠ It broke.", id="cut"),
    ],
)
async def test_why_an_answer_ended_otherwise_stands_below_it(outcome: Outcome, reason: str, mark: str) -> None:
    assert await drawn(Text("Hel"), Ended(outcome, reason, "m", FIGURES)) == [
        f"Hel\n-# {mark}\n-# m · 1.9 s · 84 tok/s"
    ]


async def test_where_there_is_no_answer_the_reason_is_in_its_place() -> None:
    assert await drawn(Ended(Outcome.ERROR, "Nobody is there.")) == ["⚠ Nobody is there."]
    assert await drawn(Text(" \n"), Ended(Outcome.EMPTY, "Empty.", "m", None)) == [" \n⚠ Empty.\n-# m"]


async def test_a_hostile_reason_is_shown_and_has_no_effect() -> None:
    (shown,) = await drawn(Ended(Outcome.ERROR, "**bold** [click](http://x)\n# title " + "x" * 9000))

    assert shown.startswith("⚠ \\*\\*bold\\*\\* \\[click](http://x) # title")
    assert len(shown) <= 2000


@pytest.mark.parametrize(
    ("event", "status"),
    [
        pytest.param(Started("qwen3:8b"), "-# waiting for qwen3:8b …", id="loading"),
        pytest.param(InLine(2), "-# in line, 2 before you …", id="in line"),
        pytest.param(Thinking("hm"), "-# thinking …", id="thinking"),
    ],
)
async def test_a_state_is_shown_when_it_lasts_and_gives_way_to_the_text(
    clock: ManualClock, event: Event, status: str
) -> None:
    canvas, source = MemoryCanvas(), Source()
    async with StreamedReply(canvas, clock, on_lost=lambda: None) as reply:
        drawing = asyncio.create_task(Drawing(reply, clock).draw(aiter(source)))
        source.send(event)
        await clock.until_sleeping()
        clock.advance(STATUS_AFTER * 0.9)
        await asyncio.sleep(0)
        assert canvas.shown == []

        clock.advance(STATUS_AFTER * 0.1)
        await clock.until_sleeping()
        assert canvas.shown == [status]

        source.send(Text("Hello"), DONE)
        await drawing
    assert canvas.shown == [f"Hello\n{FOOTER}"]


async def test_a_state_that_does_not_last_is_never_shown() -> None:
    canvas, clock, source = MemoryCanvas(), ManualClock(), Source()
    source.send(InLine(1), Started("m"), Text("Hello"), DONE)
    async with StreamedReply(canvas, clock, on_lost=lambda: None) as reply:
        await Drawing(reply, clock).draw(aiter(source))

    assert all("waiting" not in version for versions in canvas.versions for version in versions)
