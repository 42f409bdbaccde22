"""A streamed reply: what is shown when, on a clock that is moved by hand."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.replies.streaming import FINAL_PAUSES, PACE, HiccupError, ReplyLostError, StreamedReply
from tests.bot.canvases import MemoryCanvas
from tests.clocks import ManualClock


@pytest.fixture
def canvas() -> MemoryCanvas:
    return MemoryCanvas()


@pytest.fixture
def lost() -> asyncio.Event:
    """Set when the reply says that its place is gone."""
    return asyncio.Event()


@pytest.fixture
async def reply(canvas: MemoryCanvas, clock: ManualClock, lost: asyncio.Event) -> AsyncIterator[StreamedReply]:
    async with StreamedReply(canvas, clock, on_lost=lost.set) as opened:
        yield opened


async def test_the_first_words_are_shown_at_once(
    reply: StreamedReply, canvas: MemoryCanvas, clock: ManualClock
) -> None:
    reply.add("Hello")
    await clock.until_sleeping()

    assert canvas.shown == ["Hello"]
    assert canvas.stoppable == [True]


async def test_what_comes_within_the_pace_is_shown_together_and_only_when_it_is_over(
    reply: StreamedReply, canvas: MemoryCanvas, clock: ManualClock
) -> None:
    reply.add("one")
    await clock.until_sleeping()
    reply.add(" two")
    reply.add(" three")
    clock.advance(PACE * 0.9)
    await asyncio.sleep(0)
    assert canvas.versions == [["one"]]

    clock.advance(PACE * 0.1)
    await clock.until_sleeping()
    assert canvas.versions == [["one", "one two three"]]


async def test_the_last_version_does_not_wait_for_the_pace_and_has_no_button(
    reply: StreamedReply, canvas: MemoryCanvas, clock: ManualClock
) -> None:
    reply.add("one")
    await clock.until_sleeping()
    reply.add(" two")

    assert await reply.finish(["small"]) == [1]
    assert canvas.shown == ["one two\n-# small"]
    assert canvas.stoppable == [False]


async def test_a_long_text_grows_over_several_pages_and_the_button_moves_along(
    reply: StreamedReply, canvas: MemoryCanvas, clock: ManualClock
) -> None:
    reply.add("word " * 300)
    await clock.until_sleeping()
    reply.add("word " * 300)
    clock.advance(PACE)
    await clock.until_sleeping()

    assert len(canvas.shown) == 2
    assert canvas.stoppable == [False, True]
    assert await reply.finish() == [1, 2]
    assert "".join(canvas.shown).split() == ["word"] * 600


async def test_a_blank_beginning_is_not_sent_because_discord_refuses_it(
    reply: StreamedReply, canvas: MemoryCanvas, clock: ManualClock
) -> None:
    reply.add("\n\n ")
    await clock.until_sleeping()

    assert canvas.shown == []
    assert await reply.finish() == []


async def test_a_version_that_discord_does_not_take_is_followed_by_the_next(
    reply: StreamedReply, canvas: MemoryCanvas, clock: ManualClock
) -> None:
    canvas.hiccups = 1
    reply.add("one")
    await clock.until_sleeping()
    assert canvas.shown == []

    clock.advance(PACE)
    await clock.until_sleeping()
    assert canvas.shown == ["one"]


async def test_the_last_version_is_tried_again_until_it_is_shown(
    reply: StreamedReply, canvas: MemoryCanvas, clock: ManualClock
) -> None:
    reply.add("one")
    await clock.until_sleeping()
    canvas.hiccups = len(FINAL_PAUSES)
    await clock.run(reply.finish(["end"]))

    assert canvas.shown == ["one\n-# end"]


async def test_when_discord_never_takes_the_last_version_that_is_an_error(
    reply: StreamedReply, canvas: MemoryCanvas, clock: ManualClock
) -> None:
    canvas.hiccups = 100

    with pytest.raises(HiccupError):
        await clock.run(reply.finish(["end"]))


async def test_when_the_place_is_gone_somebody_is_told_so_that_the_model_can_be_stopped(
    reply: StreamedReply, canvas: MemoryCanvas, clock: ManualClock, lost: asyncio.Event
) -> None:
    reply.add("one")
    await clock.until_sleeping()
    canvas.lost = True
    reply.add(" two")
    clock.advance(PACE)
    async with asyncio.timeout(5):
        await lost.wait()

    with pytest.raises(ReplyLostError):
        await reply.finish()
