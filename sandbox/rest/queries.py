"""What a request asks for after its question mark."""

from aiohttp import web

from sandbox.rules.form import Form
from sandbox.rules.settings import Settings


def flag_in(request: web.Request, name: str) -> bool:
    return request.query.get(name, "").lower() in ("1", "true")


def limit_in(request: web.Request, default: int, most: int, *, least: int = 1) -> int:
    """Raises DiscordError for a number out of bounds."""
    form = Form()
    fields = Settings(form, dict(request.query))
    fields.number("limit", least, most)
    form.done()
    limit: int = fields.found.get("limit", default)
    return limit


def id_in(request: web.Request, name: str) -> int | None:
    form = Form()
    fields = Settings(form, dict(request.query))
    fields.identifier(name)
    form.done()
    found: int | None = fields.found.get(name)
    return found


def moment_in(request: web.Request, name: str) -> float | None:
    """An ISO 8601 time as Unix seconds; a `+` that was not encoded has become a space."""
    form = Form()
    given = request.query.get(name)
    fields = Settings(form, {name: None if given is None else given.replace(" ", "+")})
    fields.moment(name)
    form.done()
    found: float | None = fields.found.get(name)
    return found
