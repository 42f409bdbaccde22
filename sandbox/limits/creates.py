"""How many commands may be created a day."""

from sandbox.clock import Clock
from sandbox.limits.refusals import RateLimited, Refusal, Scope
from sandbox.limits.table import DAY

TOO_MANY_CREATES = 30034


class Creates:
    """One allowance for each guild, and one for everywhere; it comes back evenly over the day, as observed.

    Only a name that was not there counts. `a_day` is None where nothing is limited.
    """

    def __init__(self, clock: Clock, a_day: int | None) -> None:
        self._clock = clock
        self._a_day = a_day
        self._used: dict[int | None, tuple[float, float]] = {}  # how much, and when that was so

    def take(self, scope: int | None, number: int) -> None:
        """Raises RateLimited if so many new commands are too many for today."""
        if self._a_day is None or number == 0:
            return
        now, a_second = self._clock.now(), self._a_day / DAY
        used, at = self._used.get(scope, (0.0, now))
        used = max(0.0, used - (now - at) * a_second)
        too_many = used + number - self._a_day
        if too_many > 1e-9:
            message = f"Max number of daily application command creates has been reached ({self._a_day})"
            raise RateLimited(Refusal(Scope.SHARED, too_many / a_second, message, TOO_MANY_CREATES))
        self._used[scope] = (used + number, now)
