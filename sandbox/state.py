"""The things a Discord consists of."""

from dataclasses import dataclass, field
from enum import IntEnum

from sandbox.wire import Json


class ChannelKind(IntEnum):
    TEXT = 0
    DIRECT = 1
    VOICE = 2
    CATEGORY = 4
    NEWS = 5
    NEWS_THREAD = 10
    THREAD = 11
    PRIVATE_THREAD = 12
    STAGE = 13
    FORUM = 15
    MEDIA = 16


THREADS = frozenset({ChannelKind.NEWS_THREAD, ChannelKind.THREAD, ChannelKind.PRIVATE_THREAD})


class MessageKind(IntEnum):
    DEFAULT = 0
    PINNED = 6
    JOINED = 7
    THREAD_CREATED = 18
    REPLY = 19
    SLASH_COMMAND = 20
    THREAD_STARTER = 21
    CONTEXT_COMMAND = 23


class MessageFlag(IntEnum):
    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    HAS_SNAPSHOT = 1 << 14
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
    color: int = 0
    hoist: bool = False


@dataclass(frozen=True, slots=True)
class Member:
    user_id: int
    joined_at: float
    roles: tuple[int, ...] = ()
    nick: str | None = None


@dataclass(frozen=True, slots=True)
class Overwrite:
    """What one role, or one member, is allowed or denied in one channel (permission bits)."""

    id: int
    of_member: bool
    allow: int = 0
    deny: int = 0


@dataclass(slots=True)
class ThreadState:
    """What only threads have; `members` are user ids with the Unix time at which each joined."""

    created_at: float
    members: dict[int, float] = field(default_factory=dict)
    archived: bool = False
    archived_at: float = 0.0
    locked: bool = False
    invitable: bool = True
    auto_archive_minutes: int = 10080
    tags: tuple[int, ...] = ()


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
    topic: str | None = None
    nsfw: bool = False
    slowmode: int = 0  # seconds between two messages of one person
    last_pin_at: float | None = None
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    thread: ThreadState | None = None

    @property
    def is_thread(self) -> bool:
        return self.kind in THREADS


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


@dataclass(slots=True)
class Reaction:
    """`emoji` is its partial object; `users` are those who reacted with it, in order."""

    emoji: Json
    users: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Revision:
    """A content that a message has had, and since when (Unix seconds)."""

    at: float
    content: str


@dataclass(frozen=True, slots=True)
class Origin:
    """The interaction that a message answers; `trigger` is the one that had opened a modal before."""

    interaction_id: int
    kind: int
    user_id: int
    command: str | None = None
    source_id: int | None = None
    trigger: "Origin | None" = None


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
    pinned: bool = False
    reactions: dict[str, Reaction] = field(default_factory=dict)  # by what stands for the emoji in a path
    revisions: list[Revision] = field(default_factory=list)

    @property
    def loading(self) -> bool:
        return bool(self.flags & MessageFlag.LOADING)
