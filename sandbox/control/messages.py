"""What people say, change and delete."""

from aiohttp import web

from sandbox.control.asked import Asked, asked, channel_named, message_seen
from sandbox.control.problems import ControlError, Problem
from sandbox.control.uploads import files_of
from sandbox.control.writing import as_sent
from sandbox.guilds.audit import Deed
from sandbox.guilds.rights import may_change_messages, may_delete_messages, may_write, unhurried
from sandbox.permissions import Permission, allows, in_channel
from sandbox.rules.form import Form
from sandbox.rules.mentions import EVERYTHING, AllowedMentions
from sandbox.rules.messages import MOST_CONTENT, Draft
from sandbox.rules.references import Reference, ReferenceKind
from sandbox.snowflakes import read_snowflake
from sandbox.state import Channel, Message
from sandbox.store import Store
from sandbox.views import channel_name, message_view
from sandbox.wire import answer

routes = web.RouteTableDef()


@routes.post("/people/{person}/messages")
async def say(request: web.Request) -> web.Response:
    who = await asked(request)
    store = who.core.store
    channel = channel_named(who.core, who.person, who.body["channel"])
    may_write(store, channel, who.person.id)
    draft = draft_of(who, channel)
    unhurried(store, channel, who.person.id, who.core.clock.now())
    return answer(message_view(store, who.core.posting.create(channel, who.person.id, draft)))


def draft_of(who: Asked, channel: Channel) -> Draft:
    """What the person says there. Raises DiscordError for what is too long, ControlError for what they may not."""
    uploads, entries = files_of(who)
    if uploads and not _allowed(who, channel, Permission.ATTACH_FILES):
        where = channel_name(who.core.store, channel)
        raise ControlError(Problem.NOT_ALLOWED, f"{who.person.name} cannot attach files in {where}")
    content = str(who.body.get("content") or "") if uploads else who.body["content"]
    return Draft(
        content=_content(who, channel, content),
        attachments=entries,
        uploads=uploads,
        mentions=AllowedMentions(EVERYTHING.parse, replied_user=bool(who.body.get("ping", True))),
        reference=_answered(who, channel),
    )


def _allowed(who: Asked, channel: Channel, needed: Permission) -> bool:
    return allows(in_channel(who.core.store.guild_of(channel), channel, who.person.id), needed)


def _answered(who: Asked, channel: Channel) -> Reference | None:
    if who.body.get("reply_to") is None:
        return None
    return Reference(read_snowflake(str(who.body["reply_to"])) or 0, channel.id, required=True)


@routes.post("/people/{person}/forwards")
async def forward(request: web.Request) -> web.Response:
    """A message that the person sees, into another channel."""
    who = await asked(request)
    channel = channel_named(who.core, who.person, who.body["channel"])
    message = message_seen(who.core, who.person, who.body["message"])
    may_write(who.core.store, channel, who.person.id)
    unhurried(who.core.store, channel, who.person.id, who.core.clock.now())
    reference = Reference(message.id, message.channel_id, required=True, kind=ReferenceKind.FORWARD)
    made = who.core.posting.create(channel, who.person.id, Draft(reference=reference))
    return answer(message_view(who.core.store, made))


@routes.patch("/people/{person}/messages/{message}")
async def edit(request: web.Request) -> web.Response:
    who = await asked(request)
    message = message_seen(who.core, who.person, request.match_info["message"])
    if message.author_id != who.person.id:
        raise ControlError(Problem.NOT_ALLOWED, f"{who.person.name} cannot edit somebody else's message")
    store = who.core.store
    channel = store.channels[message.channel_id]
    may_change_messages(store, channel, who.person.id)
    draft = Draft(content=_content(who, channel, who.body["content"]), mentions=_as_before(store, message))
    return answer(message_view(who.core.store, who.core.posting.edit(message, draft)))


def _as_before(store: Store, message: Message) -> AllowedMentions:
    """An edit pings whom it answers only if the message did."""
    answered = None if message.reply_to is None else store.message(message.channel_id, message.reply_to)
    pinged = answered is not None and answered.author_id in message.pings.users
    return AllowedMentions(EVERYTHING.parse, replied_user=pinged)


@routes.delete("/people/{person}/messages/{message}")
async def delete(request: web.Request) -> web.Response:
    who = await asked(request)
    message = message_seen(who.core, who.person, request.match_info["message"])
    channel = who.core.store.channels[message.channel_id]
    own = message.author_id == who.person.id or message.seen_by == who.person.id
    if not own and (channel.guild_id is None or not _allowed(who, channel, Permission.MANAGE_MESSAGES)):
        raise ControlError(Problem.NOT_ALLOWED, f"{who.person.name} cannot delete somebody else's message")
    may_delete_messages(who.core.store, channel, who.person.id)
    who.core.removals.delete(message, Deed(who.person.id))
    return answer(message_view(who.core.store, message))


@routes.post("/people/{person}/typing")
async def typing(request: web.Request) -> web.Response:
    who = await asked(request)
    channel = channel_named(who.core, who.person, who.body["channel"])
    may_write(who.core.store, channel, who.person.id)
    who.core.posting.type(channel, who.person.id)
    return answer({})


def _content(who: Asked, channel: Channel, typed: str) -> str:
    content = as_sent(who.core.store, channel, who.person.id, typed)
    form = Form()
    form.longest(("content",), content, MOST_CONTENT)
    form.done()
    return content.strip()
