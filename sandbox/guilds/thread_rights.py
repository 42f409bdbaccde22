"""Who may do what with threads, by Discord's page on them. Each check raises DiscordError for what is refused."""

from sandbox.errors import DiscordError, Why
from sandbox.guilds.rights import manages_threads, need_in
from sandbox.guilds.threads import may_invite
from sandbox.permissions import Permission, sees_channel
from sandbox.rules.settings import Changes
from sandbox.rules.threads import REQUIRE_TAG
from sandbox.state import Channel, ChannelKind, Guild
from sandbox.store import Store

_HAVE_THREADS = (ChannelKind.TEXT, ChannelKind.NEWS, ChannelKind.FORUM, ChannelKind.MEDIA)
_OWNERS = {"name", "archived", "minutes", "tags"}  # what whoever started a thread may change of it


def may_start(store: Store, channel: Channel, user_id: int, kind: ChannelKind) -> None:
    """In a forum, whoever may write may post."""
    if channel.kind not in _HAVE_THREADS:
        raise DiscordError(Why.WRONG_CHANNEL_TYPE)
    if channel.is_forum:
        needed = Permission.SEND_MESSAGES
    elif kind == ChannelKind.PRIVATE_THREAD:
        needed = Permission.CREATE_PRIVATE_THREADS
    else:
        needed = Permission.CREATE_PUBLIC_THREADS
    need_in(store.guild_of(channel), channel, user_id, needed)


def check_tags(guild: Guild, forum: Channel, tags: tuple[int, ...], user_id: int) -> None:
    """For tags that the forum has not, or that only moderators may apply, and for a missing one."""
    known = {tag.id: tag for tag in forum.tags}
    if any(tag_id not in known for tag_id in tags):
        raise DiscordError(Why.UNKNOWN_TAG)
    if any(known[tag_id].moderated for tag_id in tags) and not manages_threads(guild, forum, user_id):
        raise DiscordError(Why.MISSING_PERMISSIONS)
    if forum.flags & REQUIRE_TAG and not tags:
        raise DiscordError(Why.TAG_REQUIRED)


def may_change_thread(guild: Guild, thread: Channel, user_id: int, changes: Changes) -> None:
    """Only an active thread is changed, unless that makes it active."""
    need_in(guild, thread, user_id, Permission.VIEW_CHANNEL)
    if changes.get("archived") is not False:
        need_active(thread)
    if manages_threads(guild, thread, user_id):
        return
    if thread.thread is not None and thread.thread.locked:
        raise DiscordError(Why.THREAD_LOCKED)
    if changes == {"archived": False}:
        need_in(guild, thread, user_id, Permission.SEND_MESSAGES_IN_THREADS)
    elif thread.owner_id != user_id or not _OWNERS.issuperset(changes):
        raise DiscordError(Why.MISSING_PERMISSIONS)


def need_active(thread: Channel) -> None:
    if thread.thread is not None and thread.thread.archived:
        raise DiscordError(Why.THREAD_ARCHIVED)


def may_add(guild: Guild, thread: Channel, user_id: int, other_id: int) -> None:
    """Whoever may write there may bring in others; into a private thread only if it is open to that."""
    need_in(guild, thread, user_id, Permission.SEND_MESSAGES_IN_THREADS)
    need_active(thread)
    if other_id not in guild.members:
        raise DiscordError(Why.UNKNOWN_MEMBER)
    if thread.kind == ChannelKind.PRIVATE_THREAD and not may_invite(guild, thread, user_id):
        raise DiscordError(Why.MISSING_PERMISSIONS)


def may_remove(guild: Guild, thread: Channel, user_id: int) -> None:
    need_in(guild, thread, user_id, Permission.VIEW_CHANNEL)
    need_active(thread)
    own = thread.kind == ChannelKind.PRIVATE_THREAD and thread.owner_id == user_id
    if not own and not manages_threads(guild, thread, user_id):
        raise DiscordError(Why.MISSING_PERMISSIONS)


def active_threads(guild: Guild, user_id: int) -> list[Channel]:
    """Those that somebody sees, the newest first."""
    found = [each for each in guild.channels.values() if each.thread and not each.thread.archived]
    return sorted((each for each in found if sees_channel(guild, each, user_id)), key=lambda each: -each.id)
