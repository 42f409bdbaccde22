"""The routes under /sandbox through which people act and faults are ordered, from this process or another."""

from aiohttp import web

from sandbox.control import (
    channels,
    commands,
    components,
    directs,
    faults,
    gateway_faults,
    grants,
    guilds,
    limits,
    messages,
    modals,
    people,
    responses,
    threads,
)
from sandbox.control.problems import explain, keep_out_strangers
from sandbox.core import CORE, Core

_PARTS = (
    people,
    directs,
    messages,
    responses,
    commands,
    components,
    modals,
    grants,
    channels,
    threads,
    guilds,
    faults,
    gateway_faults,
    limits,
)


def control(core: Core) -> web.Application:
    app = web.Application(middlewares=[keep_out_strangers, explain])
    app[CORE] = core
    for part in _PARTS:
        app.add_routes(part.routes)
    return app
