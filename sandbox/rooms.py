"""Turns the described channels and threads of a guild into those that it has."""

from collections.abc import Callable

from sandbox import world as described
from sandbox.permissions import Permission
from sandbox.state import (
    Channel,
    ChannelKind,
    Guild,
    Message,
    MessageFlag,
    MessageKind,
    Overwrite,
    Pointer,
    Revision,
    Tag,
    ThreadState,
)
from sandbox.store import Store

KINDS = {
    "text": ChannelKind.TEXT,
    "announcements": ChannelKind.NEWS,
    "forum": ChannelKind.FORUM,
    "voice": ChannelKind.VOICE,
    "stage": ChannelKind.STAGE,
    "category": ChannelKind.CATEGORY,
}
# What only communities have.
_COMMUNAL = (ChannelKind.NEWS, ChannelKind.STAGE)
_WRITING = Permission.SEND_MESSAGES

NewId = Callable[[], int]


def add_channels(store: Store, guild: described.Guild, made: Guild, new_id: NewId) -> None:
    """Raises ValueError for a description that contradicts itself."""
    for position, given in enumerate(guild.channels):
        channel = given if isinstance(given, described.Channel) else described.Channel(given)
        if channel.kind not in KINDS:
            raise ValueError(f"the channel {channel.name!r} is of no known kind, {channel.kind!r}")
        kind = KINDS[channel.kind]
        if kind in _COMMUNAL and not made.features:
            made.features = ("COMMUNITY", "NEWS")
        store.add_channel(
            Channel(
                new_id(),
                kind,
                channel.name,
                made.id,
                position=position,
                parent_id=None if channel.category is None else _named(made, channel.category, channel.name).id,
                topic=channel.topic,
                nsfw=channel.nsfw,
                slowmode=channel.slowmode,
                overwrites={each.id: each for each in _overwrites(made, channel)},
                tags=tuple(Tag(new_id(), name) for name in channel.tags),
            )
        )
    if guild.system_channel is not None:
        made.system_channel_id = _named(made, guild.system_channel, guild.name).id


def _named(guild: Guild, name: str, of: str) -> Channel:
    found = next((channel for channel in guild.channels.values() if channel.name == name), None)
    if found is None:
        raise ValueError(f"{of!r} has no channel {name!r}")
    return found


def _overwrites(guild: Guild, channel: described.Channel) -> list[Overwrite]:
    """Everyone is denied what some roles are allowed."""
    denied, allowed = 0, dict.fromkeys((*(channel.private_to or ()), *(channel.written_by or ())), 0)
    for bit, roles in ((Permission.VIEW_CHANNEL, channel.private_to), (_WRITING, channel.written_by)):
        if roles is not None:
            denied |= bit
            allowed |= {name: allowed[name] | bit for name in roles}
    by_name = {role.name: role.id for role in guild.roles.values()}
    unknown = [name for name in allowed if name not in by_name]
    if unknown:
        raise ValueError(f"{channel.name!r} is for {unknown[0]!r}, which is no role of {guild.name}")
    overwrites = [Overwrite(by_name[name], of_member=False, allow=int(bits)) for name, bits in allowed.items()]
    return [Overwrite(guild.id, of_member=False, deny=int(denied)), *overwrites] if denied else overwrites


def add_threads(store: Store, guild: described.Guild, made: Guild, new_id: NewId, born: float) -> None:
    """Raises ValueError for a description that contradicts itself."""
    for given in guild.threads:
        parent = next((each for each in made.channels.values() if each.name == given.parent), None)
        if parent is None:
            raise ValueError(f"the thread {given.name!r} has no channel {given.parent!r}")
        if parent.is_forum and given.text is None:
            raise ValueError(f"the post {given.name!r} says nothing")
        people = [_member(store, made, name, given.name) for name in (given.by or guild.owner, *given.members)]
        thread = Channel(
            new_id(),
            _kind(given, parent),
            given.name,
            made.id,
            parent_id=parent.id,
            owner_id=people[0],
            slowmode=parent.thread_slowmode,
            thread=ThreadState(
                born,
                members=dict.fromkeys(people, born),
                tags=tuple(tag.id for tag in parent.tags if tag.name in given.tags),
            ),
        )
        store.add_channel(thread)
        if given.text is not None:
            _add_first_message(store, thread, parent, given.text, new_id)


def _kind(thread: described.Thread, parent: Channel) -> ChannelKind:
    if thread.private:
        return ChannelKind.PRIVATE_THREAD
    return ChannelKind.NEWS_THREAD if parent.kind == ChannelKind.NEWS else ChannelKind.THREAD


def _member(store: Store, guild: Guild, name: str, of: str) -> int:
    user = store.person(name)
    if user is None or user.id not in guild.members:
        raise ValueError(f"{name!r} in {of!r} is no member of {guild.name}")
    return user.id


def _add_first_message(store: Store, thread: Channel, parent: Channel, text: str, new_id: NewId) -> None:
    """A post begins with it; any other thread was started from it, and it stays in the channel."""
    place = thread if parent.is_forum else parent
    at, author_id = thread.thread.created_at if thread.thread else 0.0, thread.owner_id or 0
    message = Message(thread.id, place.id, author_id, at, content=text, revisions=[Revision(at, text)])
    _shelve(store, place, message)
    parent.last_message_id = thread.id
    if parent.is_forum:
        return
    message.flags = MessageFlag.HAS_THREAD
    about = Pointer(parent.id, message.id)
    _shelve(store, thread, Message(new_id(), thread.id, author_id, at, MessageKind.THREAD_STARTER, about=about))


def _shelve(store: Store, channel: Channel, message: Message) -> None:
    store.shelves[channel.id].add(message)
    channel.last_message_id = message.id
