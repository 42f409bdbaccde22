"""The messages that there are: a stretch of a channel's history, or one of them."""

from itertools import islice

from aiohttp import web

from sandbox.core import Core
from sandbox.permissions import Permission, in_channel
from sandbox.rest.access import require, shown
from sandbox.rest.bodies import channel_of, message_of
from sandbox.rest.queries import id_in, limit_in
from sandbox.rules.form import Form
from sandbox.state import Channel, Message
from sandbox.wire import answer

routes = web.RouteTableDef()
_END = 1 << 63
_WAYS = ("before", "after", "around")


@routes.get("/channels/{channel}/messages")
async def history(request: web.Request) -> web.Response:
    """Newest first, whichever way it was asked for; nothing for those who may not read what was before."""
    core, channel = channel_of(request)
    require(core, channel, Permission.VIEW_CHANNEL)
    limit, where = limit_in(request, 50, 100), _where(request)
    bits = in_channel(core.store.guild_of(channel), channel, core.store.bot_id)
    if not bits & Permission.READ_MESSAGE_HISTORY:
        return answer([])
    return answer([shown(core, channel, message) for message in _find(core, channel, where, limit)])


def _where(request: web.Request) -> dict[str, int]:
    """The one way and the id from which it goes; empty from the end."""
    found = {way: id_in(request, way) for way in _WAYS}
    given = {way: message_id for way, message_id in found.items() if message_id is not None}
    if len(given) > 1:
        form = Form()
        message = f"The keys {', '.join(sorted(given))} are mutually exclusive."
        form.wrong((), "DICT_TYPE_MUTUALLY_EXCLUSIVE_KEYS", message)
        form.done()
    return given


def _find(core: Core, channel: Channel, where: dict[str, int], limit: int) -> list[Message]:
    shelf = core.store.shelves[channel.id]
    if "around" in where:
        middle = where["around"]
        newer = list(islice(filter(_listed, shelf.after(middle - 1)), limit - limit // 2))
        older = list(islice(filter(_listed, shelf.before(middle)), limit // 2))
        return [*reversed(newer), *older]
    if "after" in where:
        return list(islice(filter(_listed, shelf.after(where["after"])), limit))[::-1]
    return list(islice(filter(_listed, shelf.before(where.get("before", _END))), limit))


def _listed(message: Message) -> bool:
    return not message.deleted and message.seen_by is None


@routes.get("/channels/{channel}/messages/{message}")
async def one(request: web.Request) -> web.Response:
    core, channel, message = message_of(request)
    require(core, channel, Permission.READ_MESSAGE_HISTORY)
    return answer(shown(core, channel, message))
