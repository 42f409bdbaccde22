"""Webhooks by their tokens; one that has the application's id is the token of an interaction."""

from aiohttp import web

from sandbox.core import CORE
from sandbox.errors import DiscordError, Why
from sandbox.rest import responses

routes = web.RouteTableDef()
_TOKEN = "/webhooks/{webhook}/{token}"  # noqa: S105  the pattern of a route
_MESSAGE = _TOKEN + "/messages/{message}"


def _is_interaction(request: web.Request) -> bool:
    return request.match_info["webhook"] == str(request.app[CORE].store.application_id)


@routes.post(_TOKEN)
async def execute(request: web.Request) -> web.Response:
    if _is_interaction(request):
        return await responses.follow_up(request)
    raise DiscordError(Why.UNKNOWN_WEBHOOK)


@routes.get(_MESSAGE)
async def one(request: web.Request) -> web.Response:
    if _is_interaction(request):
        return await responses.one(request)
    raise DiscordError(Why.UNKNOWN_WEBHOOK)


@routes.patch(_MESSAGE)
async def edit(request: web.Request) -> web.Response:
    if _is_interaction(request):
        return await responses.edit(request)
    raise DiscordError(Why.UNKNOWN_WEBHOOK)


@routes.delete(_MESSAGE)
async def delete(request: web.Request) -> web.Response:
    if _is_interaction(request):
        return await responses.delete(request)
    raise DiscordError(Why.UNKNOWN_WEBHOOK)
