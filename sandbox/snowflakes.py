"""Ids as Discord makes them: a time in their upper bits, always growing."""

from sandbox.clock import Clock

# Milliseconds of the Unix epoch at the first second of 2015, where Discord's ids begin.
DISCORD_EPOCH = 1_420_070_400_000


def snowflake(at: float) -> int:
    """The smallest id that can be made at this Unix time."""
    return max(0, int(at * 1000) - DISCORD_EPOCH) << 22


def created_at(identifier: int) -> float:
    """The Unix time in an id, to the millisecond."""
    return ((identifier >> 22) + DISCORD_EPOCH) / 1000


def read_snowflake(text: str) -> int | None:
    """The id that a text is; None for a text that is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 20 else None


class Snowflakes:
    """Makes ids that grow even while the clock stands still or is set back."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last = 0

    def next(self) -> int:
        self._last = max(snowflake(self._clock.now()), self._last + 1)
        return self._last
