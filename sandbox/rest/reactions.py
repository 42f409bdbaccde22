"""Reactions to messages."""

from aiohttp import web

from sandbox import payloads
from sandbox.core import Core
from sandbox.errors import DiscordError, Why
from sandbox.guilds.thread_rights import need_active
from sandbox.permissions import Permission
from sandbox.rest.access import require
from sandbox.rest.bodies import id_of, message_of
from sandbox.rest.queries import id_in, limit_in
from sandbox.rules.form import Form
from sandbox.state import Channel, Message
from sandbox.wire import answer, nothing

routes = web.RouteTableDef()
_ALL = "/channels/{channel}/messages/{message}/reactions"
_EMOJI = _ALL + "/{emoji}"
_NORMAL, _BURST = 0, 1


def _seen(request: web.Request) -> tuple[Core, Channel, Message]:
    core, channel, message = message_of(request)
    require(core, channel, Permission.VIEW_CHANNEL)
    return core, channel, message


def _reacted(request: web.Request) -> tuple[Core, Channel, Message]:
    """One whose reactions can be changed: in an archived thread they stay as they are."""
    core, channel, message = _seen(request)
    need_active(channel)
    return core, channel, message


def _managed(request: web.Request) -> tuple[Core, Channel, Message]:
    """What is other people's to take back is not to be touched in a direct message."""
    core, channel, message = _reacted(request)
    if channel.guild_id is None:
        raise DiscordError(Why.NOT_IN_DIRECT)
    require(core, channel, Permission.MANAGE_MESSAGES)
    return core, channel, message


@routes.put(_EMOJI + "/@me")
async def add(request: web.Request) -> web.Response:
    core, _, message = _reacted(request)
    core.reactions.add(message, core.store.bot_id, request.match_info["emoji"])
    return nothing()


@routes.delete(_EMOJI + "/@me")
async def remove_own(request: web.Request) -> web.Response:
    core, _, message = _reacted(request)
    core.reactions.remove(message, core.store.bot_id, request.match_info["emoji"])
    return nothing()


@routes.delete(_EMOJI + "/{user}")
async def remove(request: web.Request) -> web.Response:
    core, _, message = _reacted(request)
    user_id = id_of(request, "user", Why.UNKNOWN_USER)
    if user_id != core.store.bot_id:
        _managed(request)
    if user_id not in core.store.users:
        raise DiscordError(Why.UNKNOWN_USER)
    core.reactions.remove(message, user_id, request.match_info["emoji"])
    return nothing()


@routes.get(_EMOJI)
async def users(request: web.Request) -> web.Response:
    core, channel, message = _seen(request)
    require(core, channel, Permission.READ_MESSAGE_HISTORY)
    limit, after = limit_in(request, 25, 100), id_in(request, "after") or 0
    found = [each for each in core.reactions.users(message, request.match_info["emoji"]) if each > after]
    if _kind(request) == _BURST:  # nobody of the sandbox pays for these
        found = []
    return answer([payloads.user(core.store.users[each]) for each in found[:limit]])


def _kind(request: web.Request) -> int:
    text = request.query.get("type", str(_NORMAL))
    if text not in (str(_NORMAL), str(_BURST)):
        form = Form()
        form.choice(("type",), (_NORMAL, _BURST))
        form.done()
    return int(text)


@routes.delete(_ALL)
async def clear(request: web.Request) -> web.Response:
    core, _, message = _managed(request)
    core.reactions.clear(message)
    return nothing()


@routes.delete(_EMOJI)
async def clear_emoji(request: web.Request) -> web.Response:
    core, _, message = _managed(request)
    core.reactions.clear_emoji(message, request.match_info["emoji"])
    return nothing()
