"""Polls: who has voted for an answer, and their end."""

from aiohttp import web

from sandbox import payloads
from sandbox.core import Core
from sandbox.errors import DiscordError, Why
from sandbox.permissions import Permission
from sandbox.rest.access import require, shown
from sandbox.rest.bodies import id_of, message_of
from sandbox.rest.queries import id_in, limit_in
from sandbox.rules.form import Form
from sandbox.state import Channel, Message
from sandbox.wire import answer

routes = web.RouteTableDef()
_POLL = "/channels/{channel}/polls/{message}"


@routes.get(_POLL + "/answers/{answer}")
async def voters(request: web.Request) -> web.Response:
    core, _, message = _seen(request)
    limit, after = limit_in(request, 25, 100), id_in(request, "after") or 0
    poll, answer_id = core.polls.of(message), id_of(request, "answer", Why.NOT_FOUND)
    if answer_id not in {each.id for each in poll.answers}:
        form = Form()
        form.choice(("answer_id",), [each.id for each in poll.answers])
        form.done()
    found = sorted(each for each in poll.votes.get(answer_id, ()) if each > after)
    return answer({"users": [payloads.user(core.store.users[each]) for each in found[:limit]]})


@routes.post(_POLL + "/expire")
async def end(request: web.Request) -> web.Response:
    core, channel, message = _seen(request)
    if message.author_id != core.store.bot_id:
        raise DiscordError(Why.NOT_THE_AUTHOR)
    core.polls.end(message)
    return answer(shown(core, channel, message))


def _seen(request: web.Request) -> tuple[Core, Channel, Message]:
    core, channel, message = message_of(request)
    require(core, channel, Permission.READ_MESSAGE_HISTORY)
    return core, channel, message
