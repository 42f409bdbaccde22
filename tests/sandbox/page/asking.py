"""Requests as the page makes them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import orjson

from sandbox import Sandbox
from sandbox.state import Channel


class Visitor:
    """Somebody's browser, without one."""

    def __init__(self, sandbox: Sandbox, http: aiohttp.ClientSession, person: str) -> None:
        self.sandbox = sandbox
        self.http = http
        self.person = person

    async def get(self, path: str, **options: Any) -> aiohttp.ClientResponse:
        response = await self.http.get(f"{self.sandbox.url}{path}", **options)
        await response.read()
        return response

    async def ask(self, path: str = "") -> Any:
        response = await self.get(f"/page/as/{self.person}{path}")
        return orjson.loads(await response.read())

    async def history(self, channel: str = "general", query: str = "") -> Any:
        found = channel_called(self.sandbox, channel)
        return await self.ask(f"/channels/{found.id}/messages?{query}")

    @asynccontextmanager
    async def feed(self) -> AsyncIterator["Feed"]:
        url = f"{self.sandbox.url}/page/as/{self.person}/feed"
        async with self.http.ws_connect(url, max_msg_size=0) as socket:
            feed = Feed(socket)
            assert (await feed.next())["kind"] == "hello"
            yield feed


class Feed:
    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    async def next(self) -> dict[str, Any]:
        return orjson.loads(await self._socket.receive_str(timeout=5))

    async def until(self, kind: str) -> dict[str, Any]:
        while (item := await self.next())["kind"] != kind:
            pass
        return item


@asynccontextmanager
async def visiting(sandbox: Sandbox, person: str) -> AsyncIterator[Visitor]:
    async with aiohttp.ClientSession() as http:
        yield Visitor(sandbox, http, person)


def channel_called(sandbox: Sandbox, name: str) -> Channel:
    return next(each for each in sandbox._core.store.channels.values() if each.name == name)
