"""Channels and threads as Discord's JSON."""

from sandbox.payloads.users import user
from sandbox.payloads.values import optional, stamp
from sandbox.permissions import in_channel
from sandbox.state import Channel, ChannelKind, Overwrite, ThreadState
from sandbox.store import Store
from sandbox.wire import Json


def channel(store: Store, channel: Channel) -> Json:
    body: Json = {
        "id": str(channel.id),
        "type": int(channel.kind),
        "flags": 0,
        "last_message_id": optional(channel.last_message_id),
    }
    if channel.kind == ChannelKind.DIRECT:
        others = (store.users[who] for who in channel.recipients if who != store.bot_id)
        return {**body, "recipients": [user(other) for other in others]}
    body |= {
        "guild_id": str(channel.guild_id),
        "name": channel.name,
        "parent_id": optional(channel.parent_id),
        "rate_limit_per_user": channel.slowmode,
    }
    return {**body, **(_text(channel) if channel.thread is None else _thread(channel, channel.thread))}


def _text(channel: Channel) -> Json:
    return {
        "position": channel.position,
        "topic": channel.topic,
        "nsfw": channel.nsfw,
        "permission_overwrites": [overwrite(each) for each in channel.overwrites.values()],
        "last_pin_timestamp": None if channel.last_pin_at is None else stamp(channel.last_pin_at),
    }


def overwrite(overwrite: Overwrite) -> Json:
    return {
        "id": str(overwrite.id),
        "type": int(overwrite.of_member),
        "allow": str(overwrite.allow),
        "deny": str(overwrite.deny),
    }


def _thread(channel: Channel, thread: ThreadState) -> Json:
    metadata: Json = {
        "archived": thread.archived,
        "archive_timestamp": stamp(thread.archived_at or thread.created_at),
        "auto_archive_duration": thread.auto_archive_minutes,
        "locked": thread.locked,
        "create_timestamp": stamp(thread.created_at),
    }
    if channel.kind == ChannelKind.PRIVATE_THREAD:
        metadata["invitable"] = thread.invitable
    body: Json = {
        "owner_id": optional(channel.owner_id),
        "message_count": channel.message_count,
        "total_message_sent": channel.message_count,
        "member_count": min(len(thread.members), 50),
        "thread_metadata": metadata,
    }
    return {**body, "applied_tags": [str(tag) for tag in thread.tags]} if thread.tags else body


def interaction_channel(store: Store, of: Channel, user_id: int) -> Json:
    bits = in_channel(store.guild_of(of), of, user_id)
    return {**channel(store, of), "permissions": str(bits)}
