"""Who a message pings in the channel that it is in."""

from sandbox.permissions import Permission, in_channel, sees_channel
from sandbox.rules.components import Component, walk
from sandbox.rules.mentions import EVERYTHING, ONLY_USERS, AllowedMentions, pings
from sandbox.state import Channel, Message, Pings
from sandbox.store import Store


def pinged(store: Store, message: Message, channel: Channel, allowed: AllowedMentions | None) -> Pings:
    """`allowed` is None where a body left it out. Nobody is pinged who does not see the channel."""
    guild = store.guild_of(channel)
    reply_to = message.reply_to if message.origin is None else None  # an answer to an interaction pings nobody
    answered = None if reply_to is None else store.message(channel.id, reply_to)
    loud = message.webhook is not None or bool(
        in_channel(guild, channel, message.author_id) & Permission.MENTION_EVERYONE
    )
    found = pings(
        _text(message),
        allowed or _default(message),
        replied_to=None if answered is None else answered.author_id,
        may_ping_everyone=loud,
    )
    roles = {} if guild is None else {key: role for key, role in guild.roles.items() if key != guild.id}
    return Pings(
        tuple(user for user in found.users if sees_channel(guild, channel, user)),
        tuple(role for role in found.roles if role in roles and (loud or roles[role].mentionable)),
        found.everyone and guild is not None,
    )


def invited(message: Message, allowed: AllowedMentions | None) -> tuple[int, ...]:
    """Whom a message in a thread brings into it, if they may come: those that it means to ping."""
    return pings(_text(message), allowed or _default(message), replied_to=None, may_ping_everyone=False).users


def _default(message: Message) -> AllowedMentions:
    answers = message.webhook is not None or message.origin is not None
    return ONLY_USERS if answers else EVERYTHING


def _text(message: Message) -> str:
    """The content, or what stands for it in a message of components."""
    texts = (str(part.get("content")) for part in walk(message.components) if part.get("type") == Component.TEXT)
    return "\n".join([message.content, *texts])
