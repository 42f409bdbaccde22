"""What a bot says over one connection, and how the gateway takes it."""

import asyncio
import logging
from typing import Any

import orjson

from sandbox.gateway.allowance import MOST_PAYLOADS, Allowance
from sandbox.gateway.codes import Close, CloseError, Op
from sandbox.gateway.gateway import Connected, Gateway
from sandbox.gateway.greeting import greet
from sandbox.gateway.handshake import Identify, read_identify
from sandbox.gateway.pulse import Pulse
from sandbox.gateway.session import Session
from sandbox.gateway.wishes import fulfil
from sandbox.wire import is_whole

_MOST_BYTES = 4096
# Seconds. discord.py notes in a thread of its own when it has sent a heartbeat; an acknowledgement that overtakes this
# note, as one over loopback does, makes it measure a latency of a whole interval, and warn that it cannot keep up.
_ACKNOWLEDGED_AFTER = 0.02
_log = logging.getLogger(__name__)


class Dialogue:
    """From hello until the connection is gone. `compress` is set once the bot asked for compressed payloads."""

    def __init__(self, gateway: Gateway, connection: Connected, version: int) -> None:
        self._gateway = gateway
        self._connection = connection
        self._version = version
        self._allowance = Allowance(gateway.clock)
        self._interval = gateway.terms.heartbeat_interval
        self._pulse = Pulse(gateway.clock, self._interval, self._ask_for_heartbeat, self._give_up)
        self.session: Session | None = None
        self.compress = False

    def begin(self) -> None:
        milliseconds = round(self._interval * 1000)
        self._connection.say(Op.HELLO, {"heartbeat_interval": milliseconds, "_trace": ["sandbox"]})

    def hear(self, raw: str | bytes) -> None:
        """Raises CloseError for what Discord closes the connection for."""
        if not self._allowance.spend() and self._gateway.terms.limited:
            raise CloseError(Close.RATE_LIMITED, f"more than {MOST_PAYLOADS} payloads in a minute")
        op, data = _read(raw)
        if op == Op.HEARTBEAT:
            self._heartbeat(data)
        elif op == Op.IDENTIFY:
            self._identify(data)
        elif op == Op.RESUME:
            self._resume(data)
        elif self.session is None:
            raise CloseError(Close.NOT_AUTHENTICATED, "identify comes first")
        else:
            fulfil(self._gateway, self.session, op, data)

    def invalidate(self, *, resumable: bool) -> None:
        """The session is over, or (resumable) the bot is only told to resume it."""
        if self.session is not None and not resumable:
            self._gateway.sessions.end(self.session)
            self.session = None
        self._connection.say(Op.INVALID_SESSION, resumable)

    def leave(self, *, for_good: bool) -> None:
        """The connection is gone; only the bot's own good-bye ends a session."""
        self._pulse.stop()
        if self.session is not None:
            if for_good and self.session.socket is self._connection:
                self._gateway.sessions.end(self.session)
            self._gateway.sessions.detach(self.session, self._connection)

    def _heartbeat(self, data: Any) -> None:
        if data is not None and not is_whole(data):
            raise CloseError(Close.DECODE_ERROR, f"a heartbeat has the last sequence number, not {data!r}")
        self._pulse.beat()
        if not self._gateway.deaf:
            asyncio.get_running_loop().call_later(_ACKNOWLEDGED_AFTER, self._connection.say, Op.HEARTBEAT_ACK)

    def _ask_for_heartbeat(self) -> None:
        self._connection.say(Op.HEARTBEAT)

    def _give_up(self) -> None:
        """The session stays, so that the bot can resume it."""
        _log.warning("gateway closed with %d: no heartbeat has come", Close.UNKNOWN_ERROR)
        self._connection.close(Close.UNKNOWN_ERROR)

    def _identify(self, data: Any) -> None:
        self._check(data)
        gateway, identify = self._gateway, read_identify(data, self._gateway.privileged_intents)
        index, count = identify.shard
        session = Session(identify.intents, identify.shard, identify.large_threshold)
        if gateway.terms.too_many(len(gateway.guilds_of(session)), count):
            raise CloseError(Close.SHARDING_REQUIRED, f"shard {index} of {count} would have too many guilds")
        if gateway.starts.used_up():
            self._end_everything()
        if gateway.starts.too_soon(identify.shard):
            self._connection.say(Op.INVALID_SESSION, False)
            return
        gateway.starts.count(identify.shard)
        self._start(session, identify)

    def _start(self, session: Session, identify: Identify) -> None:
        gateway = self._gateway
        self.session, self.compress = session, identify.compress
        gateway.presences.set(gateway.store.bot_id, identify.presence)
        gateway.sessions.open(session, self._connection)
        greet(gateway, session, identify, self._version)
        gateway.sessions.announce_ready(session)

    def _end_everything(self) -> None:
        """Discord ends all sessions and resets the token; here the token is good again the next day."""
        for connection in self._gateway.connections:
            if connection.session is not None:
                self._gateway.sessions.end(connection.session)
                connection.close(Close.AUTHENTICATION_FAILED)
        raise CloseError(Close.AUTHENTICATION_FAILED, "all session starts of the day are used up")

    def _check(self, data: Any) -> None:
        if self.session is not None:
            raise CloseError(Close.ALREADY_AUTHENTICATED, "this connection has its session already")
        if not isinstance(data, dict):
            raise CloseError(Close.DECODE_ERROR, "what begins a session is an object")
        if data.get("token") != self._gateway.token:
            raise CloseError(Close.AUTHENTICATION_FAILED, "the token is not this bot's")

    def _resume(self, data: Any) -> None:
        self._check(data)
        sessions, sequence = self._gateway.sessions, data.get("seq")
        session = sessions.find(str(data.get("session_id")))
        if session is None:
            self._connection.say(Op.INVALID_SESSION, False)
            return
        if not is_whole(sequence) or not 0 <= sequence <= session.sequence:
            sessions.end(session)
            raise CloseError(Close.INVALID_SEQUENCE, f"{sequence!r} was never sent")
        missed = session.missed_since(sequence)
        if missed is None:
            self._connection.say(Op.INVALID_SESSION, False)
            return
        self.session = session
        sessions.attach(session, self._connection)
        for frame in missed:
            self._connection.deliver(frame)
        sessions.tell_one(session, "RESUMED", {"_trace": ["sandbox"]})
        sessions.announce_ready(session)


def _read(raw: str | bytes) -> tuple[int, Any]:
    """The opcode and the data of a payload."""
    encoded = raw.encode() if isinstance(raw, str) else raw
    if len(encoded) > _MOST_BYTES:
        raise CloseError(Close.DECODE_ERROR, f"a payload of {len(encoded)} bytes, which is more than {_MOST_BYTES}")
    try:
        payload = orjson.loads(encoded)
    except orjson.JSONDecodeError:
        raise CloseError(Close.DECODE_ERROR, "what came is not JSON") from None
    if not isinstance(payload, dict) or not is_whole(payload.get("op")):
        raise CloseError(Close.DECODE_ERROR, "what came is not an object with an opcode")
    return payload["op"], payload.get("d")
