"""Where requests meet Discord's rate limits, and the proxy that stands in front of everything."""

import re
from functools import lru_cache

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.core import CORE, Core
from sandbox.errors import DiscordError
from sandbox.faults import GAVE_UP
from sandbox.limits.invalid import banned_page
from sandbox.limits.limiter import Ask, Verdict
from sandbox.limits.refusals import RateLimited, Refusal
from sandbox.rest.bodies import BODY
from sandbox.wire import answer

PREFIX = "/api/v10"
# Every answer of Discord itself came through this; a 429 without it is Cloudflare's, and libraries give up.
VIA = "1.1 google"


def path_of(request: web.Request) -> str:
    """The path under /api/v10."""
    return request.path.removeprefix(PREFIX)


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Keeps banned addresses out, and counts what gets an address banned."""
    limiter, address = request.app[CORE].limiter, request.remote or ""
    banned = limiter.invalid.ban(address) if limiter.on else None
    if banned is not None:
        limiter.note("cloudflare", _route(request)[0])
        return banned_page(banned)
    response = await handler(request)
    if response.status != GAVE_UP:
        response.headers["Via"] = VIA
    if limiter.on:
        limiter.invalid.count(address, response)
    return response


@web.middleware
async def limit(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Behind the token, because it says who is limited; answers tell the limits of their route, refusals too."""
    core = request.app[CORE]
    if not core.limiter.on:
        return await handler(request)
    ask = _ask(request, core)
    verdict = core.limiter.admit(ask)
    response = await _served(request, handler, core, ask, verdict)
    response.headers.update(verdict.headers)
    return response


async def _served(request: web.Request, handler: Handler, core: Core, ask: Ask, verdict: Verdict) -> web.StreamResponse:
    if verdict.refusal is not None:
        return _refused(core, ask, verdict.refusal)
    try:
        return await handler(request)
    except DiscordError as error:
        return answer(error.body(), error.status)
    except RateLimited as limited:
        return _refused(core, ask, limited.refusal)


def _refused(core: Core, ask: Ask, refusal: Refusal) -> web.Response:
    core.limiter.note(refusal.scope, ask.route)
    return refusal.response()


def _ask(request: web.Request, core: Core) -> Ask:
    route, key = _route(request)
    path = path_of(request)
    first, *parts = path.removeprefix("/").split("/")
    body = request[BODY].json
    return Ask(
        route=route,
        key=key,
        major=_major(first, parts),
        caller=_caller(request, core, path),
        parts=frozenset(body) if isinstance(body, dict) else frozenset(),
        bucketed=first != "interactions" and not key.endswith(" /{}"),
    )


def _caller(request: web.Request, core: Core, path: str) -> str | None:
    """The bot; without a token the address; nobody for the routes of an interaction."""
    if path.startswith(("/interactions/", f"/webhooks/{core.store.application_id}/")):
        return None
    return request.headers.get("Authorization") or request.remote or ""


def _major(first: str, parts: list[str]) -> str:
    if first in ("channels", "guilds") and parts:
        return parts[0]
    if first == "webhooks":
        return "/".join(parts[:2])
    if first == "applications" and "guilds" in parts[1:2]:
        return parts[2]
    return ""


def _route(request: web.Request) -> tuple[str, str]:
    resource = request.match_info.route.resource
    return _named(request.method, "" if resource is None else resource.canonical)


@lru_cache(maxsize=1024)
def _named(method: str, canonical: str) -> tuple[str, str]:
    """As the documentation writes it, and with `{}` for every parameter."""
    route = f"{method} {canonical.removeprefix(PREFIX)}"
    return route, re.sub(r"\{[^{}]*\}", "{}", route)
