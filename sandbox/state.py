"""The things a Discord consists of."""

from dataclasses import dataclass, field
from enum import IntEnum

from sandbox.expressions import Emoji, Sticker
from sandbox.happenings import ScheduledEvent, Stage
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
FORUMS = frozenset({ChannelKind.FORUM, ChannelKind.MEDIA})
VOICES = frozenset({ChannelKind.VOICE, ChannelKind.STAGE})


class MessageKind(IntEnum):
    DEFAULT = 0
    ADDED = 1  # somebody was added to a thread by somebody else
    REMOVED = 2
    RENAMED = 4
    PINNED = 6
    JOINED = 7
    THREAD_CREATED = 18
    REPLY = 19
    SLASH_COMMAND = 20
    THREAD_STARTER = 21
    CONTEXT_COMMAND = 23
    POLL_RESULT = 46


# What people and bots write; the others are Discord's own words.
WRITTEN = frozenset({MessageKind.DEFAULT, MessageKind.REPLY, MessageKind.SLASH_COMMAND, MessageKind.CONTEXT_COMMAND})


class MessageFlag(IntEnum):
    CROSSPOSTED = 1 << 0
    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    VOICE_MESSAGE = 1 << 13
    HAS_SNAPSHOT = 1 << 14
    COMPONENTS_V2 = 1 << 15


@dataclass(frozen=True, slots=True)
class User:
    id: int
    name: str
    bot: bool = False
    display: str | None = None
    avatar: str | None = None  # the hash of a picture, as everywhere
    banner: str | None = None


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
    avatar: str | None = None  # in this guild only
    banner: str | None = None
    silent_until: float = 0.0  # Unix time at which a timeout ends, as long as there is one
    flags: int = 0


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
    archived_at: float = 0.0  # when that last changed
    sent: int = 0  # messages, deleted ones included
    locked: bool = False
    invitable: bool = True
    auto_archive_minutes: int = 10080
    tags: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Tag:
    """What the posts of a forum can be marked with; a moderated one only by those who manage threads."""

    id: int
    name: str
    moderated: bool = False
    emoji_id: int | None = None
    emoji_name: str | None = None


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
    flags: int = 0
    # Of channels that have threads
    auto_archive_minutes: int | None = None
    thread_slowmode: int = 0
    # Of voice channels
    bitrate: int = 64000
    user_limit: int = 0
    region: str | None = None
    video_quality: int = 1
    # Of forums
    tags: tuple[Tag, ...] = ()
    reaction: Json | None = None
    sort_order: int | None = None
    layout: int = 0

    @property
    def is_thread(self) -> bool:
        return self.kind in THREADS

    @property
    def is_forum(self) -> bool:
        return self.kind in FORUMS

    def thread_in(self, channel: "Channel") -> bool:
        return self.is_thread and self.parent_id == channel.id


@dataclass(slots=True)
class Invite:
    """`max_age` in seconds and `max_uses` are 0 for no limit."""

    code: str
    channel_id: int
    inviter_id: int
    created_at: float
    max_age: int
    max_uses: int
    temporary: bool = False
    uses: int = 0

    def expires_at(self) -> float | None:
        return self.created_at + self.max_age if self.max_age else None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a guild's audit log; `changes` and `options` are as Discord writes them."""

    id: int
    action: int
    user_id: int
    target_id: int | None
    changes: tuple[Json, ...] = ()
    options: Json | None = None
    reason: str | None = None


@dataclass(slots=True)
class Guild:
    """`bans` are user ids with the reason; `settings` are what Discord only keeps, under its own names."""

    id: int
    name: str
    owner_id: int
    joined_at: float
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    features: tuple[str, ...] = ()
    system_channel_id: int | None = None  # where it is said who has joined
    bans: dict[int, str | None] = field(default_factory=dict)
    emojis: dict[int, Emoji] = field(default_factory=dict)
    stickers: dict[int, Sticker] = field(default_factory=dict)
    invites: dict[str, Invite] = field(default_factory=dict)
    events: dict[int, ScheduledEvent] = field(default_factory=dict)
    stages: dict[int, Stage] = field(default_factory=dict)  # by their channels
    log: list[Entry] = field(default_factory=list)
    settings: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attachment:
    """`title` is the name that it was given, where Discord had to change that; sizes are those of a picture."""

    id: int
    filename: str
    content: bytes
    content_type: str | None
    description: str | None = None
    title: str | None = None
    width: int | None = None
    height: int | None = None
    spoiler: bool = False
    duration: float | None = None
    waveform: str | None = None


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
    """The interaction that a message answers.

    `owners` are the installations that it was allowed by, `source_id` the message whose component was used, and
    `opener` what had opened the modal. Follow-ups name the first response, `original_id`.
    """

    interaction_id: int
    kind: int
    user_id: int
    owners: Json = field(default_factory=dict)
    command: str | None = None
    source_id: int | None = None
    target_user_id: int | None = None
    target_message_id: int | None = None
    opener: "Origin | None" = None
    original_id: int | None = None


@dataclass(frozen=True, slots=True)
class Pings:
    """Who a message really pinged."""

    users: tuple[int, ...] = ()
    roles: tuple[int, ...] = ()
    everyone: bool = False


@dataclass(frozen=True, slots=True)
class WebhookAuthor:
    """Under which name a webhook wrote a message; its id is the message's `author_id`."""

    name: str
    avatar: str | None = None


@dataclass(slots=True)
class Webhook:
    """`avatar` is the hash of its picture; `creator_id` made it, through which it belongs to an application or none."""

    id: int
    channel_id: int
    guild_id: int
    name: str
    token: str
    creator_id: int
    application_id: int | None = None
    avatar: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """One of the answers of a poll; `emoji` is a partial object."""

    id: int
    text: str | None
    emoji: Json | None = None


@dataclass(slots=True)
class Poll:
    """`votes` are user ids by the id of the answer, in order; `ended` once they have been counted for good."""

    question: str
    answers: tuple[Answer, ...]
    expires_at: float
    multiple: bool = False
    votes: dict[int, list[int]] = field(default_factory=dict)
    ended: bool = False


@dataclass(frozen=True, slots=True)
class Pointer:
    """The channel, and perhaps the message in it, that a system message is about."""

    channel_id: int
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class Forward:
    """Where a forwarded message was, and what it was like then."""

    channel_id: int
    message_id: int
    guild_id: int | None
    snapshot: "Message"


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
    stickers: tuple[Sticker, ...] = ()
    flags: int = 0
    tts: bool = False
    pings: Pings = Pings()
    reply_to: int | None = None
    about: Pointer | None = None
    nonce: str | int | None = None
    origin: Origin | None = None
    seen_by: int | None = None  # the one person who sees an ephemeral message
    edited_at: float | None = None
    deleted: bool = False
    webhook: WebhookAuthor | None = None
    forward: Forward | None = None
    poll: Poll | None = None
    pinned_at: float | None = None
    reactions: dict[str, Reaction] = field(default_factory=dict)  # by what stands for the emoji in a path
    revisions: list[Revision] = field(default_factory=list)

    @property
    def pinned(self) -> bool:
        return self.pinned_at is not None

    @property
    def loading(self) -> bool:
        return bool(self.flags & MessageFlag.LOADING)
