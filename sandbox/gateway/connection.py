"""One websocket of a bot: hello, identify or resume, heartbeats, and the events in the agreed encoding."""

import asyncio
import contextlib
import logging
from enum import IntEnum
from typing import Any

import orjson
from aiohttp import WSCloseCode, WSMsgType, web

from sandbox.core import CORE, Core
from sandbox.gateway.compression import Compressor, compressor
from sandbox.gateway.greeting import greet, member_chunks
from sandbox.gateway.intents import KNOWN, PRIVILEGED
from sandbox.gateway.sessions import Session
from sandbox.wire import Json

HEARTBEAT_INTERVAL = 41_250  # milliseconds, Discord's own
_log = logging.getLogger(__name__)


class Op(IntEnum):
    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE = 3
    VOICE_STATE = 4
    RESUME = 6
    RECONNECT = 7
    REQUEST_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11


class Close(IntEnum):
    UNKNOWN_ERROR = 4000
    UNKNOWN_OPCODE = 4001
    DECODE_ERROR = 4002
    NOT_AUTHENTICATED = 4003
    AUTHENTICATION_FAILED = 4004
    ALREADY_AUTHENTICATED = 4005
    INVALID_SEQUENCE = 4007
    INVALID_SHARD = 4010
    INVALID_INTENTS = 4013
    DISALLOWED_INTENTS = 4014


class _CloseError(Exception):
    """Ends the reading of a socket with a close code."""

    def __init__(self, code: Close, reason: str) -> None:
        super().__init__(reason)
        self.code = code


async def serve(request: web.Request) -> web.WebSocketResponse:
    """The route of the gateway."""
    socket = web.WebSocketResponse(max_msg_size=16 * 1024, compress=False)
    await socket.prepare(request)
    connection = Connection(request.app[CORE], socket, compressor(request.query.get("compress")))
    await connection.run()
    return socket


class Connection:
    """What is sent goes through a queue, so that telling an event never waits for a slow socket."""

    def __init__(self, core: Core, socket: web.WebSocketResponse, compress: Compressor | None) -> None:
        self._core = core
        self._socket = socket
        self._compress = compress
        self._outgoing: asyncio.Queue[bytes | int] = asyncio.Queue()
        self._session: Session | None = None
        self._closing = False

    def send(self, frame: bytes) -> None:
        self._outgoing.put_nowait(frame)

    def close(self, code: int) -> None:
        """After everything that was sent before."""
        self._outgoing.put_nowait(code)

    def request_reconnect(self) -> None:
        self._say(Op.RECONNECT)

    def _say(self, op: Op, data: Any = None) -> None:
        self.send(orjson.dumps({"op": int(op), "d": data, "s": None, "t": None}))

    async def run(self) -> None:
        writer = asyncio.create_task(self._write())
        self._core.connections.add(self)
        try:
            self._say(Op.HELLO, {"heartbeat_interval": HEARTBEAT_INTERVAL, "_trace": ["sandbox"]})
            await self._read()
        except _CloseError as closed:
            _log.warning("gateway closed with %d: %s", closed.code, closed)
            self.close(closed.code)
            await writer
        finally:
            self._core.connections.discard(self)
            if not self._closing:  # a close that was begun has to be finished, or the bot waits for it
                writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await writer
            self._leave()

    def _leave(self) -> None:
        if self._session is not None:
            # Only the bot's own good-bye ends a session; after ours it may resume.
            goodbye = self._socket.close_code in (WSCloseCode.OK, WSCloseCode.GOING_AWAY)
            ended = goodbye and not self._closing
            self._core.sessions.detach(self._session, self, ended=ended)
            self._core.feeds.tell_bot(online=bool(self._core.sessions.connected()))

    async def _write(self) -> None:
        with contextlib.suppress(ConnectionError):  # the reader notices the same and ends the connection
            while True:
                item = await self._outgoing.get()
                if isinstance(item, int):
                    self._closing = True
                    await self._socket.close(code=item)
                    return
                await self._send_frame(item)

    async def _send_frame(self, frame: bytes) -> None:
        if self._compress is None:
            await self._socket.send_str(frame.decode())
        else:
            await self._socket.send_bytes(self._compress(frame))

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                continue
            try:
                payload = orjson.loads(message.data)
            except orjson.JSONDecodeError:
                raise _CloseError(Close.DECODE_ERROR, "what came is not JSON") from None
            if not isinstance(payload, dict):
                raise _CloseError(Close.DECODE_ERROR, "what came is not an object")
            self._receive(payload.get("op"), payload.get("d"))

    def _receive(self, op: object, data: Any) -> None:
        if op == Op.HEARTBEAT:
            self._say(Op.HEARTBEAT_ACK)
        elif op in (Op.IDENTIFY, Op.RESUME):
            if self._session is not None:
                raise _CloseError(Close.ALREADY_AUTHENTICATED, "this connection has its session already")
            self._check_token(data)
            if op == Op.IDENTIFY:
                self._identify(data)
            else:
                self._resume(data)
        elif self._session is None:
            raise _CloseError(Close.NOT_AUTHENTICATED, "identify comes first")
        elif op == Op.REQUEST_MEMBERS:
            for chunk in member_chunks(self._core, self._session, data):
                self._core.sessions.tell_one(self._session, "GUILD_MEMBERS_CHUNK", chunk)
        elif op not in (Op.PRESENCE, Op.VOICE_STATE):
            raise _CloseError(Close.UNKNOWN_OPCODE, f"there is no opcode {op}")

    def _check_token(self, data: Any) -> None:
        if not isinstance(data, dict) or data.get("token") != self._core.token:
            raise _CloseError(Close.AUTHENTICATION_FAILED, "the token is not this bot's")

    def _identify(self, data: Json) -> None:
        session = self._core.sessions.open(self, self._intents(data), _shard(data))
        self._session = session
        greet(self._core, session, sharded="shard" in data)
        self._announce(session)

    def _announce(self, session: Session) -> None:
        self._core.sessions.announce_ready(session)
        self._core.feeds.tell_bot(online=True)

    def _intents(self, data: Json) -> int:
        wanted = data.get("intents")
        if not isinstance(wanted, int) or wanted & ~KNOWN:
            raise _CloseError(Close.INVALID_INTENTS, f"{wanted!r} are not intents")
        refused = wanted & PRIVILEGED & ~self._core.privileged_intents
        if refused:
            raise _CloseError(Close.DISALLOWED_INTENTS, f"the application has not enabled {refused:#x}")
        return wanted

    def _resume(self, data: Json) -> None:
        session = self._core.sessions.find(str(data.get("session_id")))
        sequence = data.get("seq")
        if session is None or not isinstance(sequence, int):
            self._say(Op.INVALID_SESSION, False)
            return
        if sequence > session.sequence:
            raise _CloseError(Close.INVALID_SEQUENCE, f"{sequence} was never sent")
        missed = session.missed_since(sequence)
        if missed is None:
            self._say(Op.INVALID_SESSION, False)
            return
        self._session = session
        self._core.sessions.attach(session, self)
        for frame in missed:
            self.send(frame)
        self._core.sessions.tell_one(session, "RESUMED", {"_trace": ["sandbox"]})
        self._announce(session)


def _shard(data: Json) -> tuple[int, int]:
    shard = data.get("shard", [0, 1])
    if not (isinstance(shard, list) and len(shard) == 2 and all(isinstance(part, int) for part in shard)):
        raise _CloseError(Close.INVALID_SHARD, f"{shard!r} is not a shard")
    index, count = shard
    if not 0 <= index < count:
        raise _CloseError(Close.INVALID_SHARD, f"there is no shard {index} of {count}")
    return index, count
