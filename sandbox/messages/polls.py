"""Who votes for what in a poll, and when it is over."""

from sandbox.clock import Clock
from sandbox.errors import DiscordError, Why
from sandbox.gateway.message_events import vote_event
from sandbox.gateway.sessions import Sessions
from sandbox.messages.posting import Posting
from sandbox.state import Message, Poll
from sandbox.store import Store


class Polls:
    """The only writer of votes."""

    def __init__(self, store: Store, clock: Clock, sessions: Sessions, posting: Posting) -> None:
        self._store = store
        self._clock = clock
        self._sessions = sessions
        self._posting = posting

    def vote(self, message: Message, user_id: int, answer_ids: set[int]) -> None:
        """For these answers and no others. Raises DiscordError."""
        poll = self.of(message)
        if poll.ended:
            raise DiscordError(Why.POLL_IS_OVER)
        known = {answer.id for answer in poll.answers}
        if not answer_ids <= known or (len(answer_ids) > 1 and not poll.multiple):
            raise DiscordError(Why.INVALID_FORM)
        for answer_id in sorted(known):
            users = poll.votes.setdefault(answer_id, [])
            if answer_id in answer_ids and user_id not in users:
                users.append(user_id)
                self._tell(message, user_id, answer_id, added=True)
            elif answer_id not in answer_ids and user_id in users:
                users.remove(user_id)
                self._tell(message, user_id, answer_id, added=False)

    def end(self, message: Message) -> None:
        """At once, as its author may; ended once, it stays so. Raises DiscordError."""
        poll = self.of(message)
        if poll.ended:
            raise DiscordError(Why.POLL_IS_OVER)
        poll.expires_at = min(poll.expires_at, self._clock.now())
        self._posting.end_poll(message, poll)

    def of(self, message: Message) -> Poll:
        """As it is now: one whose time is over has ended. Raises DiscordError if the message has none."""
        poll = message.poll
        if poll is None:
            raise DiscordError(Why.NOT_A_POLL)
        if not poll.ended and self._clock.now() >= poll.expires_at:
            self._posting.end_poll(message, poll)
        return poll

    def _tell(self, message: Message, user_id: int, answer_id: int, *, added: bool) -> None:
        channel = self._store.channels[message.channel_id]
        if self._store.bot_sees(channel):
            self._sessions.tell(vote_event(channel, message, user_id, answer_id, added=added))
        self._posting.show(message)
