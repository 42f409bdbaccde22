"""Words for schemas of our own, made of Discord's: the gateway's documentation in short."""

from __future__ import annotations

from collections.abc import Mapping

from tests.openapi.description import Json

WHOLE: Json = {"type": "integer"}
TEXT: Json = {"type": "string"}
TRUTH: Json = {"type": "boolean"}
MOMENT: Json = {"type": "string", "format": "date-time"}
ANYTHING: Json = {}


def component(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


ID = component("SnowflakeType")


def nullable(schema: Json) -> Json:
    return {"oneOf": [{"type": "null"}, schema]}


def listed(schema: Json) -> Json:
    return {"type": "array", "items": schema}


def mapped(schema: Json) -> Json:
    """An object whose keys are snowflakes."""
    return {"type": "object", "propertyNames": ID, "additionalProperties": schema}


def thing(*bases: Json, optional: Mapping[str, Json] | None = None, **required: Json) -> Json:
    """An object with these properties beside those of the bases."""
    properties = {**required, **(optional or {})}
    return {"type": "object", "allOf": list(bases), "properties": properties, "required": list(required)}


class Components:
    """Discord's components without what a partial one may leave out."""

    def __init__(self, schemas: Mapping[str, Json]) -> None:
        self._schemas = schemas

    def less(self, name: str, *absent: str) -> Json:
        """A component of which these properties are not required."""
        whole = self._schemas[name]
        unknown = set(absent) - set(whole["required"])
        if unknown:
            raise ValueError(f"{name} does not require {unknown}")
        return {**whole, "required": [each for each in whole["required"] if each not in absent]}

    def only(self, name: str, *kept: str) -> Json:
        """A component of which only these properties may be there, and those of them that it requires must."""
        whole = self._schemas[name]
        required = [each for each in whole.get("required", []) if each in kept]
        return {
            "type": "object",
            "properties": {each: whole["properties"][each] for each in kept},
            "required": required,
        }
