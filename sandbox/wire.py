"""JSON as Discord sends it: orjson, and a content type that is exactly `application/json`."""

from typing import Any

import orjson
from aiohttp import web

Json = dict[str, Any]


def is_whole(value: object) -> bool:
    """Whether JSON has a whole number there; `true` is none, although Python takes it for 1."""
    return isinstance(value, int) and not isinstance(value, bool)


def answer(data: Any, status: int = 200) -> web.Response:
    return web.Response(body=orjson.dumps(data), status=status, content_type="application/json")


def nothing() -> web.Response:
    return web.Response(status=204)
