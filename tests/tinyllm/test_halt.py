import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from tinyllm.halt import Halt, Halted


async def numbers(count: int) -> AsyncGenerator[int, None]:
    for number in range(count):
        yield number


async def cleaning_up(count: int) -> AsyncGenerator[int, None]:
    """Numbers from a source that takes a moment to close."""
    try:
        for number in range(count):
            yield number
    finally:
        await asyncio.sleep(0)


async def test_a_request_between_two_values_ends_a_source_that_needs_to_clean_up() -> None:
    halt = Halt()
    async with aclosing(cleaning_up(3)) as source:
        values = halt.each(source)
        assert await anext(values) == 0
        halt.request()
        with pytest.raises(Halted):
            await anext(values)


async def test_without_a_request_a_wait_is_only_a_wait() -> None:
    halt = Halt()
    assert await halt.wait(asyncio.sleep(0, "slept")) == "slept"
    assert [number async for number in halt.each(numbers(3))] == [0, 1, 2]
    assert not halt.requested


async def test_a_request_ends_the_current_wait() -> None:
    halt, never = Halt(), asyncio.Event()
    task = asyncio.create_task(halt.wait(never.wait()))
    await asyncio.sleep(0)
    halt.request()
    with pytest.raises(Halted):
        await task
    assert (halt.requested, halt.shutting_down) == (True, False)


async def test_a_request_ends_every_later_wait_even_one_that_is_ready_at_once() -> None:
    halt = Halt()
    halt.request()
    lock = asyncio.Lock()
    for _ in range(2):
        with pytest.raises(Halted):
            await halt.wait(lock.acquire())
    assert not lock.locked()
    with pytest.raises(Halted):
        await halt.wait(asyncio.Event().wait())
    with pytest.raises(Halted):
        await halt.wait(asyncio.get_running_loop().create_future())


async def test_a_request_between_two_values_ends_the_iteration() -> None:
    halt, seen = Halt(), []
    with pytest.raises(Halted):  # noqa: PT012 - what was seen before matters
        async for number in halt.each(numbers(5)):
            seen.append(number)
            if number == 1:
                halt.request()
    assert seen == [0, 1]


async def test_the_first_request_says_why() -> None:
    halt = Halt()
    halt.request(shutting_down=True)
    halt.request()
    assert halt.shutting_down


async def test_a_timeout_of_the_work_itself_passes_through() -> None:
    async def work() -> None:
        raise TimeoutError("its own")

    with pytest.raises(TimeoutError, match="its own"):
        await Halt().wait(work())


async def test_a_cancelled_task_is_cancelled_not_halted() -> None:
    task = asyncio.create_task(Halt().wait(asyncio.Event().wait()))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


async def test_what_comes_after_a_halt_is_not_disturbed() -> None:
    halt, never = Halt(), asyncio.Event()

    async def work() -> str:
        try:
            await halt.wait(never.wait())
        except Halted:
            await asyncio.sleep(0)
        return "tidied"

    task = asyncio.create_task(work())
    await asyncio.sleep(0)
    halt.request()
    assert await task == "tidied"


async def test_halts_are_independent() -> None:
    one, other, event = Halt(), Halt(), asyncio.Event()
    task = asyncio.create_task(other.wait(event.wait()))
    await asyncio.sleep(0)
    one.request()
    event.set()
    assert await task
