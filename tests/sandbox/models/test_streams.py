"""How a stream flows: its pace, the gate, clients that leave, and lines that do not fall into writes."""

import asyncio
import json
from dataclasses import replace

import httpx
import pytest

from sandbox.models import DEFAULT_MODELS, ScriptedModel, ScriptedModels
from tests.sandbox.models.asking import ask, double, question, said, streamed


async def test_a_client_that_leaves_is_noticed_within_a_token(
    server: ScriptedModels, client: httpx.AsyncClient
) -> None:
    server.hold(after=3)
    asking = asyncio.create_task(ask(client, "count to 5000"))
    await server.until(lambda s: bool(s.chats) and s.chats[0].tokens == 3)
    asking.cancel()
    await server.until(lambda s: s.chats[0].outcome == "client left")
    server.release()
    await ask(client)
    assert server.chats[0].tokens == 3


async def test_a_client_that_leaves_a_running_stream_stops_it(
    server: ScriptedModels, client: httpx.AsyncClient
) -> None:
    answer = streamed(client, "count to 5000")
    await anext(answer)
    await answer.aclose()
    await server.until(lambda s: s.chats[0].outcome == "client left")
    assert server.chats[0].tokens < 5000


async def test_a_client_that_leaves_after_the_last_line_was_answered(
    server: ScriptedModels, client: httpx.AsyncClient
) -> None:
    async for line in streamed(client, "count to 3"):
        if line["done"]:
            break
    await server.until(lambda s: s.chats[0].outcome == "answered")


async def test_a_held_stream_goes_on_when_released(server: ScriptedModels, client: httpx.AsyncClient) -> None:
    server.hold()
    asking = asyncio.create_task(ask(client))
    await server.until(lambda s: bool(s.chats))
    assert server.chats[0].outcome == "running"
    server.release()
    assert said(await asking) == "1, 2, 3, 4, 5, 6, 7, 8"
    assert server.chats[0].outcome == "answered"


async def test_waiting_for_what_never_happens_tells_what_did(server: ScriptedModels, client: httpx.AsyncClient) -> None:
    await ask(client)
    with pytest.raises(TimeoutError, match=r"POST /api/chat answered \(8 tokens\)"):
        await server.until(lambda s: len(s.chats) == 2, timeout=0.01)


async def chunks(server: ScriptedModels, text: str) -> list[bytes]:
    async with (
        httpx.AsyncClient(verify=False) as client,
        client.stream("POST", f"{server.url}/api/chat", json=question(text)) as response,
    ):
        return [chunk async for chunk in response.aiter_raw()]


async def test_ragged_lines_are_cut_across_reads_and_lose_nothing() -> None:
    async with ScriptedModels(ragged=True) as server:
        got = await chunks(server, "say: ümläut 🦙 und mehr")
    assert all(not chunk.endswith(b"\n") for chunk in got[:-1])
    assert any(not is_utf8(chunk) for chunk in got)
    assert said([json.loads(line) for line in b"".join(got).splitlines()]) == "ümläut 🦙 und mehr"


def is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


async def test_several_lines_can_share_a_write() -> None:
    async with ScriptedModels(lines_per_write=3) as server:
        got = await chunks(server, "count to 7")
    assert [chunk.count(b"\n") for chunk in got] == [3, 3, 2]


async def test_speeds_are_waited_for_and_told_in_nanoseconds() -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.sleep(0)

    slow = replace(DEFAULT_MODELS[3], first_token=0.5, tokens_per_second=20, load_time=3)
    async with double(models=[slow], sleep=sleep) as (_, client):
        last = (await ask(client, "count to 3"))[-1]
    assert slept == [3, 0.5, 0.05, 0.05, 0.0]
    assert last["eval_count"] == 4
    assert last["eval_duration"] == 200_000_000
    assert last["prompt_eval_duration"] == 500_000_000
    assert last["load_duration"] == 3_001_000_000


@pytest.mark.parametrize("stream", [True, False])
async def test_thoughts_come_before_the_answer_unless_not_wanted(stream: bool) -> None:
    model = ScriptedModel("t", capabilities=("completion", "thinking"), thinking="Let me see.", answer="Yes.")
    async with double(models=[model]) as (_, client):
        thought = await client.post("/api/chat", json=question(model="t", stream=stream))
        plain = await client.post("/api/chat", json=question(model="t", stream=stream, think=False))
    messages = [json.loads(line)["message"] for line in thought.text.splitlines()]
    assert "".join(message.get("thinking", "") for message in messages) == "Let me see."
    assert "".join(message["content"] for message in messages) == "Yes."
    assert "thinking" not in plain.text
