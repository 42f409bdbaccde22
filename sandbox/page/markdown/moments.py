"""How a client in American English writes a moment."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

LATEST = 8_640_000_000_000
"""Seconds before and after 1970 that a client can count; beyond them a timestamp stays text."""

_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_CYCLE = timedelta(days=146_097)
_CYCLE_YEARS = 400
_MONTH = 86_400.0 * 146_097 / 4_800
_UNITS = (
    # below how many of it, how many seconds it has, what one of it is called, and what more of them are
    (45, 1.0, "1 second", "seconds"),
    (45, 60.0, "a minute", "minutes"),
    (22, 3_600.0, "an hour", "hours"),
    (26, 86_400.0, "a day", "days"),
    (11, _MONTH, "a month", "months"),
    (float("inf"), _MONTH * 12, "a year", "years"),
)


@dataclass(frozen=True, slots=True)
class Moment:
    seconds: int
    zone: tzinfo = UTC

    def machine(self) -> str | None:
        """As HTML wants it, in UTC; there is no such form for years that have not four digits."""
        when, years = self._calendar(UTC)
        return None if years or when.year < 1000 else f"{when:%Y-%m-%dT%H:%M:%SZ}"

    def shown(self, style: str, now: float) -> str:
        """In one of Discord's styles: `t`, `T`, `d`, `D`, `f`, `F`, `s`, `S` or `R`."""
        if style == "R":
            return relative(self.seconds - now)
        when, years = self._calendar(self.zone)
        year = when.year + years
        short = f"{when.hour % 12 or 12}:{when:%M} {'PM' if when.hour >= 12 else 'AM'}"
        medium = f"{when.hour % 12 or 12}:{when:%M:%S} {'PM' if when.hour >= 12 else 'AM'}"
        numbers = f"{when.month}/{when.day}/{year}"
        long = f"{_MONTHS[when.month - 1]} {when.day}, {year}"
        return {
            "t": short,
            "T": medium,
            "d": numbers,
            "D": long,
            "f": f"{long} at {short}",
            "F": f"{_DAYS[when.weekday()]}, {long} at {short}",
            "s": f"{numbers}, {short}",
            "S": f"{numbers}, {medium}",
        }[style]

    def _calendar(self, zone: tzinfo) -> tuple[datetime, int]:
        """When it is, and how many years to add: the calendar repeats every 400 years, and Python's ends."""
        since = timedelta(seconds=self.seconds)
        cycles = 0 if timedelta(days=-719_000) < since < timedelta(days=2_932_000) else since // _CYCLE
        return (_EPOCH + (since - cycles * _CYCLE)).astimezone(zone), cycles * _CYCLE_YEARS


def relative(seconds: float) -> str:
    """How long from now a moment is, or was if negative, in the largest unit that fits."""
    if _rounded(abs(seconds)) == 0:
        return "now"
    span = _span(abs(seconds))
    return f"in {span}" if seconds > 0 else f"{span} ago"


def _span(seconds: float) -> str:
    for most, unit, one, more in _UNITS:
        count = _rounded(seconds / unit)
        if count < most:
            return one if count <= 1 else f"{count} {more}"
    raise AssertionError("years have no end")


def _rounded(number: float) -> int:
    """Halves go up, as in a client."""
    return int(number + 0.5)
