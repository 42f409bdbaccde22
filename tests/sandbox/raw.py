"""Discord's API and gateway without a library between: for what discord.py would never send."""

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import orjson
import zstandard

from sandbox import Sandbox


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any
    content_type: str | None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def code(self) -> int:
        return self.body["code"]

    def found(self, *path: str | int) -> list[str]:
        """The codes of Discord's findings at one place of the body."""
        at = self.body["errors"]
        for step in path:
            at = at[str(step)]
        return [error["code"] for error in at["_errors"]]


class Api:
    """REST calls with the bot's token."""

    def __init__(self, sandbox: Sandbox, http: aiohttp.ClientSession) -> None:
        self.sandbox = sandbox
        self.http = http
        self.token = sandbox.token

    async def __call__(
        self, method: str, path: str, body: Any = None, *, locale: str | None = None, **options: Any
    ) -> Answer:
        headers = {"Authorization": f"Bot {self.token}"}
        if locale is not None:
            headers["X-Discord-Locale"] = locale
        if body is not None:
            options["data"] = orjson.dumps(body)
            headers["Content-Type"] = "application/json"
        url = f"{self.sandbox.api}/v10{path}"
        async with self.http.request(method, url, headers=headers, **options) as response:
            raw = await response.read()
            kind = response.headers.get("Content-Type")
            body = orjson.loads(raw) if kind == "application/json" else raw.decode() or None
            return Answer(response.status, body, kind, response.headers)

    async def guild_id(self) -> str:
        return (await self("GET", "/users/@me/guilds")).body[0]["id"]

    async def channel(self, name: str = "general") -> str:
        """The path of a channel."""
        channels = (await self("GET", f"/guilds/{await self.guild_id()}/channels")).body
        return next(f"/channels/{channel['id']}" for channel in channels if channel["name"] == name)

    async def application(self) -> str:
        return f"/applications/{(await self('GET', '/applications/@me')).body['id']}"


class Gateway:
    """One connection, event by event."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, unpack: Callable[[bytes], bytes]) -> None:
        self.socket = socket
        self._unpack = unpack
        self.packed = 0  # how many binary frames have come

    async def next(self) -> dict[str, Any]:
        """The next payload. A close of the socket is returned as `{"closed": code}`."""
        message = await self.socket.receive(timeout=5)
        if message.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING):
            return {"closed": self.socket.close_code}
        if message.type == aiohttp.WSMsgType.BINARY:
            self.packed += 1
            return orjson.loads(self._unpack(message.data))
        assert message.type == aiohttp.WSMsgType.TEXT, message
        return orjson.loads(message.data)

    async def until(self, name: str) -> dict[str, Any]:
        """The next event of this name; others are passed over."""
        while True:
            payload = await self.next()
            assert "closed" not in payload, payload
            if payload["t"] == name:
                return payload

    async def until_closed(self) -> int:
        while "closed" not in (payload := await self.next()):
            pass
        return payload["closed"]

    async def quiet(self) -> bool:
        """Whether nothing has been sent that was not yet looked at."""
        await self.say(1)
        return await self.next() == {"op": 11, "d": None, "s": None, "t": None}

    async def say(self, op: int, data: Any = None) -> None:
        await self.socket.send_str(orjson.dumps({"op": op, "d": data}).decode())

    async def identify(self, token: str, intents: int = 513, **more: Any) -> None:
        await self.say(2, {"token": token, "intents": intents, "properties": {}, **more})

    async def ready(self, token: str, intents: int = 0, **more: Any) -> dict[str, Any]:
        """Identifies; the data of READY."""
        await self.identify(token, intents, **more)
        return (await self.until("READY"))["d"]

    async def resume(self, token: str, session: str, sequence: Any) -> None:
        await self.say(6, {"token": token, "session_id": session, "seq": sequence})


@asynccontextmanager
async def connecting(sandbox: Sandbox, query: str = "v=10&encoding=json") -> AsyncIterator[Gateway]:
    """A connection of which nothing has been read yet."""
    if "zlib-stream" in query:
        unpack = zlib.decompressobj().decompress
    elif "zstd-stream" in query:
        unpack = zstandard.ZstdDecompressor().decompressobj().decompress
    else:
        unpack = zlib.decompress
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(f"{sandbox.gateway}?{query}", max_msg_size=0) as socket,
    ):
        yield Gateway(socket, unpack)


@asynccontextmanager
async def gateway(sandbox: Sandbox, query: str = "v=10&encoding=json") -> AsyncIterator[Gateway]:
    """A connection that has been greeted with hello."""
    async with connecting(sandbox, query) as line:
        assert (await line.next())["op"] == 10
        yield line


@asynccontextmanager
async def calling(sandbox: Sandbox) -> AsyncIterator[Api]:
    async with aiohttp.ClientSession() as http:
        yield Api(sandbox, http)


async def soon(awaitable: Any) -> Any:
    """What must happen at once, within a bound for a slow machine."""
    async with asyncio.timeout(5):
        return await awaitable
