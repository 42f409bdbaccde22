"""How much a bot may send over one connection: 120 payloads in 60 seconds, whatever they are."""

from sandbox.clock import Clock

MOST_PAYLOADS = 120
_WINDOW = 60.0


class Allowance:
    """The window begins with the first payload in it, as discord.py counts its own 110."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ends = 0.0
        self._used = 0

    def spend(self) -> bool:
        """False if the bot has sent too much."""
        now = self._clock.now()
        if now >= self._ends:
            self._ends, self._used = now + _WINDOW, 0
        self._used += 1
        return self._used <= MOST_PAYLOADS
