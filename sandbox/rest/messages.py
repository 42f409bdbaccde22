"""Messages of a channel."""

from itertools import islice

from aiohttp import web

from sandbox.core import Core
from sandbox.errors import DiscordError, Why
from sandbox.permissions import Permission
from sandbox.rest.access import require, shown
from sandbox.rest.bodies import channel_of, json_of, message_of, uploads_of
from sandbox.rights import may_change_messages, may_delete_messages, may_write
from sandbox.rules.form import Form
from sandbox.rules.messages import read_draft
from sandbox.state import Channel, Message
from sandbox.wire import answer, nothing

routes = web.RouteTableDef()
_END = 1 << 63


@routes.post("/channels/{channel}/messages")
async def create(request: web.Request) -> web.Response:
    core, channel = channel_of(request)
    may_write(core.store, channel, core.store.bot_id)
    draft = read_draft(json_of(request), uploads_of(request))
    message = core.posting.create(channel, core.store.bot_id, draft)
    return answer(shown(core, channel, message))


@routes.get("/channels/{channel}/messages")
async def history(request: web.Request) -> web.Response:
    """Newest first, whichever way it was asked for."""
    core, channel = channel_of(request)
    require(core, channel, Permission.READ_MESSAGE_HISTORY)
    limit = _limit(request.query.get("limit", "50"))
    found = _find(core, channel, _where(request), limit)
    return answer([shown(core, channel, message) for message in found])


def _limit(text: str) -> int:
    limit = int(text) if text.isdecimal() else 0
    if not 1 <= limit <= 100:
        form = Form()
        form.wrong(("limit",), "NUMBER_TYPE_MAX", "int value should be between 1 and 100.")
        form.done()
    return limit


def _where(request: web.Request) -> dict[str, int]:
    form = Form()
    asked = {name: request.query[name] for name in ("before", "after", "around") if name in request.query}
    for name, text in asked.items():
        if not text.isdecimal():
            form.wrong((name,), "NUMBER_TYPE_COERCE", f'Value "{text}" is not snowflake.')
    form.done()
    return {name: int(text) for name, text in asked.items()}


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


@routes.patch("/channels/{channel}/messages/{message}")
async def edit(request: web.Request) -> web.Response:
    core, channel, message = message_of(request)
    require(core, channel, Permission.VIEW_CHANNEL)
    if message.author_id != core.store.bot_id:
        raise DiscordError(Why.NOT_THE_AUTHOR)
    may_change_messages(core.store, channel, core.store.bot_id)
    draft = read_draft(json_of(request), uploads_of(request), flags=message.flags)
    return answer(shown(core, channel, core.posting.edit(message, draft)))


@routes.delete("/channels/{channel}/messages/{message}")
async def delete(request: web.Request) -> web.Response:
    core, channel, message = message_of(request)
    require(core, channel, Permission.VIEW_CHANNEL)
    if message.author_id != core.store.bot_id:
        if channel.guild_id is None:
            raise DiscordError(Why.NOT_IN_DIRECT)
        require(core, channel, Permission.MANAGE_MESSAGES)
    may_delete_messages(core.store, channel, core.store.bot_id)
    core.posting.delete(message)
    return nothing()
