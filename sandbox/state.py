"""The things a Discord consists of, and the one place that keeps them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum, IntFlag

from sandbox.wire import Json


class ChannelKind(IntEnum):
    TEXT = 0
    DIRECT = 1
    THREAD = 11


class MessageKind(IntEnum):
    DEFAULT = 0
    REPLY = 19
    SLASH_COMMAND = 20
    CONTEXT_COMMAND = 23


class MessageFlag(IntFlag):
    SUPPRESS_EMBEDS = 1 << 2
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    COMPONENTS_V2 = 1 << 15


@dataclass(frozen=True, slots=True)
class User:
    id: int
    name: str
    bot: bool = False


@dataclass(frozen=True, slots=True)
class Role:
    id: int
    name: str
    permissions: int
    position: int
    managed: bool = False
    mentionable: bool = False
    bot_id: int | None = None


@dataclass(frozen=True, slots=True)
class Member:
    user_id: int
    joined_at: float
    roles: tuple[int, ...] = ()


@dataclass(slots=True)
class Channel:
    id: int
    kind: ChannelKind
    name: str
    guild_id: int | None = None
    parent_id: int | None = None
    owner_id: int | None = None
    recipients: tuple[int, ...] = ()
    position: int = 0
    last_message_id: int | None = None
    message_count: int = 0


@dataclass(slots=True)
class Guild:
    id: int
    name: str
    owner_id: int
    joined_at: float
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attachment:
    id: int
    filename: str
    content: bytes
    content_type: str
    description: str | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """A content that a message has had, and since when (Unix seconds)."""

    at: float
    content: str


@dataclass(frozen=True, slots=True)
class Origin:
    """The interaction that a message answers."""

    interaction_id: int
    kind: int
    user_id: int
    command: str | None = None
    source_id: int | None = None


@dataclass(frozen=True, slots=True)
class Pings:
    """Who a message really pinged."""

    users: tuple[int, ...] = ()
    roles: tuple[int, ...] = ()
    everyone: bool = False


@dataclass(slots=True)
class Message:
    id: int
    channel_id: int
    author_id: int
    created_at: float
    kind: MessageKind = MessageKind.DEFAULT
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    flags: int = 0
    tts: bool = False
    pings: Pings = Pings()
    reply_to: int | None = None
    nonce: str | int | None = None
    origin: Origin | None = None
    seen_by: int | None = None  # the one person who sees an ephemeral message
    edited_at: float | None = None
    deleted: bool = False
    revisions: list[Revision] = field(default_factory=list)

    @property
    def loading(self) -> bool:
        return bool(self.flags & MessageFlag.LOADING)


class Shelf:
    """The messages of one channel, in the order of their ids."""

    def __init__(self) -> None:
        self._ids: list[int] = []
        self._messages: dict[int, Message] = {}

    def add(self, message: Message) -> None:
        self._ids.append(message.id)
        self._messages[message.id] = message

    def get(self, message_id: int) -> Message | None:
        return self._messages.get(message_id)

    def before(self, message_id: int) -> Iterator[Message]:
        """Newest first."""
        for index in range(bisect_left(self._ids, message_id) - 1, -1, -1):
            yield self._messages[self._ids[index]]

    def after(self, message_id: int) -> Iterator[Message]:
        """Oldest first."""
        for index in range(bisect_right(self._ids, message_id), len(self._ids)):
            yield self._messages[self._ids[index]]


@dataclass(slots=True)
class Store:
    """Everything that exists; handlers read it, `sandbox.posting` writes the messages."""

    bot_id: int
    owner_id: int
    application_id: int
    users: dict[int, User] = field(default_factory=dict)
    guilds: dict[int, Guild] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    directs: dict[int, Channel] = field(default_factory=dict)  # by the person's id
    shelves: dict[int, Shelf] = field(default_factory=dict)
    address: str = ""

    def add_channel(self, channel: Channel) -> None:
        self.channels[channel.id] = channel
        self.shelves[channel.id] = Shelf()
        if channel.guild_id is not None:
            self.guilds[channel.guild_id].channels[channel.id] = channel

    def guild_of(self, channel: Channel) -> Guild | None:
        return None if channel.guild_id is None else self.guilds[channel.guild_id]

    def person(self, name: str) -> User | None:
        """A user by name, as people write it: without regard to case."""
        wanted = name.casefold()
        return next((user for user in self.users.values() if user.name.casefold() == wanted), None)

    def message(self, channel_id: int, message_id: int) -> Message | None:
        """None for a deleted one too."""
        shelf = self.shelves.get(channel_id)
        found = shelf.get(message_id) if shelf else None
        return None if found is None or found.deleted else found

    def any_message(self, message_id: int) -> Message | None:
        """A message of any channel, deleted ones included."""
        found = (shelf.get(message_id) for shelf in self.shelves.values())
        return next((message for message in found if message is not None), None)

    def people_of(self, channel: Channel) -> frozenset[int]:
        guild = self.guild_of(channel)
        return frozenset(channel.recipients if guild is None else guild.members)
