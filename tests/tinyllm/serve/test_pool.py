"""Which engines are loaded, and for how long."""

from __future__ import annotations

import asyncio
import math
import random
from contextlib import AsyncExitStack
from pathlib import Path
from typing import cast

import pytest

from tests.clocks import ManualClock
from tests.tinyllm.serve.stage import MEMORY, Idle, Stage, pool, settled, use, wanted
from tinyllm.serve.engine import Load
from tinyllm.serve.pool import Wanted


async def test_a_model_is_loaded_when_it_is_first_used_and_stays() -> None:
    stage = Stage()
    async with pool(stage) as engines:
        assert stage.started == []
        async with engines.engine(wanted("a")) as first:
            pass
        async with engines.engine(wanted("a")) as second:
            pass

        assert first is second
        assert [one.load.path.name for one in engines.loaded] == ["a"]


async def test_several_models_are_loaded_one_after_the_other() -> None:
    stage = Stage()
    stage.gate.clear()
    async with pool(stage) as engines, AsyncExitStack() as stack:
        uses = [asyncio.create_task(stack.enter_async_context(engines.engine(wanted(name)))) for name in "ab"]
        await settled()
        assert [load.path.name for load in stage.started] == ["a"]
        stage.gate.set()
        await asyncio.gather(*uses)

        assert stage.names == ["a", "b"]


async def test_no_more_use_a_model_than_it_has_slots_and_who_came_first_is_next() -> None:
    stage, order = Stage(), list[int]()
    async with pool(stage) as engines:

        async def takes(number: int, leave: asyncio.Event) -> None:
            async with engines.engine(wanted("a")):
                order.append(number)
                await leave.wait()

        leaves = [asyncio.Event() for _ in range(4)]
        uses = [asyncio.create_task(takes(number, leave)) for number, leave in enumerate(leaves)]
        await settled()
        assert order == [0, 1]
        leaves[1].set()
        await settled()
        assert order == [0, 1, 2]
        for leave in leaves:
            leave.set()
        await asyncio.gather(*uses)

        assert order == [0, 1, 2, 3]


async def test_a_model_is_unloaded_when_it_was_not_used_for_as_long_as_was_asked() -> None:
    stage, clock = Stage(), ManualClock()
    async with pool(stage, clock) as engines:
        async with engines.engine(wanted("a", keep_alive=10)):
            pass
        await clock.until_sleeping()
        clock.advance(9)
        await settled()
        assert stage.names == ["a"]
        clock.advance(1)
        await settled()

        assert stage.names == []
        assert engines.loaded == []


async def test_a_use_begins_the_time_anew_and_none_is_unloaded_in_the_middle_of_one() -> None:
    stage, clock = Stage(), ManualClock()
    async with pool(stage, clock) as engines:
        async with engines.engine(wanted("a", keep_alive=10)):
            pass
        await clock.until_sleeping()
        clock.advance(9)
        async with engines.engine(wanted("a", keep_alive=10)):
            clock.advance(1000)
            await settled()
            assert stage.names == ["a"]
        await clock.until_sleeping()
        clock.advance(9)
        await settled()

        assert stage.names == ["a"]


@pytest.mark.parametrize(("keep_alive", "left"), [(0.0, []), (math.inf, ["a"])], ids=["at once", "never"])
async def test_a_model_can_be_unloaded_at_once_or_never(keep_alive: float, left: list[str]) -> None:
    stage, clock = Stage(), ManualClock()
    async with pool(stage, clock) as engines:
        async with engines.engine(wanted("a", keep_alive=keep_alive)):
            pass
        clock.advance(1e6)
        await settled()

        assert stage.names == left


async def test_who_leaves_in_the_moment_of_getting_a_slot_gives_it_back() -> None:
    stage = Stage()
    async with pool(stage) as engines:
        async with engines.engine(wanted("a", slots=1)):
            leaves = asyncio.create_task(use(engines, wanted("a", slots=1)))
            await settled()
        leaves.cancel()
        await settled()
        async with asyncio.timeout(5):
            await use(engines, wanted("a", slots=1))


async def test_a_load_goes_on_when_the_one_who_wanted_it_leaves() -> None:
    stage = Stage()
    stage.gate.clear()
    async with pool(stage) as engines:
        leaves = asyncio.create_task(use(engines, wanted("a")))
        await settled()
        leaves.cancel()
        stage.gate.set()
        await settled()

        assert stage.names == ["a"]


async def test_a_model_that_cannot_be_loaded_fails_all_who_want_it_and_nobody_else() -> None:
    stage = Stage()
    stage.failing.add("broken")
    stage.gate.clear()
    async with pool(stage) as engines:
        uses = [asyncio.create_task(use(engines, wanted(name))) for name in ("broken", "broken", "good")]
        await settled()
        stage.gate.set()
        results = await asyncio.gather(*uses, return_exceptions=True)

        assert [str(result) for result in results] == ["the model cannot be loaded: it is no model"] * 2 + ["None"]
        assert [load.path.name for load in stage.started] == ["broken", "good"]


async def test_an_engine_that_crashed_is_started_again_by_the_next_request() -> None:
    stage = Stage()
    async with pool(stage) as engines:
        await use(engines, wanted("a"))
        stage.running[0].crash()
        await use(engines, wanted("a"))

        assert [load.path.name for load in stage.started] == ["a", "a"]


async def test_an_engine_that_crashes_while_it_is_used_leaves_nothing_behind() -> None:
    stage, clock = Stage(), ManualClock()
    async with pool(stage, clock) as engines:
        async with engines.engine(wanted("a")):
            stage.running[0].crash()
            await settled()

        assert engines.loaded == []
        assert clock.sleeping == 0


async def test_another_context_loads_a_model_anew_and_none_takes_what_there_is() -> None:
    stage = Stage()
    async with pool(stage) as engines:
        for context in (2048, None, 2048, 1024, None):
            await use(engines, wanted("a", context=context))

        assert [load.context for load in stage.started] == [2048, 1024]
        assert stage.names == ["a"]


async def test_a_model_that_nobody_waited_for_any_more_goes_when_its_time_is_up() -> None:
    stage, clock = Stage(), ManualClock()
    stage.gate.clear()
    async with pool(stage, clock) as engines:
        leaves = asyncio.create_task(use(engines, wanted("a", keep_alive=10)))
        await settled()
        leaves.cancel()
        stage.gate.set()
        await clock.until_sleeping()
        clock.advance(10)
        await settled()

        assert stage.names == []


async def test_requests_that_wait_use_a_model_before_it_is_unloaded_at_once() -> None:
    stage = Stage()
    async with pool(stage) as engines:
        await asyncio.gather(*(use(engines, wanted("a", slots=1, keep_alive=0)) for _ in range(5)))
        await settled()

        assert [load.path.name for load in stage.started] == ["a"]
        assert stage.names == []


async def test_a_file_that_was_replaced_is_loaded_anew() -> None:
    stage = Stage()
    async with pool(stage) as engines:
        for written in (1.0, 1.0, 2.0):
            load = Load(Path("a"), 4096, 2, False, 40, modified_at=written)
            await use(engines, Wanted("a", load, None, 300))

        assert [load.modified_at for load in stage.started] == [1.0, 2.0]


async def test_the_names_under_which_a_file_was_used_are_kept_in_order() -> None:
    stage = Stage()
    async with pool(stage) as engines:
        for name in ("brief", "long", "brief"):
            load = Load(Path("a"), 4096, 2, False, 40)
            async with engines.engine(Wanted(name, load, None, 300)):
                pass

        assert [list(one.names) for one in engines.loaded] == [["brief", "long"]]


@pytest.mark.parametrize("seed", range(8))
async def test_whatever_is_asked_in_whatever_order_everybody_is_served_and_no_limit_is_exceeded(seed: int) -> None:
    stage, clock, chance = Stage(), ManualClock(), random.Random(seed)
    async with pool(stage, clock) as engines:

        async def takes() -> None:
            name, context = chance.choice("abcd"), chance.choice([None, None, 1024, 2048])
            size = wanted(name, memory=ord(name) - 60, context=context, keep_alive=chance.choice([0, 5, math.inf]))
            async with engines.engine(size) as engine:
                idle = cast(Idle, engine)
                idle.users += 1
                assert idle.users <= idle.load.slots
                assert context in (None, idle.context)
                for _ in range(chance.randrange(6)):
                    await asyncio.sleep(0)
                idle.users -= 1
                if chance.random() < 0.1:
                    idle.crash()

        async with asyncio.timeout(20):
            await asyncio.gather(*(takes() for _ in range(200)))

    assert stage.most_memory <= MEMORY
