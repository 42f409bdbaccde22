"""What happens to messages, pins, reactions, polls and webhooks, as the gateway tells it."""

from sandbox import payloads
from sandbox.gateway.events import Event
from sandbox.state import Channel, Message
from sandbox.store import Store
from sandbox.wire import Json


def ephemeral_event(name: str, store: Store, message: Message, channel: Channel) -> Event:
    """Discord sends these to the bot as if they were direct messages: without the guild, and by their intent."""
    data = {**payloads.message(store, message), "channel_type": int(channel.kind)}
    return Event(name, data | ({"tts": False} if name == "MESSAGE_UPDATE" else {}))


def deleted_bulk_event(channel: Channel, ids: list[int]) -> Event:
    return _event("MESSAGE_DELETE_BULK", channel, {"ids": [str(each) for each in ids]})


def pins_event(channel: Channel) -> Event:
    last = None if channel.last_pin_at is None else payloads.stamp(channel.last_pin_at)
    return _event("CHANNEL_PINS_UPDATE", channel, {"last_pin_timestamp": last})


def reaction_added_event(store: Store, channel: Channel, message: Message, user_id: int, emoji: Json) -> Event:
    data = {**_reaction(message, user_id, emoji), "message_author_id": str(message.author_id)}
    guild = store.guild_of(channel)
    if guild is not None and user_id in guild.members:
        data["member"] = payloads.full_member(store, guild.members[user_id])
    return _event("MESSAGE_REACTION_ADD", channel, data)


def reaction_removed_event(channel: Channel, message: Message, user_id: int, emoji: Json) -> Event:
    return _event("MESSAGE_REACTION_REMOVE", channel, _reaction(message, user_id, emoji))


def _reaction(message: Message, user_id: int, emoji: Json) -> Json:
    about = {"user_id": str(user_id), "message_id": str(message.id), "emoji": emoji}
    return {**about, "burst": False, "type": 0}


def reactions_cleared_event(channel: Channel, message: Message) -> Event:
    return _event("MESSAGE_REACTION_REMOVE_ALL", channel, {"message_id": str(message.id)})


def emoji_cleared_event(channel: Channel, message: Message, emoji: Json) -> Event:
    return _event("MESSAGE_REACTION_REMOVE_EMOJI", channel, {"message_id": str(message.id), "emoji": emoji})


def vote_event(channel: Channel, message: Message, user_id: int, answer_id: int, *, added: bool) -> Event:
    name = "MESSAGE_POLL_VOTE_ADD" if added else "MESSAGE_POLL_VOTE_REMOVE"
    data = {"user_id": str(user_id), "message_id": str(message.id), "answer_id": answer_id}
    return _event(name, channel, data)


def webhooks_event(channel: Channel) -> Event:
    return _event("WEBHOOKS_UPDATE", channel, {})


def _event(name: str, channel: Channel, data: Json) -> Event:
    where = {"channel_id": str(channel.id)}
    if channel.guild_id is not None:
        where["guild_id"] = str(channel.guild_id)
    return Event(name, {**data, **where}, channel.guild_id)
