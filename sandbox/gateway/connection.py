"""One websocket of a bot: what it says is heard, and what it is told goes out in the agreed encoding."""

import asyncio
import contextlib
import logging

import orjson
from aiohttp import WSCloseCode, WSMsgType, web

from sandbox.core import CORE
from sandbox.gateway.codes import Close, CloseError, Op
from sandbox.gateway.compression import Compressor, compressed_payload, compressor
from sandbox.gateway.dialogue import Dialogue
from sandbox.gateway.gateway import Gateway
from sandbox.gateway.handshake import read_version
from sandbox.gateway.session import Session

_log = logging.getLogger(__name__)
# Seconds for a bot to answer a close.
_GOODBYE = 2.0


async def serve(request: web.Request) -> web.StreamResponse:
    """The route of the gateway."""
    gateway = request.app[CORE].gateway
    if gateway.refusing is not None:
        return web.Response(status=gateway.refusing)
    if request.query.get("encoding") == "etf":
        _log.error("the sandbox does not speak ETF, only JSON")
        return web.Response(status=501, text="The sandbox does not speak ETF, only JSON.")
    socket = web.WebSocketResponse(max_msg_size=0, compress=False, timeout=_GOODBYE)
    await socket.prepare(request)
    await Connection(gateway, request, socket).run()
    return socket


class Connection:
    """What is sent goes through a queue, so that telling an event never waits for a slow socket."""

    def __init__(self, gateway: Gateway, request: web.Request, socket: web.WebSocketResponse) -> None:
        self._gateway = gateway
        self._request = request
        self._socket = socket
        self._compress: Compressor | None = None
        self._outgoing: asyncio.Queue[bytes | int] = asyncio.Queue()
        self._writer: asyncio.Task[None] | None = None
        self._dialogue: Dialogue | None = None
        self._closing = False

    @property
    def session(self) -> Session | None:
        return None if self._dialogue is None else self._dialogue.session

    def deliver(self, frame: bytes) -> None:
        self._gateway.delivery.deliver(self._outgoing.put_nowait, frame)

    def say(self, op: Op, data: object = None) -> None:
        self._outgoing.put_nowait(orjson.dumps({"op": int(op), "d": data, "s": None, "t": None}))

    def close(self, code: int) -> None:
        """After everything that was sent before."""
        self._outgoing.put_nowait(code)

    def abort(self) -> None:
        """The bot sees its connection reset, without a close code; what was not yet sent is gone."""
        if self._writer is not None:
            self._writer.cancel()
        if self._request.transport is not None:
            self._request.transport.abort()

    def invalidate(self, *, resumable: bool) -> None:
        if self._dialogue is not None:
            self._dialogue.invalidate(resumable=resumable)

    async def run(self) -> None:
        self._writer = asyncio.create_task(self._write())
        self._gateway.connections.add(self)
        try:
            self._open()
            await self._read()
        except CloseError as closed:
            _log.warning("gateway closed with %d: %s", closed.code, closed)
            self.close(closed.code)
            await asyncio.wait({self._writer})
        finally:
            self._gateway.connections.discard(self)
            if not self._closing:  # a close that was begun has to be finished, or the bot waits for it
                self._writer.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._writer
            self._leave()

    def _open(self) -> None:
        """Says hello. Raises CloseError if the query asks for what Discord does not have."""
        query = self._request.query
        version = read_version(query)
        if query.get("encoding", "json") != "json":
            raise CloseError(Close.DECODE_ERROR, f"there is no encoding {query['encoding']!r}")
        if "compress" in query:
            self._compress = compressor(query["compress"])
            if self._compress is None:
                raise CloseError(Close.DECODE_ERROR, f"there is no compression {query['compress']!r}")
        self._dialogue = Dialogue(self._gateway, self, version)
        self._dialogue.begin()

    def _leave(self) -> None:
        if self._dialogue is not None:
            goodbye = self._socket.close_code in (WSCloseCode.OK, WSCloseCode.GOING_AWAY)
            self._dialogue.leave(for_good=goodbye and not self._closing)

    async def _read(self) -> None:
        assert self._dialogue is not None
        async for message in self._socket:
            if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                self._dialogue.hear(message.data)

    async def _write(self) -> None:
        with contextlib.suppress(ConnectionError):  # the reader notices the same and ends the connection
            while True:
                item = await self._outgoing.get()
                if isinstance(item, int):
                    self._closing = True
                    await self._socket.close(code=item)
                    return
                await self._send(item)

    async def _send(self, frame: bytes) -> None:
        if self._compress is not None:
            await self._socket.send_bytes(self._compress(frame))
            return
        packed = compressed_payload(frame) if self._dialogue is not None and self._dialogue.compress else None
        if packed is not None:
            await self._socket.send_bytes(packed)
        else:
            await self._socket.send_frame(frame, WSMsgType.TEXT)
