"""Discord's REST API v10: one module per resource, put together here."""

import logging

from aiohttp import web

from sandbox.core import CORE, Core
from sandbox.rest import (
    applications,
    audit,
    bans,
    channel_webhooks,
    channels,
    commands,
    emojis,
    guild_channels,
    guilds,
    history,
    interactions,
    invites,
    members,
    messages,
    pins,
    polls,
    reactions,
    roles,
    safety,
    scheduled_events,
    stages,
    stickers,
    thread_members,
    threads,
    users,
    webhooks,
)
from sandbox.rest.limiting import PREFIX
from sandbox.rest.middleware import MIDDLEWARES
from sandbox.wire import answer

__all__ = ["PREFIX", "api", "unknown"]
# Of two that fit a path, the first is taken: pins before the message of that name.
_RESOURCES = (
    users,
    applications,
    guilds,
    safety,
    scheduled_events,
    stages,
    stickers,
    guild_channels,
    members,
    bans,
    roles,
    emojis,
    invites,
    audit,
    channels,
    threads,
    thread_members,
    pins,
    messages,
    history,
    reactions,
    polls,
    commands,
    interactions,
    channel_webhooks,
    webhooks,
)
_log = logging.getLogger(__name__)


def api(core: Core) -> web.Application:
    app = web.Application(middlewares=MIDDLEWARES)
    app[CORE] = core
    for resource in _RESOURCES:
        app.add_routes(resource.routes)
    app.router.add_route("*", "/{tail:.*}", unknown)
    return app


async def unknown(request: web.Request) -> web.Response:
    """A route that Discord may have and the sandbox has not: said loudly, never guessed at."""
    route = f"{request.method} {request.path}"
    _log.error("the sandbox does not know the route %s", route)
    return answer({"message": f"The sandbox does not know the route {route}", "code": 0, "route": route}, 501)
