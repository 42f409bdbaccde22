"""What the rate limits have refused."""

from aiohttp import web

from sandbox.core import CORE
from sandbox.wire import answer

routes = web.RouteTableDef()


@routes.get("/limits")
async def limits(request: web.Request) -> web.Response:
    limiter = request.app[CORE].limiter
    refused = [
        {"scope": each.scope, "route": each.route, "times": times} for each, times in limiter.refused.most_common()
    ]
    return answer({"on": limiter.on, "refused": refused})
