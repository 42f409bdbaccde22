"""Channels and threads as Discord's JSON."""

from sandbox.payloads.users import full_member, user
from sandbox.payloads.values import optional, stamp
from sandbox.permissions import in_channel
from sandbox.state import VOICES, Channel, ChannelKind, Overwrite, Tag, ThreadState
from sandbox.store import Store
from sandbox.wire import Json

# Discord stops counting the members of a thread there.
_MOST_COUNTED = 50


def channel(store: Store, channel: Channel) -> Json:
    body: Json = {
        "id": str(channel.id),
        "type": int(channel.kind),
        "flags": channel.flags,
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
    if channel.last_pin_at is not None or not channel.is_thread:
        body["last_pin_timestamp"] = None if channel.last_pin_at is None else stamp(channel.last_pin_at)
    return {**body, **(_settings(channel) if channel.thread is None else _thread(channel, channel.thread))}


def _settings(channel: Channel) -> Json:
    """What guild channels have and threads have not."""
    body: Json = {
        "position": channel.position,
        "topic": channel.topic,
        "nsfw": channel.nsfw,
        "permission_overwrites": [overwrite(each) for each in channel.overwrites.values()],
    }
    if channel.kind in VOICES:
        return {**body, **_voice(channel)}
    if channel.thread_slowmode:
        body["default_thread_rate_limit_per_user"] = channel.thread_slowmode
    if channel.auto_archive_minutes is not None:
        body["default_auto_archive_duration"] = channel.auto_archive_minutes
    return {**body, **_forum(channel)} if channel.is_forum else body


def _voice(channel: Channel) -> Json:
    return {
        "bitrate": channel.bitrate,
        "user_limit": channel.user_limit,
        "rtc_region": channel.region,
        "video_quality_mode": channel.video_quality,
    }


def _forum(channel: Channel) -> Json:
    return {
        "available_tags": [tag(each) for each in channel.tags],
        "default_reaction_emoji": channel.reaction,
        "default_sort_order": channel.sort_order,
        "default_forum_layout": channel.layout,
    }


def tag(tag: Tag) -> Json:
    return {
        "id": str(tag.id),
        "name": tag.name,
        "moderated": tag.moderated,
        "emoji_id": optional(tag.emoji_id),
        "emoji_name": tag.emoji_name,
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
        "total_message_sent": thread.sent,
        "member_count": counted(thread),
        "thread_metadata": metadata,
    }
    return {**body, "applied_tags": [str(tag) for tag in thread.tags]} if thread.tags else body


def counted(thread: ThreadState) -> int:
    return min(len(thread.members), _MOST_COUNTED)


def own_channel(store: Store, of: Channel) -> Json:
    """With the bot's own membership, if it is in that thread."""
    body = channel(store, of)
    if of.thread is not None and store.bot_id in of.thread.members:
        body["member"] = thread_member(store, of, store.bot_id)
    return body


def thread_member(store: Store, thread: Channel, user_id: int, *, full: bool = False) -> Json:
    """`full` adds who that is in the guild. The user must be in the thread."""
    joined_at = thread.thread.members[user_id] if thread.thread else 0.0
    body: Json = {
        "id": str(thread.id),
        "user_id": str(user_id),
        "join_timestamp": stamp(joined_at),
        "flags": 1,  # the settings of notifications are the default ones
    }
    guild = store.guild_of(thread)
    if full and guild is not None and user_id in guild.members:
        body["member"] = full_member(store, guild.members[user_id])
    return body


def interaction_channel(store: Store, of: Channel, user_id: int) -> Json:
    bits = in_channel(store.guild_of(of), of, user_id)
    return {**channel(store, of), "permissions": str(bits)}
