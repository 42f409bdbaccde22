"""Reads the settings in a body that says what something is to be like, with Discord's words for what is wrong."""

from collections.abc import Sequence
from typing import Any

from sandbox.rules.fields import MOST_STORED, as_moment, as_whole, flag, one_of, whole
from sandbox.rules.form import Form, Path
from sandbox.wire import Json

# What is to change, by the names of the fields of the thing that changes.
Changes = dict[str, Any]
_NOTHING: Any = object()


class Settings:
    """What the body names is in `found`, under the field's own name or `to`; what it leaves out is not.

    A `null` is the same as `empty`, where one is given.
    """

    def __init__(self, form: Form, body: Json, base: Path = ()) -> None:
        self._form = form
        self._body = body
        self._base = base
        self.found: Changes = {}

    def text(self, key: str, least: int, most: int, *, to: str = "", empty: Any = _NOTHING) -> None:
        value = self._value(key, to or key, empty)
        if value is None:
            return
        if not isinstance(value, str):
            self._wrong(key, "STRING_TYPE_CONVERT", f'Could not interpret "{value}" as string.')
        elif least <= len(value) <= most:
            self.found[to or key] = value
        elif least:
            self._form.between(self._path(key), value, least, most)
        else:
            self._form.longest(self._path(key), value, most)

    def number(self, key: str, least: int, most: int = MOST_STORED, *, to: str = "", empty: Any = _NOTHING) -> None:
        value = self._value(key, to or key, empty)
        if value is None:
            return
        number = whole(self._form, self._path(key), value, least, most)
        if number is not None:
            self.found[to or key] = number

    def flag(self, key: str, *, to: str = "", empty: Any = _NOTHING) -> None:
        value = self._value(key, to or key, empty)
        if value is not None:
            self.found[to or key] = flag(self._form, self._path(key), value)

    def one_of(self, key: str, allowed: Sequence[Any], *, to: str = "", empty: Any = _NOTHING) -> None:
        value = self._value(key, to or key, empty)
        if value is None:
            return
        if one_of(self._form, self._path(key), value, allowed):
            self.found[to or key] = value

    def identifier(self, key: str, *, to: str = "", empty: Any = _NOTHING) -> None:
        value = self._value(key, to or key, empty)
        if value is None:
            return
        number = snowflake(value)
        if number is None:
            self._wrong(key, "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
        else:
            self.found[to or key] = number

    def identifiers(self, key: str, most: int, *, to: str = "", empty: Any = _NOTHING) -> None:
        value = self._value(key, to or key, empty)
        if value is None:
            return
        if not isinstance(value, list):
            self._wrong(key, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return
        self._form.longest_list(self._path(key), value, most)
        ids = [snowflake(each) for each in value]
        for index, identifier in enumerate(ids):
            if identifier is None:
                message = f'Value "{value[index]}" is not snowflake.'
                self._form.wrong((*self._path(key), index), "NUMBER_TYPE_COERCE", message)
        self.found[to or key] = tuple(dict.fromkeys(identifier or 0 for identifier in ids))

    def moment(self, key: str, *, to: str = "", empty: Any = _NOTHING) -> None:
        """An ISO 8601 time, as Unix seconds."""
        value = self._value(key, to or key, empty)
        if value is None:
            return
        at = as_moment(value)
        if at is None:
            self._wrong(key, "DATE_TIME_TYPE_PARSE", f"Could not parse {value}. Should be ISO8601.")
        else:
            self.found[to or key] = at.timestamp()

    def require(self, key: str) -> None:
        if self._body.get(key) is None:
            self._form.required(self._path(key))

    def _value(self, key: str, to: str, empty: Any) -> Any:
        """None for what is left out and for what is `null`, which counts as given where it has a meaning."""
        if key in self._body and self._body[key] is None and empty is not _NOTHING:
            self.found[to] = empty
        return self._body.get(key)

    def _wrong(self, key: str, code: str, message: str) -> None:
        self._form.wrong(self._path(key), code, message)

    def _path(self, key: str) -> Path:
        return (*self._base, key)


def snowflake(value: Any) -> int | None:
    number = as_whole(value)
    return None if number is None or not 0 <= number < 1 << 63 else number
