"""Which threads are to be archived because nothing happens in them any more."""

from collections.abc import Callable
from functools import partial

from sandbox.clock import Clock, Timer
from sandbox.rules.threads import PINNED
from sandbox.snowflakes import created_at
from sandbox.state import Channel
from sandbox.store import Store


class Inactivity:
    """Time counts as long as the sandbox is open: a world that was kept for months begins as it was."""

    def __init__(self, store: Store, clock: Clock, archive: Callable[[Channel], None]) -> None:
        self._store = store
        self._clock = clock
        self._archive = archive
        self._opened_at = clock.now()
        self._timers: dict[int, Timer] = {}  # by thread

    def start(self) -> None:
        self._opened_at = self._clock.now()
        for channel in self._store.channels.values():
            self.watch(channel)

    def watch(self, thread: Channel) -> None:
        """Again whenever a thread was opened, or lasts for another time; a message needs no call."""
        if thread.id in self._timers:
            self._timers.pop(thread.id).cancel()
        if thread.thread is not None and not thread.thread.archived:
            self._timers[thread.id] = self._clock.call_at(self._due(thread), partial(self._look, thread))

    def _look(self, thread: Channel) -> None:
        self._timers.pop(thread.id, None)
        if self._store.channels.get(thread.id) is not thread or thread.thread is None or thread.thread.archived:
            return
        if self._due(thread) <= self._clock.now():
            self._archive(thread)
        else:
            self.watch(thread)

    def _due(self, thread: Channel) -> float:
        """A post that is kept at the top stays open."""
        state = thread.thread
        if state is None:
            return float("inf")
        written = created_at(thread.last_message_id) if thread.last_message_id else 0.0
        active = max(written, state.created_at, state.archived_at, self._opened_at)
        if thread.flags & PINNED:
            active = self._clock.now()
        return active + state.auto_archive_minutes * 60
