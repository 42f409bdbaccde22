"""Answers that the engine's process writes to the client's connection itself, as they arrive there, byte for byte."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from aiohttp import web

from tests.tinyllm.serve.serving import SAYS_HELLO, Served, in_one_loop, serving
from tinyllm.serve import talk
from tinyllm.serve.engine import Client, Engine

pytestmark = in_one_loop

PATIENCE = 20


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(cast: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with serving(tmp_path_factory.mktemp("home"), cast) as running:
        yield running


def request(model: str, *, version: str = "1.1", **options: int) -> bytes:
    said = [{"role": "user", "content": "Hi"}]
    body = json.dumps({"model": model, "messages": said, "options": {"temperature": 0, **options}})
    head = f"POST /api/chat HTTP/{version}\r\nHost: localhost\r\nContent-Length: {len(body)}\r\n\r\n"
    return (head + body).encode()


def words(lines: bytes) -> str:
    return "".join(json.loads(line)["message"]["content"] for line in lines.splitlines())


async def chunks(reader: asyncio.StreamReader) -> bytes:
    """What a chunked answer says."""
    said = b""
    while size := int(await reader.readline(), 16):
        said += await reader.readexactly(size)
        assert await reader.readexactly(2) == b"\r\n"
    assert await reader.readline() == b"\r\n"
    return said


def address(served: Served) -> tuple[str | None, int | None]:
    parts = urlsplit(served.url)
    return parts.hostname, parts.port


@asynccontextmanager
async def connected(served: Served) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """For as long as a test may take."""
    async with asyncio.timeout(PATIENCE):
        reader, writer = await asyncio.open_connection(*address(served))
        try:
            yield reader, writer
        finally:
            writer.close()
            await writer.wait_closed()


async def test_a_connection_goes_on_after_an_answer(served: Served) -> None:
    async with connected(served) as (reader, writer):
        for _ in range(3):
            writer.write(request("hello"))
            head = await reader.readuntil(b"\r\n\r\n")
            assert b"Transfer-Encoding: chunked" in head
            assert words(await chunks(reader)) == SAYS_HELLO


async def test_questions_that_are_sent_together_are_answered_one_after_the_other(served: Served) -> None:
    async with connected(served) as (reader, writer):
        writer.write(request("hello") + request("tiny-a"))
        for said in (SAYS_HELLO, "I am A."):
            await reader.readuntil(b"\r\n\r\n")
            assert words(await chunks(reader)) == said


async def test_a_client_of_old_gets_no_chunks_and_the_end_of_the_connection(served: Served) -> None:
    """Proxies ask so if nobody tells them otherwise."""
    async with connected(served) as (reader, writer):
        writer.write(request("hello", version="1.0"))
        head = await reader.readuntil(b"\r\n\r\n")
        assert b"chunked" not in head
        assert words(await reader.read()) == SAYS_HELLO


async def test_the_server_does_not_see_the_words(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = 0
    stream = Engine.stream

    async def watched(*args: object) -> AsyncIterator[list[object]]:
        nonlocal seen
        async for events in stream(*args):  # type: ignore[arg-type]
            seen += len(events)
            yield events  # type: ignore[misc]

    monkeypatch.setattr(Engine, "stream", watched)
    told = (await served.chat("endless", stream=True, options={"temperature": 0, "num_predict": 300})).text

    assert told.count("\n") > 300
    assert seen < 10


async def test_an_engine_that_falls_silent_has_told_its_words_and_stops_when_its_client_leaves(served: Served) -> None:
    """Tokens without text give no event, so that nothing is written that could fail."""
    async with connected(served) as (reader, writer):
        writer.write(request("mute"))
        heard = b""
        while b'"!"' not in heard:
            heard += await reader.readline()
        engine = served.engine("mute")
        before = await engine.tokens()
        while await engine.tokens() == before:
            pass
        writer.close()
        while any(slot["is_processing"] for slot in await engine.ask("GET", "/slots")):
            pass
    assert heard.index(b"One") < heard.index(b" moment")


async def test_a_client_that_reads_nothing_is_left_and_its_place_is_free(
    served: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    usual = talk._client

    def with_little_room(request: web.Request, *args: Any) -> Client | None:
        assert request.transport is not None
        request.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        return usual(request, *args)

    monkeypatch.setattr(talk, "_client", with_little_room)
    monkeypatch.setattr(talk, "READ_PATIENCE", 0.2)
    caplog.set_level("INFO")
    loop = asyncio.get_running_loop()
    with socket.socket() as lazy:
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        lazy.setblocking(False)
        await loop.sock_connect(lazy, address(served))
        await loop.sock_sendall(lazy, request("endless", num_ctx=4096))
        async with asyncio.timeout(PATIENCE):
            while "a client has read nothing" not in caplog.text:  # noqa: ASYNC110  # nothing tells
                await asyncio.sleep(0.01)
    async with asyncio.timeout(PATIENCE):
        while any(one.users for one in served.server.pool.loaded):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert (await served.chat("tiny-a")).json()["message"]["content"] == "I am A."
