"""One real engine process: its life, its end, and what comes through to it."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.cast import write_cast
from tinyllm.serve import engine as engine_module
from tinyllm.serve.engine import Engine, EngineError, Load
from tinyllm.serve.refusals import RefusalError

CHAT = "/v1/chat/completions"
QUESTION = {"messages": [{"role": "user", "content": "Hi"}], "temperature": 0, "n_predict": 2000}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    write_cast(folder, "tiny-a", "slow")
    (folder / "torn.gguf").write_bytes((folder / "tiny-a.gguf").read_bytes()[:20_000])
    (folder / "text.gguf").write_text("This is no model.\n" * 100)
    return folder


def load(path: Path, *, slots: int = 2, context: int = 2048) -> Load:
    return Load(path, context, slots, embedding=False, memory=0)


@asynccontextmanager
async def running(path: Path, **how: int) -> AsyncIterator[Engine]:
    engine = await Engine.start(load(path, **how))
    try:
        yield engine
    finally:
        await engine.stop()


def exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def said(engine: Engine) -> str:
    async with aclosing(engine.stream(CHAT, QUESTION)) as groups:
        return "".join([words(event) async for events in groups for event in events])


def words(event: dict[str, Any]) -> str:
    """What an event of an answer adds to it."""
    return event["choices"][0]["delta"].get("content") or ""


async def test_a_model_is_loaded_in_a_process_of_its_own_and_answers(models: Path) -> None:
    async with running(models / "tiny-a.gguf") as engine:
        assert engine.alive
        assert engine.pid != os.getpid()
        assert await said(engine) == "I am A."
        assert await engine.tokens() > 0

    assert not engine.alive
    assert not exists(engine.pid)


async def test_each_slot_has_the_whole_context(models: Path) -> None:
    async with running(models / "tiny-a.gguf", slots=3, context=1024) as engine:
        assert engine.context == 1024
        assert len(await engine.ask("GET", "/slots")) == 3


@pytest.mark.parametrize("name", ["torn.gguf", "text.gguf", "gone.gguf"])
async def test_a_file_that_is_no_model_is_an_error_with_a_reason(models: Path, name: str) -> None:
    with pytest.raises(EngineError, match=r"corrupted or incomplete|failed to read magic|invalid magic|No such file"):
        await Engine.start(load(models / name))


async def test_a_start_that_is_cancelled_leaves_no_process(models: Path) -> None:
    before = children()
    start = asyncio.create_task(Engine.start(load(models / "slow.gguf")))
    async with asyncio.timeout(10):
        while not (new := children() - before):  # noqa: ASYNC110  # the system sends no event for it
            await asyncio.sleep(0)
    start.cancel()
    with pytest.raises(asyncio.CancelledError):
        await start

    assert not any(map(exists, new))


async def test_whoever_closes_an_answer_stops_the_engine(models: Path) -> None:
    async with running(models / "slow.gguf") as engine:
        async with aclosing(engine.stream(CHAT, QUESTION)) as groups:
            async for events in groups:
                if any(map(words, events)):
                    break
        async with asyncio.timeout(10):
            while any(slot["is_processing"] for slot in await engine.ask("GET", "/slots")):
                pass
        stopped_at = await engine.tokens()
        for _ in range(5):
            await engine.ask("GET", "/slots")

        assert await engine.tokens() == stopped_at < 200


async def test_several_answers_are_made_side_by_side_and_short_questions_pass(models: Path) -> None:
    async with running(models / "slow.gguf", slots=3) as engine:
        streams = [engine.stream(CHAT, QUESTION) for _ in range(3)]
        try:
            async with asyncio.timeout(20):
                for stream in streams:
                    await anext(stream)
                assert (await engine.ask("POST", "/tokenize", {"content": "zz"}))["tokens"]
                assert sum(slot["is_processing"] for slot in await engine.ask("GET", "/slots")) == 3
        finally:
            for stream in streams:
                await stream.aclose()


async def test_a_process_that_is_killed_breaks_its_answers_off_and_says_how_it_ended(models: Path) -> None:
    async with running(models / "slow.gguf") as engine:
        with pytest.raises(EngineError, match="unexpected EOF"):
            await _killed_in_mid_answer(engine)
        assert await engine.ended() == "the engine was ended by signal 9"
        assert not engine.alive
        with pytest.raises(EngineError):
            await engine.ask("GET", "/slots")


async def _killed_in_mid_answer(engine: Engine) -> None:
    async for events in engine.stream(CHAT, QUESTION):
        if any(map(words, events)) and engine.alive:
            os.kill(engine.pid, signal.SIGKILL)


async def test_a_process_ends_with_whoever_started_it(models: Path) -> None:
    """Its stdin is all that it knows of us."""
    engine = await Engine.start(load(models / "tiny-a.gguf"))
    engine._line.close()  # as the system does for somebody who was killed
    async with asyncio.timeout(10):
        await engine.ended()
    await engine.stop()

    assert not exists(engine.pid)


async def test_ctrl_c_in_the_terminal_is_not_for_the_engine(models: Path) -> None:
    async with running(models / "tiny-a.gguf") as engine:
        assert os.getsid(engine.pid) == engine.pid != os.getsid(0)


async def test_an_answer_for_which_the_process_has_no_file_left_breaks_off(
    models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_module, "HERE_PATIENCE", 0.5)
    async with running(models / "tiny-a.gguf") as engine:
        _, most = resource.prlimit(engine.pid, resource.RLIMIT_NOFILE)
        resource.prlimit(engine.pid, resource.RLIMIT_NOFILE, (3, most))
        with pytest.raises(EngineError):
            await said(engine)
        resource.prlimit(engine.pid, resource.RLIMIT_NOFILE, (most, most))
        assert await said(engine) == "I am A."


async def test_nobody_without_the_key_can_ask_it(models: Path) -> None:
    async with (
        running(models / "tiny-a.gguf") as engine,
        aiohttp.ClientSession() as http,
        http.post(engine.address + CHAT, json=QUESTION) as response,
    ):
        assert response.status == 401


async def test_it_listens_only_on_loopback(models: Path) -> None:
    async with running(models / "tiny-a.gguf") as engine:
        port = int(engine.address.rpartition(":")[2])
        with socket.socket() as elsewhere:
            elsewhere.bind(("127.0.0.2", port))  # free there, which it is not for somebody who listens everywhere


async def test_what_the_engine_refuses_has_its_status_and_its_words(models: Path) -> None:
    async with running(models / "tiny-a.gguf", context=256) as engine:
        long = {"messages": [{"role": "user", "content": "word " * 400}]}
        with pytest.raises(RefusalError, match="exceed_context_size_error") as refused:
            async for _ in engine.stream(CHAT, long):
                pass
        assert refused.value.status == 400


async def test_its_log_reaches_no_terminal(models: Path, capfd: pytest.CaptureFixture[str]) -> None:
    async with running(models / "tiny-a.gguf") as engine:
        await said(engine)
    with pytest.raises(EngineError):
        await Engine.start(load(models / "text.gguf"))

    assert capfd.readouterr() == ("", "")


async def test_a_line_of_any_length_in_its_log_does_not_upset_it(models: Path) -> None:
    async with running(models / "tiny-a.gguf") as engine:
        with pytest.raises(RefusalError):
            async for _ in engine.stream(CHAT, {**QUESTION, "grammar": "x" * 200_000}):
                pass
        assert await said(engine) == "I am A."


async def test_modules_in_the_current_folder_are_not_for_the_engine(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("orjson", "xllamacpp", "tinyllm"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('somebody else')")
    monkeypatch.chdir(tmp_path)
    async with running(models / "tiny-a.gguf") as engine:
        assert await said(engine) == "I am A."


def children() -> set[int]:
    """Processes that this one has started."""
    listed = Path(f"/proc/self/task/{os.getpid()}/children")
    return set(map(int, listed.read_text().split()))
