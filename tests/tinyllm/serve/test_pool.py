"""Which engines run, and who may use them; the engines here only say that they run, and the clock is moved by hand."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import cast

import pytest

from tests.clocks import ManualClock
from tinyllm.serve.engine import Engine, EngineError, Load
from tinyllm.serve.pool import Pool, Wanted
from tinyllm.serve.refusals import RefusalError

MEMORY = 100


class Stage:
    """Starts engines that do nothing, when it is let; keeps who runs, and whether that was ever more than allowed."""

    def __init__(self) -> None:
        self.started: list[Load] = []
        self.running: list[Idle] = []
        self.loading = 0
        self.most_memory = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.failing: set[str] = set()

    async def start(self, load: Load) -> Engine:
        self.loading += 1
        assert self.loading == 1, "one load at a time"
        try:
            self.started.append(load)
            await self.gate.wait()
            if load.path.name in self.failing:
                raise EngineError("it is no model")
            engine = Idle(self, load)
            self.running.append(engine)
            self.most_memory = max(self.most_memory, sum(one.load.memory for one in self.running))
            return cast(Engine, engine)
        finally:
            self.loading -= 1

    @property
    def names(self) -> list[str]:
        """The files of the engines that run."""
        return [one.load.path.name for one in self.running]


class Idle:
    """An engine without a process."""

    def __init__(self, stage: Stage, load: Load) -> None:
        self.load = load
        self.context = load.context
        self.users = 0
        self._stage = stage
        self._over = asyncio.get_running_loop().create_future()

    @property
    def alive(self) -> bool:
        return not self._over.done()

    async def ended(self) -> str | None:
        return await asyncio.shield(self._over)

    async def stop(self) -> None:
        assert not self.users, "stopped in the middle of an answer"
        self._end(None)

    def crash(self) -> None:
        self._end("the engine was ended by signal 9")

    def _end(self, why: str | None) -> None:
        if not self._over.done():
            self._over.set_result(why)
            self._stage.running.remove(self)


@asynccontextmanager
async def pool(
    stage: Stage, clock: ManualClock | None = None, *, memory: int = MEMORY, queue: int = 999
) -> AsyncIterator[Pool]:
    made = Pool(memory=memory, queue=queue, clock=clock or ManualClock(), start=stage.start)
    try:
        yield made
    finally:
        await made.close()


def wanted(
    name: str, *, memory: int = 40, slots: int = 2, context: int | None = None, keep_alive: float = 300.0
) -> Wanted:
    return Wanted(name, Load(Path(name), context or 4096, slots, False, memory), context, keep_alive)


async def settled() -> None:
    """Everything that can happen without the clock has happened."""
    for _ in range(30):
        await asyncio.sleep(0)


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

        async def use(number: int, leave: asyncio.Event) -> None:
            async with engines.engine(wanted("a")):
                order.append(number)
                await leave.wait()

        leaves = [asyncio.Event() for _ in range(4)]
        uses = [asyncio.create_task(use(number, leave)) for number, leave in enumerate(leaves)]
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

        async def use(name: str, memory: int) -> str:
            async with engines.engine(wanted(name, memory=memory)):
                await leave.wait()
                return name

        first = asyncio.create_task(use("a", 70))
        await settled()
        second = asyncio.create_task(use("b", 70))
        await settled()
        third = asyncio.create_task(use("a", 70))
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
        leaves, stays = (asyncio.create_task(_use(engines, wanted("a", slots=1))) for _ in range(2))
        await settled()
        leaves.cancel()
        await stack.aclose()
        async with asyncio.timeout(5):
            await stays

        assert leaves.cancelled()


async def test_who_leaves_in_the_moment_of_getting_a_slot_gives_it_back() -> None:
    stage = Stage()
    async with pool(stage) as engines:
        async with engines.engine(wanted("a", slots=1)):
            leaves = asyncio.create_task(_use(engines, wanted("a", slots=1)))
            await settled()
        leaves.cancel()
        await settled()
        async with asyncio.timeout(5):
            await _use(engines, wanted("a", slots=1))


async def test_a_load_goes_on_when_the_one_who_wanted_it_leaves() -> None:
    stage = Stage()
    stage.gate.clear()
    async with pool(stage) as engines:
        leaves = asyncio.create_task(_use(engines, wanted("a")))
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
        uses = [asyncio.create_task(_use(engines, wanted(name))) for name in ("broken", "broken", "good")]
        await settled()
        stage.gate.set()
        results = await asyncio.gather(*uses, return_exceptions=True)

        assert [str(result) for result in results] == ["the model cannot be loaded: it is no model"] * 2 + ["None"]
        assert [load.path.name for load in stage.started] == ["broken", "good"]


async def test_an_engine_that_crashed_is_started_again_by_the_next_request() -> None:
    stage = Stage()
    async with pool(stage) as engines:
        await _use(engines, wanted("a"))
        stage.running[0].crash()
        await _use(engines, wanted("a"))

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
            await _use(engines, wanted("a", context=context))

        assert [load.context for load in stage.started] == [2048, 1024]
        assert stage.names == ["a"]


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

        async def use() -> None:
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
            await asyncio.gather(*(use() for _ in range(200)))

    assert stage.most_memory <= MEMORY


async def _use(engines: Pool, what: Wanted) -> None:
    async with engines.engine(what):
        pass
