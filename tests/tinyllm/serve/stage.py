"""Engines that only say that they run, and a pool of them whose clock is moved by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import cast

from tests.clocks import ManualClock
from tinyllm.serve.engine import Engine, EngineError, Load
from tinyllm.serve.pool import Pool, Wanted

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


async def use(engines: Pool, what: Wanted) -> None:
    async with engines.engine(what):
        pass
