"""What happens, as the gateway tells it, with what decides who hears it."""

from dataclasses import dataclass

from sandbox import payloads
from sandbox.gateway import intents
from sandbox.state import Channel, Member, Message
from sandbox.store import Store
from sandbox.wire import Json


@dataclass(frozen=True, slots=True)
class Event:
    """Who hears it follows from its name, and from whether it happens in a guild or (None) outside of any.

    `hidden` is for those who may not read; `own` marks what is about the bot itself; `needs` replaces the intent
    that Discord's list names, of several one is enough, 0 is for none.
    """

    name: str
    data: Json
    guild_id: int | None = None
    needs: int | None = None
    hidden: Json | None = None
    own: bool = False

    def needed(self) -> int:
        """Raises LookupError for an event that Discord does not have."""
        if self.needs is not None:
            return self.needs
        return intents.needed(self.name, direct=self.guild_id is None, own=self.own)


def message_event(name: str, store: Store, message: Message, channel: Channel) -> Event:
    data = payloads.message(store, message)
    data["channel_type"] = int(channel.kind)
    guild = store.guild_of(channel)
    if guild is not None:
        data["guild_id"] = str(guild.id)
        _add_members(data, guild.members, message)
    hidden = hidden_variant(data, store, message, channel)
    return Event(name, data, channel.guild_id, hidden=hidden)


def hidden_variant(data: Json, store: Store, message: Message, channel: Channel) -> Json | None:
    """The payload for a bot without message content; None where that bot sees the same."""
    answered = store.referenced(message)
    own = intents.readable(message, channel, store.bot_id)
    quoted = answered is None or intents.readable(answered, channel, store.bot_id)
    if own and quoted:
        return None
    hidden = data if own else intents.hide(data)
    if not quoted:
        hidden = {**hidden, "referenced_message": intents.hide(data["referenced_message"])}
    return hidden


def _add_members(data: Json, members: dict[int, Member], message: Message) -> None:
    author = members.get(message.author_id)
    if author is not None and message.origin is None:
        data["member"] = payloads.member(author)
    for mention in data["mentions"]:
        member = members.get(int(mention["id"]))
        if member is not None:
            mention["member"] = payloads.member(member)


def deleted_event(message: Message, channel: Channel) -> Event:
    data = {"id": str(message.id), "channel_id": str(channel.id)}
    if channel.guild_id is not None:
        data["guild_id"] = str(channel.guild_id)
    return Event("MESSAGE_DELETE", data, channel.guild_id)


def typing_event(store: Store, channel: Channel, user_id: int, at: float) -> Event:
    data: Json = {"channel_id": str(channel.id), "user_id": str(user_id), "timestamp": int(at)}
    guild = store.guild_of(channel)
    if guild is not None:
        member = guild.members[user_id]
        data |= {"guild_id": str(guild.id), "member": payloads.full_member(store, member)}
    return Event("TYPING_START", data, channel.guild_id)
