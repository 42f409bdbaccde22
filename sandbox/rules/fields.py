"""Reads the fields of a body as Discord does: the value, or None and a finding that says what is wrong with it."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from sandbox.rules.form import Form, Path
from sandbox.wire import Json

# Numbers that JSON's doubles hold exactly.
MOST_WHOLE = 2**53 - 1
MOST_REAL = 2**53
# What Discord stores: an ordinary whole number, and permissions.
MOST_STORED = 2**31 - 1
MOST_BITS = 2**63 - 1
_LINKS = ("http", "https", "discord")


def text(form: Form, path: Path, value: Any, least: int, most: int) -> str | None:
    """A text that must be there unless it may be empty."""
    if value is None:
        if least:
            form.required(path)
        return None
    if not isinstance(value, str):
        form.wrong(path, "STRING_TYPE_CONVERT", f'Could not interpret "{value}" as string.')
        return None
    if least:
        form.between(path, value, least, most)
    else:
        form.longest(path, value, most)
    return value


def whole(form: Form, path: Path, value: Any, least: int, most: int) -> int | None:
    """A whole number, which may come as a text or as 5.0; left out is no finding."""
    if value is None:
        return None
    number = as_whole(value)
    if number is None:
        form.wrong(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
    elif number > most:
        form.wrong(path, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")
    elif number < least:
        form.wrong(path, "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {least}.")
    return number


def real(form: Form, path: Path, value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        form.wrong(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not float.')
        return None
    if abs(value) > MOST_REAL:
        form.wrong(path, "NUMBER_TYPE_MAX", f"float value should be less than or equal to {MOST_REAL}.")
    return value


def snowflake(form: Form, path: Path, value: Any) -> int | None:
    """An id that must be there."""
    if value is None:
        form.required(path)
        return None
    number = as_whole(value)
    if number is None or not 0 <= number < 1 << 64:
        form.wrong(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
        return None
    return number


def as_whole(value: Any) -> int | None:
    """A whole number, which bots may also write as a text, or as 5.0."""
    if isinstance(value, str):
        digits = value.removeprefix("-")
        return int(value) if digits.isascii() and digits.isdigit() and len(digits) <= 20 else None
    if isinstance(value, bool):
        return None
    return int(value) if isinstance(value, int) or (isinstance(value, float) and value.is_integer()) else None


def as_moment(value: Any) -> datetime | None:
    """The time of an ISO 8601 text, in UTC; a text without an offset is in UTC already."""
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def flag(form: Form, path: Path, value: Any) -> bool:
    """Left out is false."""
    if not isinstance(value, bool | None):
        form.wrong(path, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
    return value is True


def one_of(form: Form, path: Path, value: Any, allowed: Sequence[Any]) -> bool:
    """Something that must be there, and among these."""
    if value is None:
        form.required(path)
        return False
    fits = not isinstance(value, bool | list | dict) and value in allowed
    if not fits:
        form.choice(path, allowed)
    return fits


def several_of(form: Form, path: Path, value: Any, allowed: Collection[Any], *, least: int = 0) -> None:
    """A list of different things that are all among these; left out is no finding."""
    if value is None:
        return
    if not isinstance(value, list):
        form.wrong(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        return
    if len(value) < least:
        form.wrong(path, "BASE_TYPE_MIN_LENGTH", f"Must be {least} or more in length.")
    for index, item in enumerate(value):
        if isinstance(item, bool | list | dict) or item not in allowed:
            form.choice((*path, index), sorted(allowed))
        elif value.index(item) != index:
            form.wrong((*path, index), "SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value")


def model(form: Form, path: Path, value: Any) -> Json | None:
    """An object that must be there."""
    if value is None:
        form.required(path)
        return None
    if not isinstance(value, dict):
        form.wrong(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        return None
    return value


def link(form: Form, path: Path, value: Any, most: int, schemes: Sequence[str] = _LINKS) -> None:
    """The address that something leads to."""
    address = text(form, path, value, 1, most)
    if not address:
        return
    try:
        parts = urlsplit(address)
    except ValueError:
        form.wrong(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
        return
    if parts.scheme not in schemes and parts.scheme:
        message = f'Scheme "{parts.scheme}" is not supported. Scheme must be one of {tuple(schemes)}.'
        form.wrong(path, "URL_TYPE_INVALID_SCHEME", message)
    elif not parts.scheme or not (parts.netloc or parts.path.strip("/")) or " " in address:
        form.wrong(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
