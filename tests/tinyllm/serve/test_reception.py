"""Who may ask the model server, and what it says to requests that are none."""

from __future__ import annotations

import asyncio
import gzip
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.tinyllm.serve.serving import Served, in_one_loop, serving

pytestmark = in_one_loop

PATIENCE = 20
SHOW = b'{"model": "tiny-a"}'


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(cast: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with serving(tmp_path_factory.mktemp("home"), cast) as running:
        yield running


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def unmoved(served: Served, caplog: pytest.LogCaptureFixture) -> AsyncIterator[None]:
    """After each test nothing has gone wrong that it tells in its log, and it answers as ever."""
    yield
    assert [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.ERROR] == []
    assert (await served.http.get("/api/version")).status_code == 200


async def raw(served: Served, *lines: bytes, body: bytes = b"") -> bytes:
    """Everything that comes back, as it is sent."""
    reader, writer = await asyncio.open_connection("127.0.0.1", int(served.url.rpartition(":")[2]))
    async with asyncio.timeout(PATIENCE):
        writer.write(b"".join(line + b"\r\n" for line in (*lines, b"Connection: close", b"")) + body)
        got = await reader.read()
        writer.close()
        await writer.wait_closed()
    return got


def status(got: bytes) -> int:
    return int(got.split(b" ", 2)[1])


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        *[(host, 200) for host in ("localhost", "LOCALHOST:1", "127.0.0.1:11434", "127.5.5.5", "[::1]:9", "0.0.0.0:9")],
        *[(host, 200) for host in ("box.localhost", "[::]")],
        *[(host, 403) for host in ("evil.example", "evil.example:11434", "localhost.evil.example", "10.0.0.1")],
        *[(host, 403) for host in ("127.0.0.1.evil.example", "127.0.0.1@evil.example", "", "[", "]", "[::1", "ünï")],
    ],
)
async def test_a_name_of_somebody_elses_is_not_for_us(served: Served, host: str, expected: int) -> None:
    got = await raw(served, b"GET /api/version HTTP/1.1", f"Host: {host}".encode())
    assert status(got) == expected


@pytest.mark.parametrize(
    ("origin", "expected"),
    [
        *[(origin, 200) for origin in ("http://localhost:3000", "http://127.0.0.1", "https://[::1]:8080")],
        *[(origin, 403) for origin in ("https://evil.example", "http://localhost@evil.example", "null", "", "file://")],
        *[(origin, 403) for origin in ("http://[", "http://localhost.evil.example")],
    ],
)
async def test_pages_of_other_origins_are_refused(served: Served, origin: str, expected: int) -> None:
    got = await raw(served, b"GET /api/version HTTP/1.1", b"Host: localhost", f"Origin: {origin}".encode())
    assert status(got) == expected
    assert (b"other origins are refused" in got) == (expected == 403)


async def test_one_of_two_origins_is_enough_to_be_refused(served: Served) -> None:
    origins = (b"Origin: http://localhost", b"Origin: https://evil.example")
    assert status(await raw(served, b"GET / HTTP/1.1", b"Host: localhost", *origins)) == 403


@pytest.mark.parametrize(
    ("method", "path", "expected", "allow"),
    [
        ("HEAD", "/", 200, None),
        ("HEAD", "/api/tags", 200, None),
        ("HEAD", "/api/chat", 405, b"POST"),
        ("GET", "/api/generate", 405, b"POST"),
        ("PUT", "/api/chat", 405, b"POST"),
        ("OPTIONS", "/api/chat", 405, b"POST"),
        ("POST", "/api/tags", 405, b"GET, HEAD"),
        ("POST", "/api/delete", 405, b"DELETE"),
        ("GET", "/v1/chat/completions", 405, b"POST"),
        ("GET", "/api/version/", 404, None),
        ("GET", "//api/version", 404, None),
        ("GET", "/api/../api/version", 404, None),
        ("GET", "/%ff%00", 404, None),
        ("GET", "/v1/models/nope", 404, None),
        ("GET", "/v1/models/%ff", 400, None),
    ],
)
async def test_methods_and_paths_have_the_usual_status(
    served: Served, method: str, path: str, expected: int, allow: bytes | None
) -> None:
    got = await raw(served, f"{method} {path} HTTP/1.1".encode(), b"Host: localhost")
    head, _, body = got.partition(b"\r\n\r\n")
    assert status(got) == expected
    assert allow is None or b"\r\nAllow: " + allow in head
    assert method != "HEAD" or body == b""


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param([b"rubbish"], id="no request"),
        pytest.param([b"\x16\x03\x01\x00\xff" + bytes(50)], id="TLS"),
        pytest.param([b"GET / HTTP/9.9", b"Host: localhost"], id="another version"),
        pytest.param([b"GET / HTTP/1.1"], id="no host"),
        pytest.param([b"GET /" + b"a" * 20_000 + b" HTTP/1.1", b"Host: localhost"], id="a long path"),
        pytest.param([b"GET / HTTP/1.1", b"Host: localhost", b"X: " + b"a" * 20_000], id="a long header"),
        pytest.param([b"POST /api/show HTTP/1.1", b"Host: localhost", b"Content-Length: -5"], id="a negative length"),
    ],
)
async def test_what_is_no_http_is_refused(served: Served, lines: list[bytes]) -> None:
    assert status(await raw(served, *lines)) == 400


@pytest.mark.parametrize(
    ("header", "body", "expected"),
    [
        pytest.param(b"Transfer-Encoding: chunked", b"13\r\n" + SHOW + b"\r\n0\r\n\r\n", 200, id="chunks"),
        pytest.param(b"Transfer-Encoding: chunked", b"zz\r\n", 400, id="bad chunks"),
        pytest.param(b"Content-Encoding: gzip", gzip.compress(SHOW), 200, id="zipped"),
        pytest.param(b"Content-Encoding: gzip", SHOW, 400, id="not zipped"),
        pytest.param(b"Content-Encoding: gzip", gzip.compress(bytes(65 * 2**20)), 413, id="a bomb"),
        pytest.param(b"Content-Type: text/html; charset=nonsense", SHOW, 200, id="another type"),
        pytest.param(b"Expect: nonsense", SHOW, 417, id="expecting nonsense"),
    ],
)
async def test_bodies_are_read_however_they_come(served: Served, header: bytes, body: bytes, expected: int) -> None:
    length = [] if header.startswith(b"Transfer") else [b"Content-Length: %d" % len(body)]
    got = await raw(served, b"POST /api/show HTTP/1.1", b"Host: localhost", header, *length, body=body)
    assert status(got) == expected


async def test_a_client_that_leaves_in_the_middle_of_its_question_is_forgotten(served: Served) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", int(served.url.rpartition(":")[2]))
    writer.write(b"POST /api/chat HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n{")
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert await reader.read() == b""
