"""Many at once, clients that leave, and a server that comes back, by Ollama's own client."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import ollama
import pytest
import pytest_asyncio

from tests.tinyllm.serve.serving import SAYS_HELLO, Served, in_one_loop, serving
from tinyllm.serve.engine import Engine

pytestmark = in_one_loop

SLOTS = 2
PATIENCE = 20
HI = [{"role": "user", "content": "Hi"}]
CALM = {"temperature": 0}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(cast: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with serving(tmp_path_factory.mktemp("home"), cast, slots=SLOTS) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(served: Served) -> AsyncIterator[ollama.AsyncClient]:
    async with ollama.AsyncClient(served.url, verify=False) as opened:
        yield opened


async def heard(client: ollama.AsyncClient, crowd: list[int], served: Served, **asked: Any) -> str:
    """A whole streamed answer; `crowd` gets how many had an answer at each part of it."""
    said = ""
    async for part in await client.chat("hello", messages=HI, options=CALM, stream=True, **asked):
        said += part.message.content
        crowd += [one.users for one in served.server.pool.loaded if one.load.path.stem == "hello"]
    return said


async def test_20_at_once_are_all_answered_two_at_a_time(served: Served, client: ollama.AsyncClient) -> None:
    crowd: list[int] = []
    async with asyncio.timeout(PATIENCE):
        answers = await asyncio.gather(*(heard(client, crowd, served) for _ in range(20)))
    assert answers == [SAYS_HELLO] * 20
    assert max(crowd) == SLOTS


async def test_two_models_at_once_are_both_answered(served: Served, client: ollama.AsyncClient) -> None:
    async with asyncio.timeout(PATIENCE):
        answers = await asyncio.gather(
            *(client.chat(name, messages=HI, options=CALM) for name in ("tiny-a", "tiny-b", "think") * 5)
        )
    assert [answer.message.content for answer in answers] == ["I am A.", "I am B.", "The answer is 42!"] * 5


async def begun(client: ollama.AsyncClient) -> AsyncIterator[ollama.ChatResponse]:
    """An answer that would go on for minutes, and has begun."""
    stream = await client.chat("slow", messages=HI, options={**CALM, "num_predict": 10_000}, stream=True)
    assert (await anext(stream)).message.content == "tick"
    return stream


async def still(engine: Engine, running: int) -> int:
    """The tokens that the engine has made, once only so many answers are running there."""
    async with asyncio.timeout(PATIENCE):
        while sum(slot["is_processing"] for slot in await engine.ask("GET", "/slots")) != running:
            pass
    return await engine.tokens()


async def line_is(served: Served, *, waiting: bool) -> None:
    """Until somebody is in the line for an engine, or nobody."""
    async with asyncio.timeout(PATIENCE):
        while bool(served.server.pool._line) != waiting:
            await served.http.get("/api/version")


async def test_a_client_that_leaves_in_mid_answer_stops_the_engine(served: Served, client: ollama.AsyncClient) -> None:
    stream = await begun(client)
    engine = served.engine("slow")
    await stream.aclose()
    made = await still(engine, 0)
    for _ in range(5):
        await engine.ask("GET", "/slots")
    assert await engine.tokens() == made < 1000


async def test_its_place_is_free_at_once(served: Served, client: ollama.AsyncClient) -> None:
    streams = [await begun(client) for _ in range(SLOTS)]
    next_one = asyncio.create_task(client.chat("slow", messages=HI, options={**CALM, "num_predict": 2}))
    await line_is(served, waiting=True)
    await streams[0].aclose()
    async with asyncio.timeout(PATIENCE):
        assert (await next_one).message.content == "tick tock"
    assert (await anext(streams[1])).message.content
    await streams[1].aclose()
    await still(served.engine("slow"), 0)


async def test_who_leaves_while_waiting_is_never_answered(served: Served, client: ollama.AsyncClient) -> None:
    streams = [await begun(client) for _ in range(SLOTS)]
    waiting = asyncio.create_task(client.chat("slow", messages=HI, options=CALM))
    await line_is(served, waiting=True)
    waiting.cancel()
    await line_is(served, waiting=False)
    for stream in streams:
        await stream.aclose()
    engine = served.engine("slow")
    made = await still(engine, 0)
    await engine.ask("GET", "/slots")
    assert await engine.tokens() == made


def left(url: str) -> str:
    """The first word that the client for programs that wait was told before it left."""
    with ollama.Client(url, verify=False) as client:
        stream = client.chat("slow", messages=HI, options=CALM, stream=True)
        word = str(next(stream).message.content)
        stream.close()
    return word


async def test_the_other_client_can_leave_too(served: Served) -> None:
    assert await asyncio.to_thread(left, served.url) == "tick"
    await still(served.engine("slow"), 0)


async def test_an_answer_whose_engine_dies_is_an_error_and_the_next_one_is_whole(
    served: Served, client: ollama.AsyncClient
) -> None:
    """Not streamed; words that were made are lost."""
    await client.chat("slow", messages=HI, options={**CALM, "num_predict": 1})
    engine = served.engine("slow")
    made = await still(engine, 0)
    broken = asyncio.create_task(client.chat("slow", messages=HI, options={**CALM, "num_predict": 10_000}))
    async with asyncio.timeout(PATIENCE):
        while await engine.tokens() < made + 10:
            await served.http.get("/api/version")
        os.kill(engine.pid, signal.SIGKILL)
        with pytest.raises(ollama.ResponseError, match="unexpected EOF") as refused:
            await broken
        again = await client.chat("slow", messages=HI, options={**CALM, "num_predict": 2})
    assert refused.value.status_code == 500
    assert again.message.content == "tick tock"


async def test_a_model_of_the_own_folder_is_deleted_also_from_memory(cast: Path, tmp_path: Path) -> None:
    file = tmp_path / "mine.gguf"
    shutil.copy(cast / "tiny-a.gguf", file)
    async with serving(tmp_path, cast) as served, ollama.AsyncClient(served.url, verify=False) as client:
        await client.chat("mine", messages=HI, options=CALM)
        await client.create("made", from_="mine")
        with pytest.raises(ollama.ResponseError, match="made:latest is made from mine:latest; delete that first"):
            await client.delete("mine")
        await client.delete("made")
        assert [model.model for model in (await client.ps()).models] == ["mine:latest"]
        await client.delete("mine")
        assert (await client.ps()).models == []
        assert not file.exists()


async def test_what_was_made_is_there_after_a_restart(cast: Path, tmp_path: Path) -> None:
    async with serving(tmp_path, cast) as first, ollama.AsyncClient(first.url, verify=False) as client:
        await client.create("bard", from_="tiny-a", system="You are a bard.", parameters={"num_predict": 2})
        before = await client.show("bard")
    async with serving(tmp_path, cast) as second, ollama.AsyncClient(second.url, verify=False) as client:
        assert await client.show("bard") == before
        assert (await client.chat("bard", messages=HI, options=CALM)).message.content == "I am"
