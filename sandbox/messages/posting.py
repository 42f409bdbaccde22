"""Writes, changes and deletes messages, and tells everybody who can see it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from sandbox.clock import Clock
from sandbox.errors import DiscordError, Why
from sandbox.feeds import Feeds
from sandbox.gateway.events import deleted_event, message_event, typing_event
from sandbox.gateway.message_events import deleted_bulk_event, ephemeral_event
from sandbox.gateway.sessions import Sessions
from sandbox.guilds.threads import Threads
from sandbox.messages.ballots import result
from sandbox.messages.contents import check_alone, chosen_stickers, contents
from sandbox.messages.nonces import Nonces
from sandbox.messages.pings import invited, pinged
from sandbox.messages.references import answered, forwarded
from sandbox.rules.messages import Draft
from sandbox.rules.references import ReferenceKind
from sandbox.snowflakes import Snowflakes, created_at
from sandbox.state import (
    Channel,
    Message,
    MessageFlag,
    MessageKind,
    Origin,
    Pings,
    Pointer,
    Poll,
    Revision,
    WebhookAuthor,
)
from sandbox.store import Store
from sandbox.wire import Json

_NOBODY = Pings()
_EDITABLE_FLAGS = MessageFlag.SUPPRESS_EMBEDS | MessageFlag.COMPONENTS_V2
_KEPT_FLAGS = _EDITABLE_FLAGS | MessageFlag.SUPPRESS_NOTIFICATIONS | MessageFlag.VOICE_MESSAGE


class Posting:
    """The only writer of messages."""

    def __init__(
        self, store: Store, clock: Clock, snowflakes: Snowflakes, sessions: Sessions, feeds: Feeds, threads: Threads
    ) -> None:
        self._store = store
        self._clock = clock
        self._snowflakes = snowflakes
        self._sessions = sessions
        self._feeds = feeds
        self._threads = threads
        self._nonces = Nonces(clock)

    def start(self) -> None:
        """From here on the polls that there are already end when their time has come."""
        for shelf in self._store.shelves.values():
            for message in shelf.messages.values():
                self._await_end(message)

    def create(
        self,
        channel: Channel,
        author_id: int,
        draft: Draft,
        *,
        kind: MessageKind = MessageKind.DEFAULT,
        origin: Origin | None = None,
        seen_by: int | None = None,
        loading: bool = False,
        webhook: WebhookAuthor | None = None,
        reply_to: int | None = None,
        message_id: int | None = None,
    ) -> Message:
        """Raises DiscordError for an empty message, and for one that answers or forwards nothing.

        `reply_to` is what an answer to an interaction is shown under, without a ping; `message_id` the id of the
        thread that begins with this message.
        """
        if draft.nonce is not None and draft.enforce_nonce:
            same = self._nonces.find(channel.id, author_id, draft.nonce)
            if same is not None:
                return same
        message_id = message_id or self._snowflakes.next()
        message = Message(
            id=message_id,
            channel_id=channel.id,
            author_id=author_id,
            created_at=created_at(message_id),
            kind=kind,
            flags=(draft.flags or 0) & _KEPT_FLAGS,
            tts=draft.tts,
            reply_to=reply_to,
            nonce=draft.nonce,
            origin=origin,
            seen_by=seen_by,
            webhook=webhook,
            stickers=chosen_stickers(self._store, draft),
        )
        self._refer(message, channel, draft)
        message.flags |= (MessageFlag.LOADING if loading else 0) | (MessageFlag.EPHEMERAL if seen_by else 0)
        self._fill(message, draft)
        if channel.thread is not None and seen_by is None:
            self._threads.wake(channel, author_id, invited(message, draft.mentions))
        message.pings = pinged(self._store, message, channel, draft.mentions)
        self._file(message, channel)
        return message

    def announce(
        self,
        channel: Channel,
        author_id: int,
        kind: MessageKind,
        *,
        content: str = "",
        about: Pointer | None = None,
        pings: Pings = _NOBODY,
        embeds: Sequence[Json] = (),
    ) -> Message:
        """What Discord itself says of something that somebody did."""
        message_id = self._snowflakes.next()
        now = created_at(message_id)
        message = Message(message_id, channel.id, author_id, now, kind, content, about=about, pings=pings)
        message.embeds = list(embeds)
        message.revisions.append(Revision(now, content))
        self._file(message, channel)
        return message

    def mark_thread(self, message: Message) -> None:
        """The message now has a thread that was started from it."""
        message.flags |= MessageFlag.HAS_THREAD
        self.change(message)

    def unmark_thread(self, message: Message) -> None:
        message.flags &= ~MessageFlag.HAS_THREAD
        self.change(message)

    def end_poll(self, message: Message, poll: Poll) -> None:
        """The votes are counted for good, and the channel is told what came out. Once only."""
        if poll.ended or message.deleted or message.channel_id not in self._store.channels:
            return
        poll.ended = True
        self.change(message)
        channel, author = self._store.channels[message.channel_id], message.author_id
        about, pings = Pointer(channel.id, message.id), Pings(users=(author,))
        self.announce(channel, author, MessageKind.POLL_RESULT, about=about, pings=pings, embeds=[result(poll)])

    def edit(self, message: Message, draft: Draft) -> Message:
        """Changes what the draft names. Raises DiscordError if nothing would be left."""
        channel = self._store.channels[message.channel_id]
        was_loading = message.loading
        self._fill(message, draft)
        if draft.flags is not None:
            message.flags = message.flags & ~MessageFlag.SUPPRESS_EMBEDS | draft.flags & _EDITABLE_FLAGS
        message.flags &= ~MessageFlag.LOADING
        if _changes_mentions(message, draft):
            message.pings = pinged(self._store, message, channel, draft.mentions)
        if _changes_words(draft) and not was_loading:  # the first words in place of "thinking" are no edit
            message.edited_at = self._clock.now()
        self._tell("MESSAGE_UPDATE", "edited", message, channel)
        return message

    def change(self, message: Message) -> None:
        """Tells that a message is not what it was, although nobody has edited it."""
        self._tell("MESSAGE_UPDATE", "edited", message, self._store.channels[message.channel_id])

    def delete(self, message: Message) -> None:
        channel = self._store.channels[message.channel_id]
        self._take_away(message, channel)
        if message.seen_by is None and self._store.bot_sees(channel):
            self._sessions.tell(deleted_event(message, channel))
        self._feeds.tell_message(message, "deleted")

    def delete_all(self, channel: Channel, messages: Sequence[Message]) -> None:
        """Those of one channel, with one event."""
        for message in messages:
            self._take_away(message, channel)
        if messages and self._store.bot_sees(channel):
            self._sessions.tell(deleted_bulk_event(channel, [message.id for message in messages]))
        for message in messages:
            self._feeds.tell_message(message, "deleted")

    def _take_away(self, message: Message, channel: Channel) -> None:
        message.deleted = True
        if _counts(message):
            channel.message_count -= 1

    def type(self, channel: Channel, user_id: int) -> None:
        if user_id != self._store.bot_id and self._store.bot_sees(channel):
            self._sessions.tell(typing_event(self._store, channel, user_id, self._clock.now()))
        self._feeds.tell_typing(channel, user_id)

    def _refer(self, message: Message, channel: Channel, draft: Draft) -> None:
        """What the new message answers or forwards."""
        if draft.reference is None:
            return
        if draft.reference.kind == ReferenceKind.FORWARD:
            message.forward = forwarded(self._store, message.author_id, draft, draft.reference)
            message.flags |= MessageFlag.HAS_SNAPSHOT if message.forward else 0
            return
        found = answered(self._store, channel, draft, draft.reference)
        if found is not None:
            message.kind = MessageKind.REPLY
            message.reply_to = found.id

    def _fill(self, message: Message, draft: Draft) -> None:
        """Everything is worked out before anything is changed, because it may be refused."""
        now = self._clock.now()
        new = contents(self._store, self._snowflakes, message, draft, now)
        check_alone(message.flags | (draft.flags or 0), new)
        waits = message.loading and draft.content is None
        if new.is_empty() and message.forward is None and not waits:
            raise DiscordError(Why.EMPTY_MESSAGE)
        if new.content != message.content or (draft.content is not None and not message.revisions):
            message.revisions.append(Revision(now, new.content))
        message.content, message.poll = new.content, new.poll
        message.embeds, message.components, message.attachments = new.embeds, new.components, new.attachments

    def show(self, message: Message) -> None:
        """Tells people, and not the bot, that a message is not what it was."""
        self._feeds.tell_message(message, "edited")

    def _file(self, message: Message, channel: Channel) -> None:
        self._store.shelves[channel.id].add(message)
        if message.seen_by is None:  # what one person sees is not in the channel
            channel.last_message_id = message.id
        if _counts(message):
            channel.message_count += 1
            if channel.thread is not None:
                channel.thread.sent += 1
        if message.nonce is not None:
            self._nonces.remember(message)
        self._await_end(message)
        self._tell("MESSAGE_CREATE", "created", message, channel)

    def _await_end(self, message: Message) -> None:
        if message.poll is not None and not message.poll.ended:
            self._clock.call_at(message.poll.expires_at, partial(self.end_poll, message, message.poll))

    def _tell(self, name: str, change: str, message: Message, channel: Channel) -> None:
        if message.seen_by is not None:
            self._sessions.tell(ephemeral_event(name, self._store, message, channel))
        elif self._store.bot_sees(channel):
            self._sessions.tell(message_event(name, self._store, message, channel))
        self._feeds.tell_message(message, change)


def _counts(message: Message) -> bool:
    """Whether it is one of a thread's messages: not the one that began it, and not what one person alone sees."""
    began = message.kind == MessageKind.THREAD_STARTER or message.id == message.channel_id
    return not began and message.seen_by is None


def _changes_mentions(message: Message, draft: Draft) -> bool:
    """The words of a message are its content, or in one of components those; files and buttons mention nobody."""
    if message.flags & MessageFlag.COMPONENTS_V2:
        return draft.components is not None or draft.mentions is not None
    return draft.content is not None or draft.mentions is not None


def _changes_words(draft: Draft) -> bool:
    """Whether more than the flags of a message is edited."""
    return replace(draft, flags=None) != Draft(base=draft.base)
