"""The sessions of connected bots: who hears which event, and what is replayed after a drop."""

import asyncio
import secrets
from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

import orjson

from sandbox.clock import Clock
from sandbox.gateway.events import Event
from sandbox.gateway.intents import Intent
from sandbox.observing import Observer
from sandbox.wire import Json

# How many events a session keeps for a resume; Discord's own number is not documented.
_KEPT_EVENTS = 5_000
# A session that nobody resumed for so many seconds is forgotten.
_KEPT_SECONDS = 180.0
_MOST_RECORDED = 50_000


class Socket(Protocol):
    """A connected websocket, as a session sees it."""

    def send(self, frame: bytes) -> None: ...

    def close(self, code: int) -> None: ...

    def request_reconnect(self) -> None: ...


class SentEvent(NamedTuple):
    at: float
    session: str
    name: str
    data: Json


@dataclass(slots=True)
class Session:
    intents: int
    shard: tuple[int, int]
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    sequence: int = 0
    socket: Socket | None = None
    dropped_at: float | None = None
    resumable: bool = True
    sent: deque[tuple[int, bytes]] = field(default_factory=lambda: deque(maxlen=_KEPT_EVENTS))

    def hears(self, event: Event) -> bool:
        if event.needs and not event.needs & self.intents:
            return False
        return self.holds(event.guild_id)

    def holds(self, guild_id: int | None) -> bool:
        """Whether a guild is on this shard; direct messages (None) are on shard 0."""
        index, count = self.shard
        return index == (0 if guild_id is None else (guild_id >> 22) % count)

    def send(self, name: str, data: bytes) -> None:
        self.sequence += 1
        frame = orjson.dumps({"op": 0, "s": self.sequence, "t": name, "d": orjson.Fragment(data)})
        self.sent.append((self.sequence, frame))
        if self.socket is not None:
            self.socket.send(frame)

    def missed_since(self, sequence: int) -> list[bytes] | None:
        """None if the session cannot be resumed from there."""
        if not self.resumable:
            return None
        missed = [frame for number, frame in self.sent if number > sequence]
        return missed if len(missed) == self.sequence - sequence else None


class Sessions:
    """Owns the sessions; tells each event to those that hear it."""

    def __init__(self, clock: Clock, observer: Observer | None = None) -> None:
        self._clock = clock
        self._observer = observer
        self._sessions: dict[str, Session] = {}
        self._connected = asyncio.Event()
        self._alone = asyncio.Event()
        self._alone.set()
        self.recorded: list[SentEvent] = []

    def open(self, socket: Socket, intents: int, shard: tuple[int, int]) -> Session:
        self._forget_old()
        session = Session(intents, shard, socket=socket)
        self._sessions[session.id] = session
        return session

    def find(self, session_id: str) -> Session | None:
        return self._sessions.get(session_id)

    def attach(self, session: Session, socket: Socket) -> None:
        """A resumed session leaves the socket that it may still have."""
        if session.socket is not None and session.socket is not socket:
            session.socket.close(4000)
        session.socket = socket
        session.dropped_at = None

    def announce_ready(self, session: Session) -> None:
        """From here on the bot counts as connected."""
        if session.socket is not None:
            self._connected.set()
            self._alone.clear()

    def detach(self, session: Session, socket: Socket, *, ended: bool) -> None:
        """The socket is gone; the session waits to be resumed, unless the bot said good-bye."""
        if session.socket is socket:
            session.socket = None
            session.dropped_at = self._clock.now()
        if ended:
            self._sessions.pop(session.id, None)
        if not self.connected():
            self._connected.clear()
            self._alone.set()

    def connected(self) -> list[Session]:
        return [session for session in self._sessions.values() if session.socket is not None]

    async def until_connected(self, timeout: float) -> None:
        """Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            await self._connected.wait()

    async def until_alone(self, timeout: float) -> None:
        """Until no bot is connected. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            await self._alone.wait()

    def tell(self, event: Event) -> bool:
        """Whether anybody hears it, if only once the dropped connection is resumed."""
        encoded: dict[bool, bytes] = {}
        heard = False
        for session in self._sessions.values():
            if not session.hears(event):
                continue
            hidden = event.hidden is not None and not session.intents & Intent.MESSAGE_CONTENT
            if hidden not in encoded:
                encoded[hidden] = orjson.dumps(event.hidden if hidden else event.data)
            session.send(event.name, encoded[hidden])
            self.record(session, event.name, event.hidden if hidden and event.hidden else event.data)
            heard = True
        return heard

    def tell_one(self, session: Session, name: str, data: Json) -> None:
        session.send(name, orjson.dumps(data))
        self.record(session, name, data)

    def record(self, session: Session, name: str, data: Json) -> None:
        self.recorded.append(SentEvent(self._clock.now(), session.id, name, data))
        if len(self.recorded) > _MOST_RECORDED:
            del self.recorded[: _MOST_RECORDED // 2]
        if self._observer is not None:
            self._observer.told(name, data)

    def forget_all(self) -> None:
        """Sessions that are connected stay so, but cannot be resumed."""
        self._sessions = {session.id: session for session in self.connected()}
        for session in self.connected():
            session.resumable = False

    def _forget_old(self) -> None:
        before = self._clock.now() - _KEPT_SECONDS
        for session in list(self._sessions.values()):
            if session.dropped_at is not None and session.dropped_at < before:
                del self._sessions[session.id]
