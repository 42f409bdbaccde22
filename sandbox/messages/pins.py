"""Which messages are pinned in a channel, and since when."""

from sandbox.clock import Clock
from sandbox.errors import DiscordError, Why
from sandbox.gateway.message_events import pins_event
from sandbox.gateway.sessions import Sessions
from sandbox.guilds.audit import Action, Audit, Deed
from sandbox.messages.posting import Posting
from sandbox.state import WRITTEN, Channel, Message, MessageKind, Pointer
from sandbox.store import Store

MOST_PINS = 250
# Pins are listed by their time, so no two of a channel may have the same.
_STEP = 0.001


class Pins:
    """The only writer of pins."""

    def __init__(self, store: Store, clock: Clock, sessions: Sessions, posting: Posting, audit: Audit) -> None:
        self._store = store
        self._clock = clock
        self._sessions = sessions
        self._posting = posting
        self._audit = audit

    def of(self, channel: Channel) -> list[tuple[float, Message]]:
        """The last pinned first, with the time of that."""
        present = (message for message in self._store.shelves[channel.id].after(0) if not message.deleted)
        pinned = [(message.pinned_at, message) for message in present if message.pinned_at is not None]
        return sorted(pinned, key=lambda pin: pin[0], reverse=True)

    def pin(self, message: Message, deed: Deed) -> None:
        """Twice is once; Discord says in the channel who did it. Raises DiscordError."""
        if message.kind not in WRITTEN:
            raise DiscordError(Why.SYSTEM_MESSAGE)
        if message.pinned:
            return
        channel = self._store.channels[message.channel_id]
        pins = self.of(channel)
        if len(pins) >= MOST_PINS:
            raise DiscordError(Why.TOO_MANY_PINS)
        last = pins[0][0] if pins else 0.0
        message.pinned_at = round(max(self._clock.now(), last + _STEP), 3)
        self._tell(channel, message)
        self._posting.announce(channel, deed.by, MessageKind.PINNED, about=Pointer(channel.id, message.id))
        self._record(channel, message, Action.MESSAGE_PINNED, deed)

    def unpin(self, message: Message, deed: Deed) -> None:
        if message.pinned:
            channel = self._store.channels[message.channel_id]
            message.pinned_at = None
            self._tell(channel, message)
            self._record(channel, message, Action.MESSAGE_UNPINNED, deed)

    def _record(self, channel: Channel, message: Message, action: Action, deed: Deed) -> None:
        guild = self._store.guild_of(channel)
        if guild is not None:
            options = {"channel_id": str(channel.id), "message_id": str(message.id)}
            self._audit.record(guild, deed, action, message.author_id, options=options)

    def _tell(self, channel: Channel, message: Message) -> None:
        pins = self.of(channel)
        channel.last_pin_at = pins[0][0] if pins else None
        self._posting.change(message)
        if self._store.bot_sees(channel):
            self._sessions.tell(pins_event(channel))
