"""Reads what stands behind the question mark of a path."""

from aiohttp import web

from sandbox.rules.form import Form
from sandbox.snowflakes import read_snowflake


def limit_in(request: web.Request, default: int, most: int) -> int:
    """Raises DiscordError."""
    text = request.query.get("limit", str(default))
    form = Form()
    limit = read_snowflake(text)
    if limit is None:
        form.wrong(("limit",), "NUMBER_TYPE_COERCE", f'Value "{text}" is not int.')
    else:
        form.number(("limit",), limit, 1, most)
    form.done()
    return limit or default


def id_in(request: web.Request, name: str) -> int | None:
    """None where it is left out. Raises DiscordError."""
    if name not in request.query:
        return None
    form = Form()
    found = form.snowflake((name,), request.query[name])
    form.done()
    return found


def flag_in(request: web.Request, name: str) -> bool:
    """Discord reads true as `1` or `True`, in any case."""
    return request.query.get(name, "").lower() in ("1", "true")
