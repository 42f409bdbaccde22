"""Times and ids as Discord writes them."""

from datetime import UTC, datetime


def stamp(at: float) -> str:
    """A Unix time as Discord writes it."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds")


def optional(identifier: int | None) -> str | None:
    return None if identifier is None else str(identifier)
