"""Running: every job ends, is reported, or can be ended."""

import asyncio

import pytest

from bot.running import Running
from tinyllm.halt import Halt, Halted

SHORT = 0.01
"""Seconds of patience that a test can afford."""


async def forever(halt: Halt, ends: list[str]) -> None:
    """Waits until it is asked to end, and takes note of how."""
    try:
        await halt.wait(asyncio.Event().wait())
    except Halted:
        ends.append("shutting down" if halt.shutting_down else "stopped")
    except asyncio.CancelledError:
        ends.append("cancelled")
        raise


async def deaf(ends: list[str]) -> None:
    """Never listens to its halt."""
    await forever(Halt(), ends)


async def test_the_message_that_shows_a_job_ends_it() -> None:
    running, halt, ends = Running(), Halt(), list[str]()
    running.start(forever(halt, ends), halt)
    running.shows(7, halt)
    await asyncio.sleep(0)

    assert not running.stop(8)
    assert running.stop(7)
    await running.drain(SHORT)
    assert ends == ["stopped"]
    assert not running.stop(7)


async def test_draining_waits_for_a_job_that_finishes_by_itself() -> None:
    running, finished = Running(), asyncio.Event()
    running.start(asyncio.wait_for(finished.wait(), 5), Halt())
    asyncio.get_running_loop().call_soon(finished.set)
    await running.drain(5)


@pytest.mark.parametrize("listens", [True, False])
async def test_draining_asks_and_then_insists(listens: bool) -> None:
    running, halt, ends = Running(), Halt(), list[str]()
    running.start(forever(halt, ends) if listens else deaf(ends), halt)
    await running.drain(SHORT)

    assert ends == ["shutting down" if listens else "cancelled"]


async def test_a_job_without_a_halt_is_not_waited_for() -> None:
    running, ends = Running(), list[str]()
    running.start(deaf(ends))
    await asyncio.sleep(0)
    async with asyncio.timeout(1):
        await running.drain(60)

    assert ends == ["cancelled"]


async def test_a_job_that_starts_while_draining_is_asked_to_end_at_once() -> None:
    running, halt, ends = Running(), Halt(), list[str]()
    await running.drain(SHORT)
    running.start(forever(halt, ends), halt)
    await running.drain(SHORT)

    assert ends == ["shutting down"]


async def test_a_job_that_fails_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    async def failing() -> None:
        raise ValueError("nobody foresaw this")

    running = Running()
    running.start(failing(), Halt())
    await running.drain(SHORT)
    await asyncio.sleep(0)

    assert "nobody foresaw this" in caplog.text
