"""A person's feed on a websocket, until one of the two sides ends it."""

import asyncio
import contextlib

import orjson
from aiohttp import WSMsgType, web

from sandbox.feeds import Feed
from sandbox.wire import Json


async def stream(request: web.Request, hello: Json, items: Feed) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(compress=False)
    await socket.prepare(request)
    writer = asyncio.create_task(_write(socket, hello, items))
    try:
        async for message in socket:  # people say nothing here; this ends when they leave
            if message.type == WSMsgType.ERROR:
                break
    finally:
        writer.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await writer
    return socket


async def _write(socket: web.WebSocketResponse, hello: Json, items: Feed) -> None:
    with contextlib.suppress(ConnectionError):  # the reader notices the same
        await socket.send_str(orjson.dumps(hello).decode())
        while (item := await items.get()) is not None:
            await socket.send_str(orjson.dumps(item).decode())
        await socket.close()
