"""The routes under /sandbox through which people act and faults are ordered, from this process or another."""

from aiohttp import web

from sandbox.control import (
    channels,
    commands,
    components,
    faults,
    gateway_faults,
    grants,
    guilds,
    limits,
    messages,
    modals,
    people,
    threads,
)
from sandbox.control.problems import explain, keep_out_strangers
from sandbox.core import CORE, Core


def control(core: Core) -> web.Application:
    app = web.Application(middlewares=[keep_out_strangers, explain])
    app[CORE] = core
    parts = (people, messages, commands, components, modals, grants, channels, threads, guilds)
    for part in (*parts, faults, gateway_faults, limits):
        app.add_routes(part.routes)
    return app
