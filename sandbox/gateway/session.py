"""One session of a bot: what it asked for, and the events that it was told."""

import secrets
from collections import deque
from dataclasses import dataclass, field
from typing import Protocol

import orjson

from sandbox.clock import Timer

# How many events a session keeps for a resume; Discord's own number is not documented.
_KEPT_EVENTS = 5_000
DEFAULT_LARGE_THRESHOLD = 50


class Socket(Protocol):
    """A connected websocket, as a session sees it."""

    def deliver(self, frame: bytes) -> None:
        """An event."""
        ...

    def close(self, code: int) -> None: ...


@dataclass(slots=True)
class Session:
    intents: int
    shard: tuple[int, int]
    large_threshold: int = DEFAULT_LARGE_THRESHOLD
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    sequence: int = 0
    socket: Socket | None = None
    resumable: bool = True
    ready: bool = False
    sent: deque[tuple[int, bytes]] = field(default_factory=lambda: deque(maxlen=_KEPT_EVENTS))
    forgetting: Timer | None = None

    @property
    def connected(self) -> bool:
        return self.ready and self.socket is not None

    def holds(self, guild_id: int | None) -> bool:
        """Whether a guild is on this shard; direct messages (None) are on shard 0."""
        index, count = self.shard
        return index == (0 if guild_id is None else (guild_id >> 22) % count)

    def send(self, name: str, data: bytes) -> None:
        self.sequence += 1
        frame = orjson.dumps({"op": 0, "s": self.sequence, "t": name, "d": orjson.Fragment(data)})
        self.sent.append((self.sequence, frame))
        if self.socket is not None:
            self.socket.deliver(frame)

    def missed_since(self, sequence: int) -> list[bytes] | None:
        """None if the session cannot be resumed from there."""
        if not self.resumable:
            return None
        missed = [frame for number, frame in self.sent if number > sequence]
        return missed if len(missed) == self.sequence - sequence else None
