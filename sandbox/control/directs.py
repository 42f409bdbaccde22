"""Whether people take direct messages from the bot."""

from aiohttp import web

from sandbox.control.asked import asked
from sandbox.wire import answer

routes = web.RouteTableDef()


@routes.put("/people/{person}/directs")
async def change(request: web.Request) -> web.Response:
    who = await asked(request)
    if who.body["open"]:
        who.core.store.closed_directs.discard(who.person.id)
    else:
        who.core.store.closed_directs.add(who.person.id)
    return answer({})
