"""The one place that keeps the things of a Discord."""

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from sandbox.expressions import Emoji
from sandbox.permissions import sees_channel
from sandbox.state import Attachment, Channel, Guild, Message, MessageKind, User, Webhook
from sandbox.wire import Json


def moves(picture: bytes) -> bool:
    return picture.startswith(b"GIF8")


@dataclass
class Shelf:
    """The messages of one channel, in the order of their ids."""

    messages: dict[int, Message] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._ids = list(self.messages)

    def add(self, message: Message) -> None:
        self._ids.append(message.id)
        self.messages[message.id] = message

    def get(self, message_id: int) -> Message | None:
        return self.messages.get(message_id)

    def before(self, message_id: int) -> Iterator[Message]:
        """Newest first."""
        for index in range(bisect_left(self._ids, message_id) - 1, -1, -1):
            yield self.messages[self._ids[index]]

    def after(self, message_id: int) -> Iterator[Message]:
        """Oldest first."""
        for index in range(bisect_right(self._ids, message_id), len(self._ids)):
            yield self.messages[self._ids[index]]


@dataclass(slots=True)
class Store:
    """Everything that exists; handlers read it, `sandbox.messages.posting` writes the messages."""

    bot_id: int
    owner_id: int
    application_id: int
    users: dict[int, User] = field(default_factory=dict)
    guilds: dict[int, Guild] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    directs: dict[int, Channel] = field(default_factory=dict)  # by the person's id
    shelves: dict[int, Shelf] = field(default_factory=dict)
    webhooks: dict[int, Webhook] = field(default_factory=dict)
    forwarded: dict[int, Attachment] = field(default_factory=dict)  # files that outlive the message they came with
    pictures: dict[str, bytes] = field(default_factory=dict)  # by their hash, those of emojis by the emoji's id
    application: Json = field(default_factory=dict)  # what the bot has changed of it, under Discord's names
    emojis: dict[int, Emoji] = field(default_factory=dict)  # of the application, which its bot may use everywhere
    closed_directs: set[int] = field(default_factory=set)  # people who take no direct messages
    address: str = ""

    def keep_picture(self, content: bytes | None) -> str | None:
        """The hash under which it can be fetched; those that move begin with `a_`."""
        if content is None:
            return None
        name = ("a_" if moves(content) else "") + hashlib.sha256(content).hexdigest()[:32]
        self.pictures[name] = content
        return name

    def keep_pictures(self, changes: Json, *names: str) -> Json:
        """With hashes in the place of the pictures that come with it."""
        return {name: self.keep_picture(value) if name in names else value for name, value in changes.items()}

    def add_channel(self, channel: Channel) -> None:
        self.channels[channel.id] = channel
        self.shelves[channel.id] = Shelf()
        if channel.guild_id is not None:
            self.guilds[channel.guild_id].channels[channel.id] = channel

    def remove_channel(self, channel: Channel) -> None:
        """With its messages, the webhooks that write there, and what happens there."""
        del self.channels[channel.id]
        del self.shelves[channel.id]
        self.webhooks = {key: webhook for key, webhook in self.webhooks.items() if webhook.channel_id != channel.id}
        if channel.guild_id is not None:
            guild = self.guilds[channel.guild_id]
            del guild.channels[channel.id]
            guild.stages.pop(channel.id, None)
            guild.events = {key: event for key, event in guild.events.items() if event.channel_id != channel.id}

    def bots_guilds(self) -> list[Guild]:
        """Those that the bot is a member of."""
        return [guild for guild in self.guilds.values() if self.bot_id in guild.members]

    def threads_in(self, channel: Channel) -> list[Channel]:
        guild = self.guild_of(channel)
        return [] if guild is None else [each for each in guild.channels.values() if each.thread_in(channel)]

    def guild_of(self, channel: Channel) -> Guild | None:
        return None if channel.guild_id is None else self.guilds[channel.guild_id]

    def bot_sees(self, channel: Channel) -> bool:
        return sees_channel(self.guild_of(channel), channel, self.bot_id)

    def person(self, name: str) -> User | None:
        """A user by name, as people write it: without regard to case."""
        wanted = name.casefold()
        return next((user for user in self.users.values() if user.name.casefold() == wanted), None)

    def author(self, message: Message) -> User:
        """A webhook writes under the name that the message has, and is as good as a bot."""
        if message.webhook is None:
            return self.users[message.author_id]
        return User(message.author_id, message.webhook.name, bot=True)

    def message(self, channel_id: int, message_id: int) -> Message | None:
        """None for a deleted one too."""
        shelf = self.shelves.get(channel_id)
        found = shelf.get(message_id) if shelf else None
        return None if found is None or found.deleted else found

    def any_message(self, message_id: int) -> Message | None:
        """A message of any channel, deleted ones included."""
        found = (shelf.get(message_id) for shelf in self.shelves.values())
        return next((message for message in found if message is not None), None)

    def referenced(self, message: Message) -> Message | None:
        """What a message answers, or what the thread that it begins was started from; None if that is gone."""
        if message.reply_to is not None:
            return self.message(message.channel_id, message.reply_to)
        about = message.about
        if about is None or about.message_id is None or message.kind != MessageKind.THREAD_STARTER:
            return None
        return self.message(about.channel_id, about.message_id)

    def thread_of(self, message: Message) -> Channel | None:
        """The thread that was started from a message has that message's id; so has a forum's post, but it is inside."""
        thread = self.channels.get(message.id)
        return None if thread is None or thread.id == message.channel_id else thread
