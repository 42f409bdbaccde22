"""Collects what is wrong with a body, in the nested shape of Discord's error 50035."""

from collections.abc import Sequence
from typing import Any

from sandbox.errors import DiscordError, Why
from sandbox.snowflakes import read_snowflake
from sandbox.wire import Json

Path = tuple[str | int, ...]


class Form:
    """The findings of one body; `base` is where the body lies in the request, as in an interaction's `data`."""

    def __init__(self, base: Path = ()) -> None:
        self._base = base
        self._errors: Json = {}

    def wrong(self, path: Path, code: str, message: str) -> None:
        at = self._errors
        for step in (*self._base, *path):
            at = at.setdefault(str(step), {})
        at.setdefault("_errors", []).append({"code": code, "message": message})

    def done(self) -> None:
        """Raises DiscordError (50035) if anything was found."""
        if self._errors:
            raise DiscordError(Why.INVALID_FORM, _innermost(self._errors))

    def required(self, path: Path) -> None:
        self.wrong(path, "BASE_TYPE_REQUIRED", "This field is required")

    def choice(self, path: Path, allowed: Sequence[Any]) -> None:
        listed = ", ".join(map(str, allowed))
        self.wrong(path, "BASE_TYPE_CHOICES", f"Value must be one of ({listed}).")

    def longest(self, path: Path, value: object, limit: int) -> None:
        """A text that may be missing or empty."""
        if isinstance(value, str) and len(value) > limit:
            self.wrong(path, "BASE_TYPE_MAX_LENGTH", f"Must be {limit} or fewer in length.")

    def text(self, path: Path, value: object, limit: int) -> str | None:
        """A text that may be missing, trimmed as Discord trims it; anything else in its place is a finding."""
        if value is None:
            return None
        if not isinstance(value, str):
            self.wrong(path, "STRING_TYPE_CONVERT", f'Could not interpret "{value}" as string.')
            return None
        trimmed = value.strip()
        self.longest(path, trimmed, limit)
        return trimmed

    def number(self, path: Path, value: object, least: int, most: int) -> int | None:
        """A whole number that may be missing; `1.0` is one too, and what discord.py sends for hours."""
        if value is None:
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int):
            self.wrong(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
            return None
        if value > most:
            self.wrong(path, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")
        if value < least:
            self.wrong(path, "NUMBER_TYPE_MIN", f"int value should be greater than or equal to {least}.")
        return value

    def snowflake(self, path: Path, value: object) -> int | None:
        """An id that may be missing, as a text or a number."""
        if value is None:
            return None
        found = None if isinstance(value, bool) else read_snowflake(str(value))
        if found is None:
            self.wrong(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
        return found

    def between(self, path: Path, value: object, least: int, most: int) -> None:
        """A text or a list that must be there."""
        if value is None:
            self.required(path)
        elif isinstance(value, str | list) and not least <= len(value) <= most:
            self.wrong(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")

    def listed(self, path: Path, value: object) -> list[Json]:
        """The objects of a list; anything else in its place is a finding."""
        if not isinstance(value, list):
            self.wrong(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return []
        if not all(isinstance(item, dict) for item in value):
            self.wrong(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
            return []
        return value

    def longest_list(self, path: Path, value: Sequence[object], limit: int) -> None:
        if len(value) > limit:
            self.wrong(path, "BASE_TYPE_MAX_LENGTH", f"Must be {limit} or fewer in length.")


def _innermost(errors: Json) -> Json:
    """A place has findings of its own or findings inside, never both: what is inside is found first."""
    inner = {step: _innermost(found) for step, found in errors.items() if step != "_errors"}
    return inner or errors
