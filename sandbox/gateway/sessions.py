"""The sessions of connected bots: who hears which event, and how long a dropped one can be resumed."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import orjson

from sandbox.clock import Clock
from sandbox.gateway.events import Event
from sandbox.gateway.intents import Intent
from sandbox.gateway.session import Session, Socket
from sandbox.observing import Observer
from sandbox.wire import Json

# A session that nobody resumed for so many seconds is forgotten: "after a few minutes", Discord says.
KEPT_SECONDS = 180.0
_MOST_RECORDED = 50_000
_READS = int(Intent.MESSAGE_CONTENT)


class SentEvent(NamedTuple):
    """Kept as it was sent: tens of thousands of objects of each would keep the garbage collector busy."""

    at: float
    session: str
    name: str
    raw: bytes

    @property
    def data(self) -> Any:
        return orjson.loads(self.raw)


class Sessions:
    """Owns the sessions; tells each event to those that hear it."""

    def __init__(self, clock: Clock, observer: Observer | None = None) -> None:
        self._clock = clock
        self._observer = observer
        self._sessions: dict[str, Session] = {}
        self._changed = asyncio.Event()
        self.recorded: list[SentEvent] = []
        self.on_change: Callable[[], None] | None = None  # called when a bot has come or is gone
        self.unavailable: set[int] = set()  # guilds of which nothing is heard while they have an outage

    def open(self, session: Session, socket: Socket) -> None:
        session.socket = socket
        self._sessions[session.id] = session

    def find(self, session_id: str) -> Session | None:
        return self._sessions.get(session_id)

    def attach(self, session: Session, socket: Socket) -> None:
        """A resumed session leaves the socket that it may still have."""
        if session.socket is not None and session.socket is not socket:
            session.socket.close(4000)
        session.socket = socket
        if session.forgetting is not None:
            session.forgetting.cancel()

    def announce_ready(self, session: Session) -> None:
        """From here on the bot counts as connected."""
        session.ready = True
        self._change()

    def detach(self, session: Session, socket: Socket) -> None:
        """The socket is gone; the session waits to be resumed."""
        if session.socket is not socket:
            return  # it has been resumed elsewhere
        session.socket = None
        if session.resumable:
            moment = self._clock.now() + KEPT_SECONDS
            session.forgetting = self._clock.call_at(moment, lambda: self._forget(session))
        else:
            self._forget(session)
        self._change()

    def end(self, session: Session) -> None:
        """It is over: nothing more is told to it, and it cannot be resumed."""
        session.socket = None
        self._forget(session)
        self._change()

    def connected(self) -> list[Session]:
        return [session for session in self._sessions.values() if session.connected]

    async def until_connected(self, timeout: float, shards: int | None = None) -> None:
        """Until so many sessions are connected; None for all shards of a bot. Raises TimeoutError."""
        await self._until(lambda: self._complete() if shards is None else len(self.connected()) >= shards, timeout)

    async def until_alone(self, timeout: float) -> None:
        """Until no bot is connected. Raises TimeoutError."""
        await self._until(lambda: not self.connected(), timeout)

    def tell(self, event: Event) -> bool:
        """Whether anybody hears it, if only once the dropped connection is resumed."""
        if event.guild_id in self.unavailable:
            return False
        needed = event.needed()
        encoded: dict[bool, bytes] = {}
        heard = False
        for session in self._sessions.values():
            if (needed and not needed & session.intents) or not session.holds(event.guild_id):
                continue
            hidden = event.hidden is not None and not session.intents & _READS
            data = event.hidden if hidden and event.hidden else event.data
            if hidden not in encoded:
                encoded[hidden] = orjson.dumps(data)
            self._tell(session, event.name, data, encoded[hidden])
            heard = True
        return heard

    def tell_one(self, session: Session, name: str, data: Json) -> None:
        self._tell(session, name, data, orjson.dumps(data))

    def holding(self, guild_id: int) -> Iterator[Session]:
        """Those whose shard has the guild."""
        return (session for session in self._sessions.values() if session.holds(guild_id))

    def forget_all(self) -> None:
        """Sessions that are connected stay so, but cannot be resumed."""
        for session in list(self._sessions.values()):
            session.resumable = False
            if session.socket is None:
                self._forget(session)

    def _forget(self, session: Session) -> None:
        session.resumable = False
        if session.forgetting is not None:
            session.forgetting.cancel()
        self._sessions.pop(session.id, None)

    def _tell(self, session: Session, name: str, data: Json, raw: bytes) -> None:
        session.send(name, raw)
        self.recorded.append(SentEvent(self._clock.now(), session.id, name, raw))
        if len(self.recorded) > _MOST_RECORDED:
            del self.recorded[: _MOST_RECORDED // 2]
        if self._observer is not None:
            self._observer.told(name, data)

    def _complete(self) -> bool:
        """Whether some bot has all of its shards."""
        shards = {session.shard for session in self.connected()}
        return any(all((index, count) in shards for index in range(count)) for _, count in shards)

    async def _until(self, true: Callable[[], bool], timeout: float) -> None:
        async with asyncio.timeout(timeout):
            while not true():
                await self._changed.wait()

    def _change(self) -> None:
        """Wakes those who wait, to look again."""
        self._changed.set()
        self._changed = asyncio.Event()
        if self.on_change is not None:
            self.on_change()
