"""Bytes on the socket: JSON as Go writes it, and lines in whole, several at a time, or cut in the middle."""

import asyncio
import socket
import struct
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Never

import orjson
from aiohttp import web

from sandbox.models.refusals import JSON

# Go escapes what could be read as HTML.
_ESCAPES = ((b"<", b"\\u003c"), (b">", b"\\u003e"), (b"&", b"\\u0026"))
_FOR_EVER = 253402300799.0  # the end of 9999, the last that a date can say


def encoded(value: Mapping[str, Any]) -> bytes:
    data = orjson.dumps(value)
    for sign, escape in _ESCAPES:
        data = data.replace(sign, escape)
    return data


def stamp(at: float) -> str:
    """Seconds since the epoch as Go prints a time in UTC."""
    return datetime.fromtimestamp(min(at, _FOR_EVER), UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def json_reply(value: Mapping[str, Any], status: int = 200, content_type: str = JSON) -> web.Response:
    return web.Response(body=encoded(value), status=status, headers={"Content-Type": content_type})


class LineWriter:
    """Streams lines; the headers go with the first bytes, as they do from the real server."""

    def __init__(self, request: web.Request, content_type: str, lines_per_write: int, ragged: bool) -> None:
        self._request = request
        self.response = web.StreamResponse(headers={"Content-Type": content_type})
        self._lines_per_write = lines_per_write
        self._ragged = ragged
        self._waiting: list[bytes] = []
        self._tail = b""

    async def line(self, data: bytes) -> None:
        self._waiting.append(data)
        if len(self._waiting) >= self._lines_per_write:
            await self._write(keep_tail=self._ragged)

    async def flush(self) -> None:
        await self._write(keep_tail=False)

    async def end(self) -> None:
        await self.flush()
        await self._prepare()
        await self.response.write_eof()

    async def _write(self, keep_tail: bool) -> None:
        data = self._tail + b"".join(self._waiting)
        self._waiting.clear()
        cut = _awkward_cut(data) if keep_tail else len(data)
        self._tail = data[cut:]
        if cut:
            await self._prepare()
            await self.response.write(data[:cut])

    async def _prepare(self) -> None:
        if not self.response.prepared:
            self.response.enable_chunked_encoding()
            await self.response.prepare(self._request)


def _awkward_cut(data: bytes) -> int:
    """Within the last line, and within a character of several bytes if it has one."""
    start = data.rstrip(b"\n").rfind(b"\n") + 1
    wide = next((index for index in range(start, len(data)) if data[index] >= 0xC0), None)
    return (start + len(data)) // 2 if wide is None else wide + 1


async def hang_up(request: web.Request) -> Never:
    """Ends the connection without an end of the body; what was written still arrives."""
    if request.transport is not None:
        request.transport.close()
    await _until_cancelled()


async def reset(request: web.Request) -> Never:
    """Ends the connection with a TCP reset."""
    if request.transport is not None:
        sock: socket.socket = request.transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    await _until_cancelled()


async def _until_cancelled() -> Never:
    # A lost connection cancels its handler, so this waits one turn of the loop and never returns.
    while True:
        await asyncio.Event().wait()
