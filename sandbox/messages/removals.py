"""Messages that somebody deletes: one's own without a trace, those of others with a line in the audit log."""

from collections.abc import Sequence

from sandbox.guilds.audit import Action, Audit, Deed
from sandbox.messages.posting import Posting
from sandbox.state import Channel, Message
from sandbox.store import Store


class Removals:
    def __init__(self, store: Store, posting: Posting, audit: Audit) -> None:
        self._store = store
        self._posting = posting
        self._audit = audit

    def delete(self, message: Message, deed: Deed) -> None:
        self._posting.delete(message)
        channel = self._store.channels[message.channel_id]
        guild = self._store.guild_of(channel)
        if guild is not None and message.author_id != deed.by and message.seen_by is None:
            options = {"channel_id": str(channel.id), "count": "1"}
            self._audit.record(guild, deed, Action.MESSAGE_DELETED, message.author_id, options=options)

    def delete_all(self, channel: Channel, messages: Sequence[Message], deed: Deed) -> None:
        """Those of one channel, whoever wrote them."""
        self._posting.delete_all(channel, messages)
        guild = self._store.guild_of(channel)
        if guild is not None and messages:
            options = {"count": str(len(messages))}
            self._audit.record(guild, deed, Action.MESSAGES_DELETED, channel.id, options=options)
