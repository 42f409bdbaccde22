"""The routes under /sandbox through which people act, from this process or another."""

from aiohttp import web

from sandbox.control import (
    commands,
    components,
    directs,
    gateway_faults,
    grants,
    messages,
    modals,
    people,
    responses,
)
from sandbox.control.problems import explain, keep_out_strangers
from sandbox.core import CORE, Core


def control(core: Core) -> web.Application:
    app = web.Application(middlewares=[keep_out_strangers, explain])
    app[CORE] = core
    for part in (people, directs, messages, responses, commands, components, modals, grants, gateway_faults):
        app.add_routes(part.routes)
    return app
