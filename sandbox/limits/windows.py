"""Windows of time that begin with the first request and hold only so many."""

from collections.abc import Hashable
from dataclasses import dataclass

from sandbox.clock import Clock

# Every token of an interaction has windows of its own; those that are over are dropped once there are so many.
_MANY = 4096


@dataclass(frozen=True, slots=True)
class Standing:
    """How one caller stands with one limit after a request; times are Unix seconds."""

    limit: int
    remaining: int
    resets_at: float
    resets_after: float
    refused: bool = False


@dataclass(slots=True)
class _Window:
    ends_at: float
    used: int = 0


class Windows:
    """One window for each key."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._windows: dict[Hashable, _Window] = {}

    def take(self, key: Hashable, limit: int, seconds: float) -> Standing:
        """Counts one request, or refuses it."""
        now = self._clock.now()
        window = self._windows.get(key)
        if window is None or now >= window.ends_at:
            self._forget_old(now)
            window = self._windows[key] = _Window(now + seconds)
        refused = window.used >= limit
        if not refused:
            window.used += 1
        return Standing(limit, limit - window.used, window.ends_at, window.ends_at - now, refused)

    def _forget_old(self, now: float) -> None:
        if len(self._windows) >= _MANY:
            self._windows = {key: window for key, window in self._windows.items() if window.ends_at > now}
