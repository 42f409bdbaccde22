"""Values against the schemas of a description: what is wrong with one, and what it has that no schema names."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend

from tests.openapi.description import Description, Json

LONGEST = 200
"""Characters of a sentence or of a value that are shown; what lies beyond helps nobody."""

Schema = Json | bool


class Finding(NamedTuple):
    """`where` is a JSON path to the value, `schema` the name of the component that it should be."""

    where: str
    schema: str
    message: str
    value: Any

    def __str__(self) -> str:
        return f"{self.where} ({self.schema or 'unnamed'}): {_short(self.message)}; it is {_short(repr(self.value))}"


FORMATS = FormatChecker(["date-time", "uri"])
"""Every format that Discord's description uses, and no other; the two standard ones are jsonschema's."""


def _is(name: str) -> Any:
    return FORMATS.checks(name)


@_is("int32")
def _int32(value: object) -> bool:
    return not _whole(value) or -(1 << 31) <= value < 1 << 31


@_is("int64")
def _int64(value: object) -> bool:
    return not _whole(value) or -(1 << 63) <= value < 1 << 63


@_is("double")
def _double(value: object) -> bool:
    return not isinstance(value, float) or math.isfinite(value)


@_is("snowflake")
def _snowflake(value: object) -> bool:
    """Sixty-four bits in decimal digits, as JSON cannot carry them in a number."""
    return not isinstance(value, str) or (bool(re.fullmatch(r"0|[1-9][0-9]{0,19}", value)) and int(value) < 1 << 64)


@_is("nonce")
def _nonce(value: object) -> bool:
    return not isinstance(value, str) or len(value) <= 25


def _whole(value: object) -> Any:
    return isinstance(value, int) and not isinstance(value, bool)


class Schemas:
    """Compiled once for each schema that is asked for; a schema is known by its identity."""

    def __init__(self, description: Description) -> None:
        self._description = description
        self._kind = extend(Draft202012Validator, {"$ref": self._follow})
        self._compiled: dict[int, Validator] = {}
        self._names = {id(schema): name for name, schema in description.schemas.items()}

    def wrong(self, schema: Schema, value: Any) -> list[Finding]:
        """Why the value is not valid; of several alternatives, the one that it comes nearest to."""
        return [self._finding(each) for error in self._validator(schema).iter_errors(value) for each in _causes(error)]

    def unknown(self, schema: Schema, value: Any) -> list[Finding]:
        """Properties that no schema which describes the value names, although one names others."""
        return list(self._unknown([schema], value, "$"))

    def _validator(self, schema: Schema) -> Validator:
        if id(schema) not in self._compiled:
            self._compiled[id(schema)] = self._kind(schema, format_checker=FORMATS)
        return self._compiled[id(schema)]

    def _follow(self, validator: Validator, reference: str, value: Any, _: Json) -> Iterator[ValidationError]:
        """`$ref`; errors keep its steps, by which they are named."""
        yield from validator.descend(value, self._description.at(reference), schema_path=reference)  # type: ignore[attr-defined]

    def _finding(self, error: ValidationError) -> Finding:
        references = [step for step in error.absolute_schema_path if str(step).startswith("#/")]
        name = str(references[-1]).rpartition("/")[2] if references else self._names.get(id(error.schema), "")
        return Finding(error.json_path, name, error.message, error.instance)

    def _unknown(self, schemas: list[Schema], value: Any, at: str) -> Iterator[Finding]:
        parts = [part for schema in schemas for part in self._parts(schema, value)]
        if isinstance(value, list):
            items = [part["items"] for part in parts if "items" in part]
            for index, item in enumerate(value):
                yield from self._unknown(items, item, f"{at}[{index}]")
        elif isinstance(value, dict) and any("properties" in part or "additionalProperties" in part for part in parts):
            others = [part["additionalProperties"] for part in parts if part.get("additionalProperties", False)]
            for name, inner in value.items():
                named = [part["properties"][name] for part in parts if name in part.get("properties", {})]
                if named or others:
                    yield from self._unknown(named or others, inner, f"{at}.{name}")
                else:
                    names = [self._names[id(part)] for part in parts if id(part) in self._names]
                    yield Finding(f"{at}.{name}", " or ".join(names), "no such property is described", inner)

    def _parts(self, schema: Schema, value: Any) -> Iterator[Json]:
        """Every schema without alternatives that describes the value."""
        if isinstance(schema, bool):
            return
        yield schema
        if "$ref" in schema:
            yield from self._parts(self._description.at(schema["$ref"]), value)
        for each in schema.get("allOf", ()):
            yield from self._parts(each, value)
        for each in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
            if self._validator(each).is_valid(value):
                yield from self._parts(each, value)


def _causes(error: ValidationError) -> list[ValidationError]:
    """The error itself, or those of the alternative that was probably meant."""
    branches: dict[Any, list[ValidationError]] = {}
    for each in error.context or ():
        branches.setdefault(each.relative_schema_path[0], []).append(each)
    if not branches:
        return [error]
    nearest = min(branches.values(), key=_distance)
    return [cause for each in nearest for cause in _causes(each)]


def _distance(errors: list[ValidationError]) -> tuple[bool, bool, bool, int]:
    """Null is furthest from what is not, then another kind of value, then an object whose `type` is another."""
    other_kind = [each for each in errors if each.validator == "type" and not each.relative_path]
    other_type = any(list(each.relative_path) == ["type"] for each in errors)
    return any(each.validator_value == "null" for each in other_kind), bool(other_kind), other_type, len(errors)


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]} … {text[-LONGEST // 2 :]}"
