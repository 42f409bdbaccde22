"""Who may do what, to whom and where: the bot and people alike. Each check raises DiscordError for what is refused."""

from collections.abc import Iterable
from dataclasses import replace

from sandbox.errors import DiscordError, Why
from sandbox.permissions import ALL, Permission, allows, highest_rank, in_channel, in_guild, rank, sees_channel
from sandbox.state import Channel, ChannelKind, Guild, Overwrite, Role
from sandbox.store import Store

# A channel, or None for one that is being made; and the category that it is in, if it is in one.
Place = tuple[Channel | None, Channel | None]


def need(guild: Guild, user_id: int, needed: int) -> None:
    """50001 where somebody is no member, 50013 for what they may not do in the whole guild."""
    if user_id not in guild.members:
        raise DiscordError(Why.MISSING_ACCESS)
    if not allows(in_guild(guild, user_id), needed):
        raise DiscordError(Why.MISSING_PERMISSIONS)


def need_in(guild: Guild | None, channel: Channel, user_id: int, needed: int) -> None:
    """50001 where somebody cannot look, 50013 where they may not act."""
    if not sees_channel(guild, channel, user_id):
        raise DiscordError(Why.MISSING_ACCESS)
    if not allows(in_channel(guild, channel, user_id), needed):
        raise DiscordError(Why.MISSING_PERMISSIONS)


def above(guild: Guild, user_id: int, other_id: int) -> None:
    """Only those whose highest role is higher may act on a member; nobody acts on the owner."""
    if other_id == guild.owner_id or highest_rank(guild, user_id) <= highest_rank(guild, other_id):
        raise DiscordError(Why.MISSING_PERMISSIONS)


def above_role(guild: Guild, user_id: int, role: Role) -> None:
    if highest_rank(guild, user_id) <= rank(role):
        raise DiscordError(Why.MISSING_PERMISSIONS)


def may_place(guild: Guild, user_id: int, positions: dict[int, int]) -> None:
    """Whoever sorts roles leaves their own highest one, and all above it, where they are."""
    if user_id == guild.owner_id:
        return
    top = highest_rank(guild, user_id)
    moved = {
        role_id: replace(role, position=positions.get(role_id, role.position)) for role_id, role in guild.roles.items()
    }
    before = sorted(guild.roles.values(), key=rank, reverse=True)
    after = sorted(moved.values(), key=rank, reverse=True)
    untouchable = sum(rank(role) >= top for role in before)
    if [role.id for role in before[:untouchable]] != [role.id for role in after[:untouchable]]:
        raise DiscordError(Why.MISSING_PERMISSIONS)


def may_grant(guild: Guild, user_id: int, bits: int) -> None:
    """Nobody gives to a role what they have not."""
    if not allows(in_guild(guild, user_id), bits):
        raise DiscordError(Why.MISSING_PERMISSIONS)


def may_overwrite(guild: Guild, place: Place, user_id: int, after: Iterable[Overwrite]) -> None:
    """Only what one may oneself, in the guild or the category, can be allowed or denied.

    Whoever is allowed to manage the permissions of that one channel is free to; in a new channel, and before that
    anywhere, giving away just this is for administrators.
    """
    channel, parent = place
    bits = in_guild(guild, user_id)
    before = {} if channel is None else channel.overwrites
    if bits == ALL or _manages_overwrites(guild, before, user_id):
        return
    if parent is not None:
        bits |= in_channel(guild, parent, user_id)
    for overwrite in after:
        old = before.get(overwrite.id)
        changed = (
            (old.allow ^ overwrite.allow) | (old.deny ^ overwrite.deny) if old else overwrite.allow | overwrite.deny
        )
        if changed & Permission.MANAGE_ROLES or not allows(bits, changed):
            raise DiscordError(Why.MISSING_PERMISSIONS)


def _manages_overwrites(guild: Guild, overwrites: dict[int, Overwrite], user_id: int) -> bool:
    own = [overwrites.get(each) for each in (user_id, *guild.members[user_id].roles)]
    return any(each is not None and each.allow & Permission.MANAGE_ROLES for each in own)


def may_write(store: Store, channel: Channel, user_id: int) -> None:
    """Whether somebody may send a message there now; slowmode apart."""
    if channel.is_forum:
        raise DiscordError(Why.FORUM)
    if channel.kind == ChannelKind.CATEGORY:
        raise DiscordError(Why.NOT_A_TEXT_CHANNEL)
    guild = store.guild_of(channel)
    writing = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
    need_in(guild, channel, user_id, writing)
    if channel.thread is not None and channel.thread.locked:
        _need_moderator(guild, channel, user_id)


def may_change_messages(store: Store, channel: Channel, user_id: int) -> None:
    """Whether messages there can be edited: not in an archived thread, and in a locked one by moderators only."""
    if channel.thread is None:
        return
    if channel.thread.archived:
        raise DiscordError(Why.THREAD_ARCHIVED)
    if channel.thread.locked:
        _need_moderator(store.guild_of(channel), channel, user_id)


def may_delete_messages(store: Store, channel: Channel, user_id: int) -> None:
    """That works in an archived thread too, but for moderators only if it is locked as well."""
    if channel.thread is not None and channel.thread.locked and channel.thread.archived:
        _need_moderator(store.guild_of(channel), channel, user_id)


def manages_threads(guild: Guild | None, channel: Channel, user_id: int) -> bool:
    return bool(in_channel(guild, channel, user_id) & Permission.MANAGE_THREADS)


def _need_moderator(guild: Guild | None, channel: Channel, user_id: int) -> None:
    if not manages_threads(guild, channel, user_id):
        raise DiscordError(Why.THREAD_LOCKED)


def unhurried(store: Store, channel: Channel, user_id: int, now: float) -> None:
    """Raises DiscordError for a person whose last message there is younger than the slowmode; bots are not slowed."""
    if not channel.slowmode or store.users[user_id].bot:
        return
    if in_channel(store.guild_of(channel), channel, user_id) & Permission.BYPASS_SLOWMODE:
        return
    last = _last_of(store, channel, user_id, now - channel.slowmode)
    if last is not None:
        raise DiscordError(Why.SLOWMODE, retry_after=round(last + channel.slowmode - now, 3))


def _last_of(store: Store, channel: Channel, user_id: int, since: float) -> float | None:
    """When somebody last wrote there, or for a forum started a post; None if that was before."""
    if channel.is_forum:
        started = [
            each.thread.created_at for each in store.threads_in(channel) if each.thread and each.owner_id == user_id
        ]
        return max((at for at in started if at > since), default=None)
    for message in store.shelves[channel.id].before(1 << 63):
        if message.created_at <= since:
            return None
        if message.author_id == user_id:
            return message.created_at
    return None
