"""A description of a small API, with what Discord's has: references, alternatives by type, formats, and multipart."""

from __future__ import annotations

from tests.openapi.description import Description, Json
from tests.openapi.shapes import ID, MOMENT, TEXT, TRUTH, WHOLE, component, listed, nullable, thing


def _json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}


def _parameter(place: str, name: str, schema: Json, *, required: bool = False) -> Json:
    return {"in": place, "name": name, "schema": schema, "required": required}


_ERRORS = {"429": {"$ref": "#/components/responses/Slower"}, "4XX": {"content": _json(component("Error"))}}
_SQUARE = thing(type={"enum": [1]}, side=WHOLE)
_CIRCLE = thing(type={"enum": [2]}, radius={"type": "integer", "format": "int32"})
_SHEET = thing(
    id=ID,
    name={"type": "string", "minLength": 1},
    made_at=MOMENT,
    optional={
        "link": {"type": "string", "format": "uri"},
        "shapes": listed({"oneOf": [component("Square"), component("Circle")]}),
        "on": nullable(component("Square")),
        "names": {"type": "object", "additionalProperties": TEXT},
    },
)
_FILE = {"type": "string", "contentEncoding": "binary"}
_SHEETS = {
    "get": {
        "parameters": [
            _parameter("query", "limit", {"type": "integer", "minimum": 1, "maximum": 100}),
            _parameter("query", "before", ID),
            _parameter("query", "whole", TRUTH),
            _parameter("query", "kinds", {"type": "array", "items": WHOLE}),
            _parameter("query", "book", ID, required=True),
        ],
        "responses": {"200": {"content": _json(listed(component("Sheet")))}, **_ERRORS},
    },
    "post": {
        "requestBody": {
            "required": True,
            "content": {
                **_json(component("Draft")),
                "multipart/form-data": {"schema": {"allOf": [component("Draft"), thing(optional={"files[0]": _FILE})]}},
            },
        },
        "responses": {"201": {"content": _json(component("Sheet"))}, **_ERRORS},
    },
}
_SHEET_PATH = {
    "parameters": [_parameter("path", "sheet_id", ID, required=True)],
    "get": {"responses": {"200": {"content": _json(component("Sheet"))}, **_ERRORS}},
    "delete": {"responses": {"204": {}, **_ERRORS}},
}

SMALL = Description(
    {
        "openapi": "3.1.0",
        "paths": {
            "/sheets/{sheet_id}": _SHEET_PATH,
            "/sheets": _SHEETS,
            "/sheets/@newest": {"get": {"responses": {"200": {"content": _json(component("Draft"))}, **_ERRORS}}},
        },
        "components": {
            "schemas": {
                "SnowflakeType": {"type": "string", "format": "snowflake"},
                "Square": _SQUARE,
                "Circle": _CIRCLE,
                "Sheet": _SHEET,
                "Draft": thing(name={"type": "string", "minLength": 1}, optional={"book": ID}),
                "Error": thing(code=WHOLE, message=TEXT),
            },
            "responses": {"Slower": {"content": _json(thing(component("Error"), retry_after={"type": "number"}))}},
        },
    }
)
