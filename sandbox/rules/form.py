"""Collects what is wrong with a body, in the nested shape of Discord's error 50035."""

from collections.abc import Sequence
from typing import Any

from sandbox.errors import DiscordError, Why
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
            raise DiscordError(Why.INVALID_FORM, self._errors)

    def required(self, path: Path) -> None:
        self.wrong(path, "BASE_TYPE_REQUIRED", "This field is required")

    def choice(self, path: Path, allowed: Sequence[Any]) -> None:
        listed = ", ".join(map(str, allowed))
        self.wrong(path, "BASE_TYPE_CHOICES", f"Value must be one of ({listed}).")

    def longest(self, path: Path, value: object, limit: int) -> None:
        """A text that may be missing or empty."""
        if isinstance(value, str) and len(value) > limit:
            self.wrong(path, "BASE_TYPE_MAX_LENGTH", f"Must be {limit} or fewer in length.")

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
