"""Notices that a bot has stopped sending heartbeats: it is asked for one, and given up if none comes."""

import asyncio
from collections.abc import Callable

from sandbox.clock import Clock, Timer

# In heartbeat intervals since the last one. Discord has a tolerance too, and does not say which.
ASKED_AFTER = 1.25
GIVEN_UP_AFTER = 0.25  # since it was asked


class Pulse:
    def __init__(self, clock: Clock, interval: float, ask: Callable[[], None], give_up: Callable[[], None]) -> None:
        self._clock = clock
        self._interval = interval
        self._ask = ask
        self._give_up = give_up
        self._timer: Timer = self._after(ASKED_AFTER, self._late)

    def beat(self) -> None:
        self.stop()
        self._timer = self._after(ASKED_AFTER, self._late)

    def stop(self) -> None:
        self._timer.cancel()

    def _after(self, intervals: float, callback: Callable[[], None]) -> Timer:
        return self._clock.call_at(self._clock.now() + intervals * self._interval, callback)

    def _late(self) -> None:
        self._ask()
        # A clock that a test moves far has still moved in one moment, in which no bot could have answered: only
        # from its new time on is the answer waited for.
        self._timer = asyncio.get_running_loop().call_soon(self._wait_for_answer)

    def _wait_for_answer(self) -> None:
        self._timer = self._after(GIVEN_UP_AFTER, self._give_up)
