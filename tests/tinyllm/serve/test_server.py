"""The server as a whole: where it listens, whom it hears, and how it ends."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import httpx
import orjson
import pytest

from tests.cast import write_cast
from tinyllm import __version__
from tinyllm.serve import server as server_module
from tinyllm.serve.server import ModelServer, machine_memory


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[ModelServer]:
    async with ModelServer(tmp_path, packages=False) as running:
        yield running


@pytest.fixture
async def http(server: ModelServer) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=server.url, trust_env=False, timeout=60) as client:
        yield client


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_it_says_what_it_is(http: httpx.AsyncClient) -> None:
    assert (await http.get("/")).text == "TinyLLM is running"
    assert (await http.head("/")).status_code == 200
    assert (await http.get("/api/version")).json() == {"version": f"0.33.0+tinyllm.{__version__}"}


async def test_it_listens_on_this_machine_alone_where_it_is_told(tmp_path: Path, unused_tcp_port: int) -> None:
    async with ModelServer(tmp_path, unused_tcp_port, packages=False) as server:
        assert server.url == f"http://127.0.0.1:{unused_tcp_port}"
        with pytest.raises(OSError, match="in use"):
            async with ModelServer(tmp_path, unused_tcp_port, packages=False):
                pass
        with socket.socket() as other, pytest.raises(ConnectionRefusedError):
            other.connect(("127.0.0.2", unused_tcp_port))

    with socket.socket() as free:
        free.bind(("127.0.0.1", unused_tcp_port))


@pytest.mark.parametrize(
    ("headers", "heard"),
    [
        ({}, True),
        ({"Host": "localhost:11434"}, True),
        ({"Host": "models.localhost"}, True),
        ({"Host": "[::1]:11434"}, True),
        ({"Host": "evil.example"}, False),
        ({"Host": "127.0.0.1.evil.example"}, False),
        ({"Host": "192.168.0.7:11434"}, False),
        ({"Host": "[evil"}, False),
        ({"Origin": "http://localhost:3000"}, True),
        ({"Origin": "https://evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://[evil"}, False),
    ],
)
async def test_pages_from_elsewhere_are_not_heard(
    http: httpx.AsyncClient, headers: Mapping[str, str], heard: bool
) -> None:
    answer = await http.get("/api/tags", headers=headers)
    refusal = {"error": "requests from web pages of other origins are refused"}

    assert (answer.status_code, answer.json()) == ((200, {"models": []}) if heard else (403, refusal))


async def test_what_is_too_long_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "LONGEST_BODY", 2**20)
    async with ModelServer(tmp_path, packages=False) as server, httpx.AsyncClient(trust_env=False) as http:
        answer = await http.post(f"{server.url}/api/chat", content=bytes(2**20 + 1))

    assert (answer.status_code, answer.json()) == (413, {"error": "the request is longer than 1 MiB"})


async def test_what_a_request_is_refused_with_is_in_the_words_of_its_dialect(http: httpx.AsyncClient) -> None:
    ollama = await http.post("/api/chat", json={"model": "no"})
    openai = await http.post("/v1/chat/completions", json={"model": "no", "messages": [{"role": "user"}]})

    assert (ollama.status_code, ollama.json()) == (404, {"error": "model 'no' not found"})
    assert openai.status_code == 404
    assert openai.json()["error"]["message"] == "model 'no' not found"


@pytest.mark.parametrize(
    ("method", "path", "status", "text"),
    [
        ("GET", "/api/chat", 405, "405 method not allowed"),
        ("DELETE", "/api/tags", 405, "405 method not allowed"),
        ("GET", "/api/nothing", 404, "404 page not found"),
        ("GET", "/favicon.ico", 404, "404 page not found"),
    ],
)
async def test_what_is_no_route_is_told_in_plain_text(
    http: httpx.AsyncClient, method: str, path: str, status: int, text: str
) -> None:
    answer = await http.request(method, path)

    assert (answer.status_code, answer.text, answer.headers["Content-Type"]) == (status, text, "text/plain")


async def test_with_the_server_its_engines_end_also_in_mid_answer(tmp_path: Path) -> None:
    write_cast(tmp_path, "slow", "tiny-a")
    async with asyncio.timeout(60), httpx.AsyncClient(trust_env=False, timeout=60) as http:
        async with ModelServer(tmp_path, packages=False) as server:
            await http.post(f"{server.url}/api/generate", json={"model": "tiny-a"})
            asking = http.stream("POST", f"{server.url}/api/generate", json={"model": "slow", "prompt": "Hi"})
            response = await asking.__aenter__()
            lines = response.aiter_lines()
            assert orjson.loads(await anext(lines))["done"] is False
            pids = [loaded.engine.pid for loaded in server.pool.loaded if loaded.engine]
        rest = [orjson.loads(line) async for line in lines]
        await asking.__aexit__(None, None, None)

    assert len(pids) == 2
    assert not any(map(runs, pids))
    assert rest[-1] == {"error": "an error was encountered while running the model: unexpected EOF"}


async def test_two_servers_may_have_the_same_folder(tmp_path: Path) -> None:
    write_cast(tmp_path, "tiny-a")
    async with (
        ModelServer(tmp_path, packages=False) as one,
        ModelServer(tmp_path, packages=False) as other,
        httpx.AsyncClient(trust_env=False, timeout=60) as http,
    ):
        body = {"model": "tiny-a", "prompt": "Hi", "stream": False, "options": {"temperature": 0}}
        answers = [await http.post(f"{server.url}/api/generate", json=body) for server in (one, other)]

    assert [answer.json()["response"] for answer in answers] == ["I am A."] * 2


def test_the_memory_of_the_machine_is_known() -> None:
    assert 2**28 < machine_memory() < 2**50
