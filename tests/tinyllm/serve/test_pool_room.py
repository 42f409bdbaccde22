"""Who makes room for whom, who waits, and what happens when a pool ends."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from tests.clocks import ManualClock
from tests.tinyllm.serve.stage import MEMORY, Stage, pool, settled, use, wanted
from tinyllm.serve.engine import Engine, Load
from tinyllm.serve.pool import Pool
from tinyllm.serve.refusals import RefusalError


async def test_the_model_that_was_not_used_for_longest_makes_room() -> None:
    stage, clock = Stage(), ManualClock()
    async with pool(stage, clock) as engines:
        for name in "ab":
            async with engines.engine(wanted(name)):
                clock.advance(1)
        async with engines.engine(wanted("a")):
            clock.advance(1)
        async with engines.engine(wanted("c")):
            assert stage.names == ["a", "c"]

    assert stage.most_memory <= MEMORY


async def test_a_model_that_is_used_makes_room_when_its_answer_is_over_and_gets_no_new_ones_until_then() -> None:
    stage, clock = Stage(), ManualClock()
    async with pool(stage, clock) as engines:
        leave = asyncio.Event()

        async def takes(name: str, memory: int) -> str:
            async with engines.engine(wanted(name, memory=memory)):
                await leave.wait()
                return name

        first = asyncio.create_task(takes("a", 70))
        await settled()
        second = asyncio.create_task(takes("b", 70))
        await settled()
        third = asyncio.create_task(takes("a", 70))
        await settled()
        assert stage.names == ["a"], "nobody is thrown out, and nobody passes who would keep the other waiting for ever"
        leave.set()
        await asyncio.gather(first, second, third)

        assert [load.path.name for load in stage.started] == ["a", "b", "a"]
        assert stage.most_memory <= MEMORY


async def test_a_request_for_a_loaded_model_passes_one_that_waits_for_room_elsewhere() -> None:
    stage = Stage()
    async with pool(stage) as engines, AsyncExitStack() as stack:
        for name in "ab":
            await stack.enter_async_context(engines.engine(wanted(name)))
        waits = asyncio.create_task(stack.enter_async_context(engines.engine(wanted("c"))))
        await settled()
        async with asyncio.timeout(5), engines.engine(wanted("b")):
            assert not waits.done()
        waits.cancel()
        await asyncio.gather(waits, return_exceptions=True)


async def test_a_model_that_never_fits_is_refused_with_the_sizes() -> None:
    async with pool(Stage(), memory=2**30) as engines:
        with pytest.raises(RefusalError, match=r"requires more memory \(3\.0 GiB\) than it may take \(1\.0 GiB\)"):
            async with engines.engine(wanted("a", memory=3 * 2**30)):
                pass


async def test_a_full_line_is_told_that_the_server_is_busy() -> None:
    stage = Stage()
    async with pool(stage, queue=1) as engines, AsyncExitStack() as stack:
        await stack.enter_async_context(engines.engine(wanted("a", slots=1)))
        waits = asyncio.create_task(stack.enter_async_context(engines.engine(wanted("a", slots=1))))
        await settled()
        with pytest.raises(RefusalError, match="server busy, please try again") as refused:
            async with engines.engine(wanted("a", slots=1)):
                pass
        assert refused.value.status == 503
        await stack.aclose()
        waits.cancel()


async def test_who_leaves_the_line_takes_nobodys_place() -> None:
    stage = Stage()
    async with pool(stage) as engines, AsyncExitStack() as stack:
        await stack.enter_async_context(engines.engine(wanted("a", slots=1)))
        leaves, stays = (asyncio.create_task(use(engines, wanted("a", slots=1))) for _ in range(2))
        await settled()
        leaves.cancel()
        await stack.aclose()
        async with asyncio.timeout(5):
            await stays

        assert leaves.cancelled()


async def test_a_model_that_is_still_used_keeps_nobody_from_loading_where_there_is_room() -> None:
    stage = Stage()
    async with pool(stage) as engines, engines.engine(wanted("a")):
        dropped = asyncio.create_task(engines.drop(Path("a")))
        await settled()
        async with asyncio.timeout(5):
            await use(engines, wanted("b"))
        assert not dropped.done()
        dropped.cancel()
        await asyncio.gather(dropped, return_exceptions=True)


async def test_who_waits_for_room_is_not_passed_by_later_ones_that_would_take_it() -> None:
    stage, order = Stage(), list[str]()
    async with pool(stage) as engines:

        async def takes(name: str, memory: int) -> None:
            async with engines.engine(wanted(name, memory=memory)):
                order.append(name)

        async with engines.engine(wanted("a", memory=50)):
            uses = [asyncio.create_task(takes(name, memory)) for name, memory in (("big", 90), ("small", 20))]
            await settled()
            assert order == []
        async with asyncio.timeout(5):
            await asyncio.gather(*uses)

    assert order == ["big", "small"]


async def test_a_model_that_is_dropped_while_it_is_loaded_goes_at_once_afterwards() -> None:
    stage = Stage()
    stage.gate.clear()
    async with pool(stage) as engines:
        leaves = asyncio.create_task(use(engines, wanted("a")))
        await settled()
        leaves.cancel()
        dropped = asyncio.create_task(engines.drop(Path("a")))
        await settled()
        stage.gate.set()
        async with asyncio.timeout(5):
            await dropped

        assert stage.names == []


async def test_a_drop_does_not_wait_for_the_engine_that_comes_after() -> None:
    stage = Stage()
    async with pool(stage) as engines, AsyncExitStack() as stack:
        async with engines.engine(wanted("a", slots=1)):
            dropped = asyncio.create_task(engines.drop(Path("a")))
            await settled()
            waits = asyncio.create_task(stack.enter_async_context(engines.engine(wanted("a", slots=1))))
            await settled()
        async with asyncio.timeout(5):
            await dropped
            await waits

        assert len(stage.started) == 2


async def test_a_start_that_fails_in_an_unforeseen_way_keeps_nobody_waiting() -> None:
    async def start(load: Load) -> Engine:
        raise ValueError("nobody thought of this")

    engines = Pool(memory=MEMORY, queue=9, clock=ManualClock(), start=start)
    with pytest.raises(RefusalError, match="its loading broke off"):
        await use(engines, wanted("a"))
    with pytest.raises(ValueError, match="nobody thought of this"):
        await asyncio.gather(*engines._tasks)
    await engines.close()


async def test_a_pool_that_ends_says_so_to_who_waits_and_to_who_comes_later() -> None:
    stage = Stage()
    async with pool(stage) as engines:
        await use(engines, wanted("b"))
        stage.gate.clear()
        waits = asyncio.create_task(use(engines, wanted("a")))
        await settled()
        await engines.close()
        results = await asyncio.gather(waits, use(engines, wanted("b")), return_exceptions=True)

        assert [str(each) for each in results] == ["the server is ending"] * 2
        assert stage.names == []


async def test_a_model_is_dropped_when_its_answer_is_over() -> None:
    stage = Stage()
    async with pool(stage) as engines:
        async with engines.engine(wanted("a")):
            dropped = asyncio.create_task(engines.drop(Path("a")))
            await settled()
            assert stage.names == ["a"]
        async with asyncio.timeout(5):
            await dropped

        assert stage.names == []
