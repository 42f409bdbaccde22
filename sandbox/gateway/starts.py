"""Counts the sessions that a bot starts: so many a day, and so many at once."""

import math

from sandbox.clock import Clock
from sandbox.gateway.terms import GatewayTerms
from sandbox.wire import Json

_DAY = 86_400.0
# In so many seconds, one identify for each rate-limit key.
_APART = 5.0


class Starts:
    def __init__(self, clock: Clock, terms: GatewayTerms) -> None:
        self._clock = clock
        self._terms = terms
        self._concurrency = terms.max_concurrency or 1
        self._last: dict[int, float] = {}  # by rate-limit key
        self._started = 0
        self._day_ends = 0.0

    def too_soon(self, shard: tuple[int, int]) -> bool:
        """Whether another shard of the same rate-limit key has only just identified."""
        index, count = shard
        if not self._terms.limited or (self._terms.max_concurrency is None and count == 1):
            return False
        last = self._last.get(index % self._concurrency)
        return last is not None and self._clock.now() - last < _APART

    def used_up(self) -> bool:
        self._turn_day()
        return self._terms.limited and self._started >= self._terms.session_starts

    def count(self, shard: tuple[int, int]) -> None:
        self._turn_day()
        if not self._started:
            self._day_ends = self._clock.now() + _DAY
        self._started += 1
        self._last[shard[0] % self._concurrency] = self._clock.now()

    def session_start_limit(self) -> Json:
        """As `/gateway/bot` tells it."""
        self._turn_day()
        left = self._day_ends - self._clock.now() if self._started else 0.0
        return {
            "total": self._terms.session_starts,
            "remaining": max(0, self._terms.session_starts - self._started),
            "reset_after": math.ceil(left * 1000),
            "max_concurrency": self._concurrency,
        }

    def _turn_day(self) -> None:
        """A day begins with its first start."""
        if self._clock.now() >= self._day_ends:
            self._started = 0
