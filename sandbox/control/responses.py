"""What people do to a message that is there: they react to it, pin it, and vote in its poll."""

from aiohttp import web

from sandbox.control.asked import Asked, asked, shared_message
from sandbox.control.problems import ControlError, Problem
from sandbox.guilds.audit import Deed
from sandbox.guilds.thread_rights import need_active
from sandbox.permissions import Permission, allows, in_channel
from sandbox.state import Message, Poll
from sandbox.views import message_view
from sandbox.wire import answer

routes = web.RouteTableDef()


@routes.post("/people/{person}/reactions")
async def react(request: web.Request) -> web.Response:
    """With an emoji, or the name of one of the server's own."""
    who, message = await _asked_to_mark(request)
    who.core.reactions.add(message, who.person.id, _emoji(who, message))
    return answer(message_view(who.core.store, message))


@routes.delete("/people/{person}/reactions")
async def unreact(request: web.Request) -> web.Response:
    who, message = await _asked_to_mark(request)
    who.core.reactions.remove(message, who.person.id, _emoji(who, message))
    return answer(message_view(who.core.store, message))


@routes.post("/people/{person}/pins")
async def pin(request: web.Request) -> web.Response:
    who, message = await _asked_to_mark(request)
    _may_pin(who, message)
    who.core.pins.pin(message, Deed(who.person.id))
    return answer(message_view(who.core.store, message))


@routes.delete("/people/{person}/pins")
async def unpin(request: web.Request) -> web.Response:
    who, message = await _asked_to_mark(request)
    _may_pin(who, message)
    who.core.pins.unpin(message, Deed(who.person.id))
    return answer(message_view(who.core.store, message))


@routes.post("/people/{person}/votes")
async def vote(request: web.Request) -> web.Response:
    """For answers by their texts or numbers, and for no others; none takes the vote back."""
    who, message = await _asked_about(request)
    poll = who.core.polls.of(message)
    chosen = {_answer(poll, wanted) for wanted in who.body["answers"]}
    if len(chosen) > 1 and not poll.multiple:
        raise ControlError(Problem.NOT_ALLOWED, "the poll takes one answer only")
    who.core.polls.vote(message, who.person.id, chosen)
    return answer(message_view(who.core.store, message))


async def _asked_about(request: web.Request) -> tuple[Asked, Message]:
    who = await asked(request)
    return who, shared_message(who.core, who.person, who.body["message"])


async def _asked_to_mark(request: web.Request) -> tuple[Asked, Message]:
    """Nobody reacts to what is in an archived thread, or pins it."""
    who, message = await _asked_about(request)
    need_active(who.core.store.channels[message.channel_id])
    return who, message


def _emoji(who: Asked, message: Message) -> str:
    """As Discord's client writes it: `name:id` for one of the server's own."""
    text = str(who.body["emoji"])
    guild = who.core.store.guild_of(who.core.store.channels[message.channel_id])
    own = () if guild is None else guild.emojis.values()
    return next((f"{emoji.name}:{emoji.id}" for emoji in own if emoji.name == text.strip(":")), text)


def _may_pin(who: Asked, message: Message) -> None:
    channel = who.core.store.channels[message.channel_id]
    bits = in_channel(who.core.store.guild_of(channel), channel, who.person.id)
    if channel.guild_id is not None and not allows(bits, Permission.PIN_MESSAGES):
        raise ControlError(Problem.NOT_ALLOWED, f"{who.person.name} cannot pin messages there")


def _answer(poll: Poll, wanted: object) -> int:
    """By its number, or by its text; a text may itself be a number."""
    for each in poll.answers:
        if wanted == (each.id if isinstance(wanted, int) else each.text):
            return each.id
    for each in poll.answers:
        if wanted == str(each.id):
            return each.id
    texts = ", ".join(str(each.text) for each in poll.answers)
    raise ControlError(Problem.UNKNOWN, f"the poll has no answer {wanted!r}; it has {texts}")
