"""What people say, change and delete."""

from aiohttp import web

from sandbox.control.asked import Asked, asked, channel_named, message_seen
from sandbox.control.problems import ControlError, Problem
from sandbox.control.writing import as_sent
from sandbox.permissions import Permission, allows, in_channel
from sandbox.rights import may_change_messages, may_delete_messages, may_write, unhurried
from sandbox.rules.form import Form
from sandbox.rules.mentions import EVERYTHING, AllowedMentions
from sandbox.rules.messages import MOST_CONTENT, Draft, Reference
from sandbox.state import Channel
from sandbox.views import message_view
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
    """What the person says there. Raises DiscordError for what is too long."""
    reference = None
    if who.body.get("reply_to") is not None:
        reference = Reference(int(who.body["reply_to"]), channel.id, required=True)
    return Draft(
        content=_content(who, channel),
        mentions=AllowedMentions(EVERYTHING.parse, replied_user=bool(who.body.get("ping", True))),
        reference=reference,
    )


@routes.patch("/people/{person}/messages/{message}")
async def edit(request: web.Request) -> web.Response:
    who = await asked(request)
    message = message_seen(who.core, who.person, request.match_info["message"])
    if message.author_id != who.person.id:
        raise ControlError(Problem.NOT_ALLOWED, f"{who.person.name} cannot edit somebody else's message")
    channel = who.core.store.channels[message.channel_id]
    may_change_messages(who.core.store, channel, who.person.id)
    draft = Draft(content=_content(who, channel))
    return answer(message_view(who.core.store, who.core.posting.edit(message, draft)))


@routes.delete("/people/{person}/messages/{message}")
async def delete(request: web.Request) -> web.Response:
    who = await asked(request)
    store = who.core.store
    message = message_seen(who.core, who.person, request.match_info["message"])
    channel = store.channels[message.channel_id]
    bits = in_channel(store.guild_of(channel), channel, who.person.id)
    own = message.author_id == who.person.id or message.seen_by == who.person.id
    if not own and not allows(bits, Permission.MANAGE_MESSAGES):
        raise ControlError(Problem.NOT_ALLOWED, f"{who.person.name} cannot delete somebody else's message")
    may_delete_messages(store, channel, who.person.id)
    who.core.posting.delete(message)
    return answer(message_view(store, message))


@routes.post("/people/{person}/typing")
async def typing(request: web.Request) -> web.Response:
    who = await asked(request)
    channel = channel_named(who.core, who.person, who.body["channel"])
    may_write(who.core.store, channel, who.person.id)
    who.core.posting.type(channel, who.person.id)
    return answer({})


def _content(who: Asked, channel: Channel) -> str:
    content = as_sent(who.core.store, channel, who.person.id, who.body["content"])
    form = Form()
    form.longest(("content",), content, MOST_CONTENT)
    form.done()
    return content.strip()
