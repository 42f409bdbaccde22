"""The time that the sandbox lives by: the system's, or one that a test moves."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from typing import Protocol


class Timer(Protocol):
    """Something that is going to be called."""

    def cancel(self) -> None: ...


class Clock(Protocol):
    def now(self) -> float:
        """Seconds since the Unix epoch."""
        ...

    def call_at(self, moment: float, callback: Callable[[], object]) -> Timer:
        """Calls once the moment has come; never before this returns, not even if it is past. Needs a running loop."""
        ...


class SystemClock:
    def now(self) -> float:
        return time.time()

    def call_at(self, moment: float, callback: Callable[[], object]) -> Timer:
        return asyncio.get_running_loop().call_later(max(0.0, moment - self.now()), callback)


class ManualClock:
    """Stands still until it is moved, so that limits of minutes are tested without waiting."""

    def __init__(self, start: float = 1_790_000_000.0) -> None:
        self._now = start
        self._numbers = count()
        self._timers: list[_ManualTimer] = []  # a heap

    def now(self) -> float:
        return self._now

    def call_at(self, moment: float, callback: Callable[[], object]) -> Timer:
        if moment <= self._now:
            return asyncio.get_running_loop().call_soon(callback)
        timer = _ManualTimer(moment, next(self._numbers), callback)
        heappush(self._timers, timer)
        return timer

    def move(self, seconds: float) -> None:
        """What was to be called on the way is called, each at its own moment."""
        target = self._now + seconds
        while self._timers and self._timers[0].moment <= target:
            timer = heappop(self._timers)
            self._now = max(self._now, timer.moment)
            if not timer.cancelled:
                timer.callback()
        self._now = target


@dataclass(order=True, slots=True)
class _ManualTimer:
    moment: float
    number: int  # of two at the same moment, the one that was asked for first
    callback: Callable[[], object] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)

    def cancel(self) -> None:
        self.cancelled = True
