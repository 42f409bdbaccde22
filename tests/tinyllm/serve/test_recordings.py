"""The server answers the requests that were recorded with a real Ollama as that did, by real inference."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.cast import CAST, RECORDED, write_cast
from tests.recordings.ollama.recording import VERSIONS, Answer, Recording, lines, recording, recordings, shape
from tests.stack import ROOT
from tests.tinyllm.serve.differing import DIFFERENCES, expected
from tests.tinyllm.serve.serving import Served, in_one_loop, known, serving

pytestmark = in_one_loop

# Recordings that were made after another one of the same state.
AFTER = {"ps": "generate-load", "ps-after": "chat-num-ctx-beyond", "delete": "copy", "chat-stream": "generate-load"}
OF_THE_WHOLE_PROGRAM = {"chat-server-killed", "chat-stale-connection"}
EVERY = [
    pytest.param(one, id=f"{one.version}-{one.name}")
    for version in VERSIONS
    for one in recordings(version)
    if one.name not in OF_THE_WHOLE_PROGRAM
]
PATIENCE = 20
"""Seconds, after which a test that waits for the whole program fails."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    """With the models of the recorded server: one answer at a time, and a short line."""
    folder = tmp_path_factory.mktemp("recorded")
    write_cast(folder, *RECORDED)
    (folder / "tiny-tools.gguf").rename(folder / "tools.gguf")
    CAST["tiny-b"](folder / "big.gguf")
    catalogue = [
        known(folder / "hello.gguf", "hello:latest", stop=["<|im_end|>"]),
        known(folder / "big.gguf", "127.0.0.1:5001/library/big:latest"),
    ]
    home = tmp_path_factory.mktemp("home")
    async with serving(home, folder, slots=1, queue=1, catalogue=catalogue) as running:
        derived = {"system": "You are a tool.", "license": "MIT", "parameters": {"num_predict": 30, "num_ctx": 2048}}
        made = await running.ask("/api/create", {"model": "tiny-tools", "from": "tools", **derived})
        assert made.status_code == 200
        yield running


async def replay_busy(served: Served, recorded: Recording) -> Answer:
    """One request is answered, one waits in line, and the third is too many."""
    endless = {"model": "endless", "messages": [{"role": "user", "content": "Hi"}], "options": {"temperature": 0}}
    async with served.http.stream("POST", "/api/chat", json=endless) as answered:
        said = answered.aiter_lines()
        await anext(said)
        others = [asyncio.create_task(recorded.replay(served.url)) for _ in range(2)]
        (refused,), (waiting,) = await asyncio.wait(others, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        await said.aclose()
    return await refused


async def replay_killed(served: Served, recorded: Recording) -> Answer:
    """The engine's process is killed when it has said something."""
    read = ""
    async with served.http.stream("POST", recorded.request["path"], json=recorded.request["json"]) as response:
        async for text in response.aiter_text():
            if not read:
                os.kill(served.engine("endless").pid, signal.SIGKILL)
            read += text
    return Answer(response.status_code, response.headers["content-type"], read)


async def replay_after_killing(served: Served, recorded: Recording) -> Answer:
    """The engine's process is killed, and the next request comes at once."""
    assert (await served.chat("hello")).status_code == 200
    os.kill(served.engine("hello").pid, signal.SIGKILL)
    return await recorded.replay(served.url)


IN_A_STATE: dict[str, Callable[[Served, Recording], Awaitable[Answer]]] = {
    "chat-busy": replay_busy,
    "chat-runner-killed": replay_killed,
    "chat-after-runner-killed": replay_after_killing,
}


async def replayed(served: Served, recorded: Recording) -> Answer:
    if recorded.name in AFTER:
        await recording(recorded.version, AFTER[recorded.name]).replay(served.url)
    if recorded.name in IN_A_STATE:
        return await IN_A_STATE[recorded.name](served, recorded)
    return await recorded.replay(served.url)


@pytest.mark.parametrize("recorded", EVERY)
async def test_a_recorded_request_gets_the_recorded_answer(served: Served, recorded: Recording) -> None:
    """Status, content type, keys, kinds of values, texts that decide something, and every word that a model says."""
    wanted = expected(recorded)
    got = await replayed(served, recorded)
    got = replace(got, text=got.text.replace(str(served.server.library.own), "HOME"))
    assert (got.status, got.content_type) == (wanted.status, wanted.content_type)
    if "text/plain" in (wanted.content_type or ""):
        assert got.text == wanted.text
        return
    common = {"hello:latest"} if recorded.request["path"] == "/api/ps" else listed(wanted)
    told, recorded_one = comparable(lines(got), common), comparable(lines(wanted), common)
    assert shapes(told) == shapes(recorded_one)
    if recorded.name != "chat-runner-killed":  # how much it had said is chance
        assert words(told) == words(recorded_one)


def listed(answer: Answer) -> set[str]:
    return {model["name"] for value in lines(answer) for model in value.get("models", ())}


def comparable(values: list[Any], common: set[str]) -> list[Any]:
    """Lists of models only with those that both servers have."""
    return [
        {**value, "models": [one for one in value["models"] if one["name"] in common]} if "models" in value else value
        for value in values
    ]


def shapes(values: list[Any]) -> tuple[Any, Any]:
    """The kinds of lines before the last one, and the last."""
    return frozenset(shape(value) for value in values[:-1]), [shape(value) for value in values[-1:]]


def words(values: list[Any]) -> list[Any]:
    """What a model has said, and how much it has read and written."""
    said = [part for value in values for part in _parts(value)]
    counts = [value.get(key) for value in values[-2:] for key in ("prompt_eval_count", "eval_count", "usage")]
    calls = [call["function"] for part in said for call in part.get("tool_calls") or ()]
    texts = ["".join(part.get(key) or "" for part in said) for key in ("content", "response", "thinking", "reasoning")]
    return [*texts, calls, counts, len(said)]


def _parts(value: Any) -> Iterable[Any]:
    for choice in value.get("choices", ()):
        yield choice.get("delta") or choice.get("message") or {}
    if "message" in value:
        yield value["message"]
    elif "response" in value:
        yield value


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", ["hello", "think", "tool", "embed", "tiny-tools"])
async def test_what_is_shown_of_a_model_is_what_was_recorded(served: Served, version: str, name: str) -> None:
    recorded = recording(version, f"show-{name}")
    (wanted,), (got,) = lines(expected(recorded)), lines(await recorded.replay(served.url))
    told_by_people = ["parameters", "system", "license"]
    assert [set(str(got.get(key)).splitlines()) for key in told_by_people] == [
        set(str(wanted.get(key)).splitlines()) for key in told_by_people
    ]
    if name == "tiny-tools":  # its file is another one
        return
    numbers = {key for key, value in wanted["model_info"].items() if isinstance(value, int | float)}
    assert {key: got["model_info"].get(key) for key in numbers} == {key: wanted["model_info"][key] for key in numbers}
    assert got["capabilities"] == wanted["capabilities"]
    assert got["details"]["parameter_size"] == wanted["details"]["parameter_size"]


async def test_what_is_listed_of_models_is_what_was_recorded(served: Served) -> None:
    recorded = recording("0.33", "tags")
    told = [
        {
            model["name"]: (model["capabilities"], {**model["details"], "parent_model": None})
            for model in lines(answer)[0]["models"]
            if "tiny" not in model["name"]
        }
        for answer in (expected(recorded), await recorded.replay(served.url))
    ]
    del told[1]["tools:latest"], told[1]["127.0.0.1:5001/library/big:latest"]
    assert told[0] == told[1]


async def test_a_conversation_that_is_too_long_keeps_its_system_message_and_its_newest_turns(served: Served) -> None:
    """By the size of the prompt that is left; a mark is one token, and so is each character."""
    recorded = recording("0.33", "chat-overflow")
    system, *turns = recorded.request["json"]["messages"]
    newest = (await served.ask("/api/chat", {**recorded.request["json"], "messages": turns[-4:]})).json()
    kept = lines(await recorded.replay(served.url))[0]
    marks = 2
    assert kept["prompt_eval_count"] - newest["prompt_eval_count"] == marks + len(f"system\n{system['content']}\n")


@pytest.mark.parametrize("name", ["get-chat", "no-route"])
async def test_a_wrong_method_is_told_the_right_one(served: Served, name: str) -> None:
    recorded = recording("0.33", name)
    got = await served.http.request(recorded.request["method"], recorded.request["path"])
    assert got.headers.get("allow") == {"get-chat": "POST"}.get(name)


@pytest.mark.parametrize("name", ["chat-stream", "generate-stream", "v1-chat-stream", "pull-missing"])
async def test_streams_come_in_chunks_and_whole_answers_with_their_length(served: Served, name: str) -> None:
    request = recording("0.33", name).request
    for stream, told in ((True, "transfer-encoding"), (False, "content-length")):
        got = await served.ask(request["path"], {**request["json"], "stream": stream})
        assert {"transfer-encoding", "content-length"} & set(got.headers) == {told}


@pytest.fixture
async def program(cast: Path, tmp_path: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, str, int]]:
    """`tinyllm serve` in a process of its own, with where it listens."""
    environment = {"PYTHONPATH": str(ROOT), "TINYLLM_HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tinyllm", "serve", str(cast), "--port", "0"),
        env=environment,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE):
            listening = (await process.stdout.readline()).decode()
        host, _, port = listening.partition("http://")[2].partition(",")[0].rpartition(":")
        yield process, host, int(port)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        process._transport.close()  # type: ignore[attr-defined]


async def test_a_program_that_is_killed_ends_its_answers_and_connections_as_recorded(
    program: tuple[asyncio.subprocess.Process, str, int],
) -> None:
    process, host, port = program
    cut, stale = recording("0.24", "chat-server-killed"), recording("0.24", "chat-stale-connection")
    reader, writer = await asyncio.open_connection(host, port)
    async with asyncio.timeout(PATIENCE):
        writer.write(b"GET /api/version HTTP/1.1\r\nHost: localhost\r\n\r\n")
        await reader.readuntil(b"}")
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            await _killed_in_mid_answer(process, f"http://{host}:{port}", cut)
        writer.write(b"POST /api/chat HTTP/1.1\r\nHost: localhost\r\n\r\n")
        with suppress(ConnectionResetError):
            assert await reader.read() == b""
    writer.close()
    assert cut.broken
    assert stale.broken
    assert stale.answer.text == ""


async def _killed_in_mid_answer(process: asyncio.subprocess.Process, url: str, cut: Recording) -> None:
    async with (
        httpx.AsyncClient(verify=False) as client,
        client.stream("POST", url + cut.request["path"], json=cut.request["json"]) as response,
    ):
        assert (response.status_code, response.headers["content-type"]) == (200, cut.answer.content_type)
        async for said in response.aiter_lines():
            assert shape(json.loads(said)) == shape(lines(cut.answer)[0])
            if process.returncode is None:
                process.kill()


async def test_every_recording_is_replayed() -> None:
    names = {one.name for version in VERSIONS for one in recordings(version)}
    assert {*AFTER, *AFTER.values(), *IN_A_STATE, *OF_THE_WHOLE_PROGRAM} <= names
    told = {f"{version}-{one.name}" for version in VERSIONS for one in recordings(version)} | names
    assert {name for difference in DIFFERENCES for name in difference.names} <= told
