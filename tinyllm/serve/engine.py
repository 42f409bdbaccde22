"""One llama.cpp process, as the server sees it: started, asked, watched and ended."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import secrets
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import aiohttp
import orjson

from tinyllm.serve.refusals import BROKE_OFF, EngineRefusalError
from tinyllm.serve.telling import ASKS, AT_ONCE, END, UNREAD
from tinyllm.serve.voices import OllamaVoice, OpenAIVoice, told_of

log = logging.getLogger(__name__)

END_PATIENCE = 3.0
"""Seconds that the process gets to end by itself."""
GONE_PATIENCE = 1.0
"""Seconds between a broken connection and the news that the process has ended."""
PATIENT = {"GOMP_SPINCOUNT": "1000"}
"""How often a thread of the engine looks for the others before it sleeps. Spinning for as long as they would else, they
take the processors from everybody, and so from themselves: where others want them too, answers become 30 times slower.
With this they are as quick as ever on a quiet machine, and bearable on a busy one."""
HERE_PATIENCE = 10.0
"""Seconds until a process that cannot begin an answer, for want of files or threads, is not waited for any longer."""
PROGRAM = "tinyllm.serve.engine_process"
_ROOT = str(Path(__file__).parents[2])
LONGEST_LINE = 2000
"""Characters of the engine's log: it repeats what clients send."""
LOG_LINES = 40
"""Lines of the engine's log that are kept for a sentence about why it failed."""
_REASONS = (
    re.compile(r"error loading model: (?!.*failed to load model from)(?:.*?: )?(.+)"),
    re.compile(r"gguf_init_from_\w+: (.+)"),
    re.compile(r"common_chat_templates_init: error: (.+)"),
    re.compile(r"(GGML_ASSERT.*|failed to allocate.*)"),
    re.compile(r" E .*?: (.+)"),
)
"""What tells in llama.cpp's log why it failed, the most telling first."""


@dataclass(frozen=True, slots=True)
class Load:
    """A file to be loaded, and how."""

    path: Path
    context: int
    """Tokens that each slot has."""
    slots: int
    """Answers that are made side by side."""
    embedding: bool
    memory: int
    """Bytes that it is going to take, estimated."""
    modified_at: float = 0.0
    """When the file was written; seconds since the epoch."""


class EngineError(Exception):
    """The engine did not come up, or broke off; the text says why."""


class UnreadError(Exception):
    """The client to whom the engine tells an answer itself does not read it."""


@dataclass(frozen=True, slots=True)
class Client:
    """Whoever an answer is for, so that the engine can tell the rest of it by itself."""

    fileno: int
    """Of its socket, to which nobody else writes meanwhile."""
    voice: OllamaVoice | OpenAIVoice
    chunked: bool
    """Whether HTTP has it in chunks."""
    patience: float
    """Seconds for which it may read nothing."""


class Engine:
    """A running process with its model loaded."""

    def __init__(
        self,
        process: Process,
        line: socket.socket,
        address: str,
        key: str,
        written: deque[str],
        reader: asyncio.Task[None],
    ) -> None:
        """`line` is the other end of its stdin: it lives until that is closed."""
        self.address = address
        """Where its own HTTP server listens."""
        self._process = process
        self._line = line
        self._http = _session(address, key)
        self._written = written
        self._reader = reader
        self._in_flight = set[socket.socket]()
        self._ending = False
        reader.add_done_callback(lambda _: self._lost())
        self.context = 0
        """Tokens that each slot really has."""

    @classmethod
    async def start(cls, load: Load) -> Self:
        """Start a process and load the model there; cancelled, it is gone. Raises EngineError."""
        key = secrets.token_urlsafe(24)
        with contextlib.ExitStack() as undo:
            line, stdin = socket.socketpair()
            undo.callback(line.close)
            with stdin:
                process = await asyncio.create_subprocess_exec(
                    sys.executable,
                    "-P",  # a folder in which somebody starts us may have modules of these names
                    *("-c", _starting(PROGRAM)),
                    stdin=stdin.fileno(),
                    stdout=PIPE,
                    stderr=PIPE,
                    start_new_session=True,  # Ctrl-C in the terminal is for whoever started us
                    env={**PATIENT, **os.environ},
                )
            written = deque[str](maxlen=LOG_LINES)
            reader = asyncio.create_task(_read_log(process, written))
            orders = {"path": str(load.path), "context": load.context, "slots": load.slots, "embedding": load.embedding}
            try:
                with contextlib.suppress(ConnectionError):  # it died at once, which its missing answer tells
                    line.sendall(orjson.dumps({**orders, "key": key}) + b"\n")
                line.setblocking(False)
                address = await _address(process, reader, written)
                engine = cls(process, line, address, key, written, reader)
            except BaseException:
                if process.returncode is None:
                    process.kill()
                await asyncio.shield(process.wait())
                await reader
                raise
            undo.pop_all()
        try:
            slots = await engine.ask("GET", "/slots")
            engine.context = int(slots[0]["n_ctx"])
        except BaseException:
            await asyncio.shield(engine.stop())
            raise
        return engine

    @property
    def alive(self) -> bool:
        return self._process.returncode is None and not self._ending

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    async def is_gone(self) -> bool:
        """Whether a connection broke because the process has ended, which is known a moment later."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GONE_PATIENCE):
                await self._process.wait()
        return not self.alive

    async def ended(self) -> str | None:
        """Waits for the end of the process; says how it came, None where `stop` was the reason."""
        status = await self._process.wait()
        await self._reader
        return None if self._ending else _how(status, self._written)

    async def stop(self) -> None:
        """End the process, and take its memory back; running answers break off."""
        self._ending = True
        self._line.close()
        try:
            async with asyncio.timeout(END_PATIENCE):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        finally:
            await self._http.close()

    async def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """A short question, and its answer's JSON. Raises RefusalError, EngineError."""
        self._check()
        try:
            async with self._http.request(method, path, data=_encoded(body)) as response:
                content = await response.read()
        except aiohttp.ClientError as exc:
            raise EngineError(BROKE_OFF) from exc
        if response.status >= 400:
            raise EngineRefusalError(response.status, content.decode(errors="replace"))
        return orjson.loads(content)

    async def stream(
        self, path: str, body: Mapping[str, Any], client: Callable[[], Client | None] | None = None
    ) -> AsyncGenerator[list[dict[str, Any]], None]:
        """The objects of a streamed answer, those together that came together; closing it stops the engine's work.

        Where there is a `client`, it is looked for after the first words; from then on the engine tells it the words,
        and only what is left comes here. Raises RefusalError, EngineError, UnreadError.
        """
        self._check()
        question = {"path": path, "body": {**body, "stream": True}, "may_ask": client is not None}
        try:
            async with self._teller() as (line, reader, writer):
                writer.write(orjson.dumps(question) + b"\n")
                async with aclosing(_events(reader)) as groups:
                    async for events in groups:
                        if isinstance(events, list):
                            yield events
                        else:
                            _introduce(line, client() if client else None)
        except OSError as exc:
            raise EngineError(BROKE_OFF) from exc

    @asynccontextmanager
    async def _teller(self) -> AsyncGenerator[tuple[socket.socket, asyncio.StreamReader, asyncio.StreamWriter], None]:
        """A socket for one answer, whose other end the engine's process has. Raises OSError, EngineError."""
        ours, theirs = socket.socketpair()
        self._in_flight.add(theirs)  # macOS would lose it if we closed it before it has arrived
        try:
            reader, writer = await asyncio.open_connection(sock=ours)
            try:
                socket.send_fds(self._line, [b"?"], [theirs.fileno()])
                async with asyncio.timeout(HERE_PATIENCE):
                    if not await reader.readline():  # HERE
                        raise EngineError(BROKE_OFF)
                theirs.close()
                yield ours, reader, writer
            finally:
                writer.transport.abort()
        finally:
            ours.close()
            theirs.close()
            self._in_flight.discard(theirs)

    def _lost(self) -> None:
        """The process has ended: whoever waits for an answer from there learns it when nobody holds the other end."""
        for theirs in self._in_flight:
            theirs.close()

    async def tokens(self) -> int:
        """How often it has worked on tokens so far; stands still where it does nothing. Raises EngineError."""
        self._check()
        try:
            async with self._http.get("/metrics") as response:
                text = await response.text()
        except aiohttp.ClientError as exc:
            raise EngineError(BROKE_OFF) from exc
        found = re.search(r"^llamacpp:n_decode_total (\d+)", text, re.MULTILINE)
        return int(found[1]) if found else 0

    def _check(self) -> None:
        """Raises EngineError where it was ended."""
        if self._http.closed:
            raise EngineError(BROKE_OFF)


async def _events(reader: asyncio.StreamReader) -> AsyncGenerator[list[dict[str, Any]] | str, None]:
    """What the engine's process tells. Raises EngineError where it ends before its end, RefusalError, UnreadError."""
    waiting = b""
    while chunk := await reader.read(AT_ONCE):
        *lines, waiting = (waiting + chunk).split(b"\n")
        told = [orjson.loads(line) for line in lines]
        if events := [each for each in told if isinstance(each, dict) and "error" not in each]:
            yield events
        for each in told:
            if each == ASKS:
                yield each
            elif each == END:
                return
            elif each == UNREAD:
                raise UnreadError
            elif "error" in each:
                raise EngineRefusalError(int(each["error"]["code"]), orjson.dumps(each).decode())
    raise EngineError(BROKE_OFF)


def _introduce(line: socket.socket, client: Client | None) -> None:
    """Tell the engine's process who is to be told the rest, or that nobody is. Raises OSError."""
    if client is None:
        line.sendall(b"null\n")
        return
    order = {"voice": told_of(client.voice), "chunked": client.chunked, "patience": client.patience}
    socket.send_fds(line, [orjson.dumps(order) + b"\n"], [client.fileno])


def _starting(program: str) -> str:
    """Python that runs a program of this TinyLLM, also where another one is installed."""
    return (
        f"import runpy, sys; root = {_ROOT!r}; root in sys.path or sys.path.insert(0, root); "
        f"runpy.run_module({program!r}, run_name='__main__')"
    )


def _session(address: str, key: str) -> aiohttp.ClientSession:
    """Its server closes connections as it likes, and a new one on loopback costs nothing."""
    return aiohttp.ClientSession(
        address,
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
        connector=aiohttp.TCPConnector(force_close=True, limit=0),
        timeout=aiohttp.ClientTimeout(total=None),
    )


def _encoded(body: Mapping[str, Any] | None) -> bytes | None:
    return None if body is None else orjson.dumps(body)


async def _address(process: Process, reader: asyncio.Task[None], written: deque[str]) -> str:
    """Where the engine listens, once the model is loaded. Raises EngineError."""
    assert process.stdout is not None
    line = await process.stdout.readline()
    told = orjson.loads(line) if line.endswith(b"\n") else {}
    if "address" in told:
        return str(told["address"])
    status = await process.wait()
    await reader
    raise EngineError(_why(written) or told.get("error") or _how(status, written))


async def _read_log(process: Process, written: deque[str]) -> None:
    """The engine's log must not reach a terminal; whoever looks for trouble finds it in ours."""
    assert process.stderr is not None
    waiting = b""
    while chunk := await process.stderr.read(2**16):
        *lines, waiting = (waiting + chunk).split(b"\n")
        waiting = waiting[:LONGEST_LINE]
        for line in lines:
            text = line[:LONGEST_LINE].decode(errors="replace").rstrip()
            written.append(text)
            log.debug("engine %s: %s", process.pid, text)


def _why(written: Sequence[str]) -> str | None:
    """What the log says of a failure; of several lines that say as much, the first."""
    found = (reason.search(line) for reason in _REASONS for line in written)
    return next((match[1] for match in found if match), None)


def _how(status: int, written: deque[str]) -> str:
    """What the end of a process means."""
    ended = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
    why = _why([*reversed(written)])  # what it wrote last, since before that it only refused things
    return f"the engine {ended}" + (f": {why}" if why else "")
