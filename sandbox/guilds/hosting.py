"""How threads begin and what is said of them: the system messages around what `sandbox.guilds.threads` does."""

from sandbox.clock import Clock
from sandbox.errors import DiscordError, Why
from sandbox.guilds.audit import Deed
from sandbox.guilds.threads import Threads
from sandbox.messages.posting import Posting
from sandbox.rules.messages import Draft, says_nothing
from sandbox.rules.settings import Changes
from sandbox.state import Channel, ChannelKind, Message, MessageKind, Pings, Pointer, WebhookAuthor
from sandbox.store import Store

# How old a message is, in seconds, when a thread from it is announced in the channel; Discord does not say its number.
_OLD = 300.0


class Hosting:
    def __init__(self, store: Store, clock: Clock, posting: Posting, threads: Threads) -> None:
        self._store = store
        self._clock = clock
        self._posting = posting
        self._threads = threads

    def start_from(self, message: Message, given: Changes, deed: Deed) -> Channel:
        """A thread that has the message's id. Raises DiscordError if it has one already."""
        parent = self._store.channels[message.channel_id]
        if self._store.thread_of(message) is not None:
            raise DiscordError(Why.HAS_THREAD)
        thread = self._threads.open(parent, given, deed, thread_id=message.id)
        self._posting.mark_thread(message)
        about = Pointer(parent.id, message.id)
        self._posting.announce(thread, deed.by, MessageKind.THREAD_STARTER, about=about)
        if self._clock.now() - message.created_at > _OLD:
            self._announce(parent, thread, deed)
        return thread

    def start(self, parent: Channel, given: Changes, deed: Deed) -> Channel:
        """A thread without a message; only a public one is announced."""
        thread = self._threads.open(parent, given, deed)
        if thread.kind != ChannelKind.PRIVATE_THREAD:
            self._announce(parent, thread, deed)
        return thread

    def post(
        self, forum: Channel, given: Changes, draft: Draft, deed: Deed, webhook: tuple[int, WebhookAuthor] | None = None
    ) -> tuple[Channel, Message]:
        """A thread in a forum, and the message in it that has its id; that of a webhook is by its id and name."""
        if says_nothing(draft):
            raise DiscordError(Why.EMPTY_MESSAGE)
        thread = self._threads.open(forum, given, deed)
        author_id, author = (deed.by, None) if webhook is None else webhook
        return thread, self._posting.create(thread, author_id, draft, message_id=thread.id, webhook=author)

    def change(self, thread: Channel, changes: Changes, deed: Deed) -> None:
        name = thread.name
        self._threads.change(thread, changes, deed)
        if thread.name != name:
            self._posting.announce(thread, deed.by, MessageKind.RENAMED, content=thread.name)

    def delete(self, thread: Channel, deed: Deed) -> None:
        self._threads.delete(thread, deed)
        source = self._store.message(thread.parent_id or 0, thread.id)
        if source is not None:
            self._posting.unmark_thread(source)

    def add(self, thread: Channel, user_id: int, by: int) -> None:
        """Somebody is brought into a thread, or joins it."""
        if self._threads.join(thread, user_id) and user_id != by:
            self._posting.announce(thread, by, MessageKind.ADDED, pings=Pings(users=(user_id,)))

    def remove(self, thread: Channel, user_id: int, by: int) -> None:
        """Somebody is removed from a thread, or leaves it."""
        if self._threads.leave(thread, user_id) and user_id != by:
            self._posting.announce(thread, by, MessageKind.REMOVED, pings=Pings(users=(user_id,)))

    def _announce(self, parent: Channel, thread: Channel, deed: Deed) -> None:
        about = Pointer(thread.id)
        self._posting.announce(parent, deed.by, MessageKind.THREAD_CREATED, content=thread.name, about=about)
