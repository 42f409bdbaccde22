"""Messages that the bot writes, changes and deletes."""

from aiohttp import web

from sandbox.core import Core
from sandbox.errors import DiscordError, Why
from sandbox.guilds.rights import may_change_messages, may_delete_messages
from sandbox.permissions import Permission
from sandbox.rest.access import deed, require, shown
from sandbox.rest.bodies import channel_of, json_of, message_of, uploads_of
from sandbox.rest.drafts import may_forward, may_send, permitted
from sandbox.rules.form import Form
from sandbox.rules.messages import read_draft
from sandbox.snowflakes import created_at
from sandbox.state import WRITTEN, Channel, ChannelKind, Message, MessageFlag, MessageKind
from sandbox.wire import Json, answer, nothing

routes = web.RouteTableDef()
LEAST_AT_ONCE, MOST_AT_ONCE = 2, 100
OLDEST_AT_ONCE = 14 * 24 * 3600.0  # seconds
_UNDELETABLE = (MessageKind.ADDED, MessageKind.REMOVED, MessageKind.RENAMED, MessageKind.THREAD_STARTER)
_OF_THE_AUTHOR = frozenset({"content", "embeds", "components", "attachments", "sticker_ids", "poll"})


@routes.post("/channels/{channel}/messages")
async def create(request: web.Request) -> web.Response:
    core, channel = channel_of(request)
    may_send(core, channel)
    draft = permitted(core, channel, read_draft(json_of(request), uploads_of(request)), new=True)
    may_forward(core, draft.reference)
    message = core.posting.create(channel, core.store.bot_id, draft)
    return answer(shown(core, channel, message))


@routes.patch("/channels/{channel}/messages/{message}")
async def edit(request: web.Request) -> web.Response:
    core, channel, message = message_of(request)
    require(core, channel, Permission.VIEW_CHANNEL)
    body = json_of(request)
    _check_editable(core, channel, message, body)
    draft = read_draft(body, uploads_of(request), flags=message.flags)
    return answer(shown(core, channel, core.posting.edit(message, permitted(core, channel, draft, new=False))))


def _check_editable(core: Core, channel: Channel, message: Message, body: Json) -> None:
    """Of other people's messages only the flags, by whoever may manage messages."""
    if message.author_id != core.store.bot_id:
        if "flags" not in body or not _OF_THE_AUTHOR.isdisjoint(body) or channel.guild_id is None:
            raise DiscordError(Why.NOT_THE_AUTHOR)
        require(core, channel, Permission.MANAGE_MESSAGES)
    may_change_messages(core.store, channel, core.store.bot_id)
    if message.kind not in WRITTEN:
        raise DiscordError(Why.SYSTEM_MESSAGE)
    if message.flags & MessageFlag.VOICE_MESSAGE:
        raise DiscordError(Why.VOICE_STAYS)
    if message.poll is not None:
        raise DiscordError(Why.POLL_STAYS)


@routes.delete("/channels/{channel}/messages/{message}")
async def delete(request: web.Request) -> web.Response:
    core, channel, message = message_of(request)
    require(core, channel, Permission.VIEW_CHANNEL)
    if message.author_id != core.store.bot_id:
        if channel.guild_id is None:
            raise DiscordError(Why.NOT_IN_DIRECT)
        require(core, channel, Permission.MANAGE_MESSAGES)
    may_delete_messages(core.store, channel, core.store.bot_id)
    if message.kind in _UNDELETABLE:
        raise DiscordError(Why.SYSTEM_MESSAGE)
    core.removals.delete(message, deed(request))
    return nothing()


@routes.post("/channels/{channel}/messages/bulk-delete")
async def delete_all(request: web.Request) -> web.Response:
    """Ids of messages that are not there count, and are passed over."""
    core, channel = channel_of(request)
    require(core, channel, Permission.VIEW_CHANNEL)
    if channel.guild_id is None:
        raise DiscordError(Why.NOT_IN_DIRECT)
    require(core, channel, Permission.MANAGE_MESSAGES)
    may_delete_messages(core.store, channel, core.store.bot_id)
    ids = _ids(json_of(request))
    if any(core.clock.now() - created_at(each) > OLDEST_AT_ONCE for each in ids):
        raise DiscordError(Why.TOO_OLD_TO_DELETE)
    found = (core.store.message(channel.id, each) for each in ids)
    present = [message for message in found if message is not None and message.seen_by is None]
    core.removals.delete_all(channel, present, deed(request))
    return nothing()


def _ids(body: Json) -> list[int]:
    form, path = Form(), ("messages",)
    given = body.get("messages")
    form.between(path, given, LEAST_AT_ONCE, MOST_AT_ONCE)
    if given is not None and not isinstance(given, list):
        form.wrong(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
    listed = given if isinstance(given, list) else []
    found = [form.snowflake((*path, index), each) for index, each in enumerate(listed)]
    for index, each in enumerate(found):
        if each is not None and found.index(each) != index:
            form.wrong((*path, index), "SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value")
    form.done()
    return [each for each in found if each is not None]


@routes.post("/channels/{channel}/messages/{message}/crosspost")
async def crosspost(request: web.Request) -> web.Response:
    core, channel, message = message_of(request)
    require(core, channel, Permission.SEND_MESSAGES)
    if channel.kind != ChannelKind.NEWS:
        raise DiscordError(Why.WRONG_CHANNEL_TYPE)
    if message.author_id != core.store.bot_id:
        require(core, channel, Permission.MANAGE_MESSAGES)
    if message.kind not in WRITTEN:
        raise DiscordError(Why.SYSTEM_MESSAGE)
    if message.flags & MessageFlag.CROSSPOSTED:
        raise DiscordError(Why.ALREADY_CROSSPOSTED)
    message.flags |= MessageFlag.CROSSPOSTED
    core.posting.change(message)
    return answer(shown(core, channel, message))
