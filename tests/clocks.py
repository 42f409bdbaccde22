"""A clock that tests move by hand."""

import asyncio
import heapq
import itertools
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")


class ManualClock:
    """Stands still until `advance`; whoever sleeps on it wakes when its time has come."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self._now = now
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()
        self._changed = asyncio.Condition()

    def time(self) -> float:
        return self._now

    def monotonic(self) -> float:
        return self._now

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock has been moved on by so many seconds."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + seconds, next(self._order), future))
        async with self._changed:
            self._changed.notify_all()
        await future

    def advance(self, seconds: float) -> None:
        """Move the clock, and wake those whose time has come."""
        self._now += seconds
        while self._sleepers and self._sleepers[0][0] <= self._now:
            _, _, future = heapq.heappop(self._sleepers)
            if not future.done():
                future.set_result(None)

    async def until_sleeping(self, sleepers: int = 1) -> None:
        """Wait until so many tasks sleep on this clock."""
        async with asyncio.timeout(5), self._changed:
            await self._changed.wait_for(lambda: self.sleeping >= sleepers)

    async def run(self, job: Awaitable[T]) -> T:
        """Let time pass as fast as `job` needs it to, and return its result."""
        task = asyncio.ensure_future(job)
        while not task.done():
            if self._sleepers:
                self.advance(self._sleepers[0][0] - self._now)
            await asyncio.sleep(0)
        return task.result()

    @property
    def sleeping(self) -> int:
        """How many tasks sleep on this clock."""
        return sum(not future.done() for _, _, future in self._sleepers)
