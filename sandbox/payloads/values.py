"""Times and ids as Discord writes them."""

from datetime import UTC, datetime
from functools import lru_cache


@lru_cache(maxsize=4096)  # the same few moments, those at which people joined, are in every event
def stamp(at: float) -> str:
    """A Unix time as Discord writes it."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds")


def optional(identifier: int | None) -> str | None:
    return None if identifier is None else str(identifier)
