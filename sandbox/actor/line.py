"""The line from a person to the sandbox: requests, and the feed of what they see."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import quote

import aiohttp
import orjson

from sandbox.actor.errors import BY_PROBLEM, ActorError, NotThere
from sandbox.actor.messages import Json, Message, read_message

# Seconds from what a bot did until a person does something. No human is so quick, and a bot needs its moment:
# discord.py knows the buttons of a message, and waits for what is said next, only once the response to its request
# has reached it.
_REFLEX = 0.05


@dataclass(frozen=True, slots=True)
class Seen:
    """A state of a message, and the number of the event that brought it."""

    message: Message
    sequence: int


# None: the line is cut.
States = asyncio.Queue[Seen | None]


class Line:
    """Keeps what was seen, so that waiting never misses what came before it."""

    def __init__(self, http: aiohttp.ClientSession, url: str, person: str) -> None:
        self._http = http
        self._base = f"{url}/sandbox"
        self._path = f"/people/{quote(person, safe='')}"
        self._listeners: set[States] = set()
        self._answers: dict[int, asyncio.Future[Json]] = {}
        self._ready_at = 0.0  # on the loop's clock
        self.seen: dict[int, Seen] = {}

    async def act(self, method: str, path: str, body: Json | None = None, **query: str) -> Any:
        """Something that this person does; see `ask`."""
        if method != "GET":
            await asyncio.sleep(self._ready_at - asyncio.get_running_loop().time())
        return await self.ask(method, self._path + path, body, **query)

    async def ask(self, method: str, path: str, body: Json | None = None, **query: str) -> Any:
        """Raises the ActorError that the sandbox names, ConnectionError if it is gone."""
        data = None if body is None else BytesIO(orjson.dumps(body))  # files make it large
        headers = {"Content-Type": "application/json"}
        url = self._base + path
        try:
            async with self._http.request(method, url, data=data, params=query, headers=headers) as response:
                answer = orjson.loads(await response.read())
                status = response.status
        except aiohttp.ClientError as error:
            raise ConnectionError(f"the sandbox at {self._base} does not answer: {error}") from error
        if status >= 400:
            raise BY_PROBLEM.get(answer.get("problem"), ActorError)(answer.get("sentence", str(answer)))
        return answer

    async def answer(self, interaction_id: int, timeout: float) -> Json:
        """How the bot answered an interaction. Raises TimeoutError."""
        future = self._future(interaction_id)
        try:
            async with asyncio.timeout(timeout):
                return await future
        finally:
            self._answers.pop(interaction_id, None)

    def _future(self, interaction_id: int) -> asyncio.Future[Json]:
        if interaction_id not in self._answers:
            self._answers[interaction_id] = asyncio.get_running_loop().create_future()
        return self._answers[interaction_id]

    @contextmanager
    def listen(self) -> Iterator[States]:
        """Every state that is seen from now on."""
        states: States = asyncio.Queue()
        self._listeners.add(states)
        try:
            yield states
        finally:
            self._listeners.discard(states)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Reads the feed as long as it lasts; what is there already has been read when this enters.

        Raises NotThere for an unknown person, ConnectionError without a sandbox.
        """
        socket = await self._connect()
        reader: asyncio.Task[None] | None = None
        try:
            self._take(orjson.loads(await socket.receive_str()))
            reader = asyncio.create_task(self._read(socket))
            yield
        finally:
            await socket.close()
            if reader is not None:
                reader.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await reader

    async def _connect(self) -> aiohttp.ClientWebSocketResponse:
        url = f"{self._base}{self._path}/feed"
        try:
            return await self._http.ws_connect(url, max_msg_size=0)
        except aiohttp.WSServerHandshakeError as error:
            raise NotThere(f"the sandbox knows nobody at {url}") from error
        except aiohttp.ClientError as error:
            raise ConnectionError(f"the sandbox at {self._base} does not answer: {error}") from error

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for item in socket:
            if item.type == aiohttp.WSMsgType.TEXT:
                self._take(orjson.loads(item.data))
        for states in self._listeners:
            states.put_nowait(None)
        for future in self._answers.values():
            if not future.done():
                future.set_exception(ConnectionError("the sandbox closed the line"))

    def _take(self, item: Json) -> None:
        if item["kind"] == "hello":
            for view in item["messages"]:
                self._see(Seen(read_message(view), item["sequence"]))
        elif item["kind"] == "message":
            self._see(Seen(read_message(item["message"]), item["sequence"]))
        elif item["kind"] == "answer":
            future = self._future(int(item["interaction"]))
            if not future.done():
                future.set_result(item)

    def _see(self, seen: Seen) -> None:
        if seen.message.bot:
            self._ready_at = asyncio.get_running_loop().time() + _REFLEX
        self.seen[seen.message.id] = seen
        for states in self._listeners:
            states.put_nowait(seen)
