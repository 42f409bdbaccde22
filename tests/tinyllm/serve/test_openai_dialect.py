"""What the recordings do not show of the OpenAI dialect, as its clients read it."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from tests.tinyllm.serve.serving import SAYS_HELLO, Served, in_one_loop, serving

pytestmark = in_one_loop

HI = [{"role": "user", "content": "Hi"}]
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(cast: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with serving(tmp_path_factory.mktemp("home"), cast) as running:
        yield running


async def asked(served: Served, model: str, **more: Any) -> httpx.Response:
    return await served.ask("/v1/chat/completions", {"model": model, "messages": HI, "temperature": 0, **more})


def events(response: httpx.Response) -> list[Any]:
    """The data of a stream that ended as it should."""
    *data, done = [line.removeprefix("data: ") for line in response.text.splitlines() if line]
    assert done == "[DONE]"
    return [json.loads(each) for each in data]


def delta(event: Any) -> Any:
    return event["choices"][0]["delta"]


async def test_models_can_be_listed_and_named(served: Served) -> None:
    listed = (await served.http.get("/v1/models")).json()["data"]
    one = (await served.http.get("/v1/models/hello")).json()
    assert one in listed
    assert {"id": "hello:latest", "object": "model", "owned_by": "library"}.items() <= one.items()


async def test_a_model_that_is_not_there_is_told_in_that_dialects_shape(served: Served) -> None:
    error = {"message": "model 'nope' not found", "type": "not_found_error", "param": None, "code": None}
    for refused in (await served.http.get("/v1/models/nope"), await asked(served, "nope")):
        assert (refused.status_code, refused.json()) == (404, {"error": error})


async def test_figures_come_only_for_who_wants_them(served: Served) -> None:
    without = events(await asked(served, "hello", stream=True))
    told = events(await asked(served, "hello", stream=True, stream_options={"include_usage": True}))
    assert not any("usage" in event for event in without)
    assert told[-1]["choices"] == []
    assert told[-1]["usage"] == {"prompt_tokens": 21, "completion_tokens": 28, "total_tokens": 49}
    assert "".join(delta(event).get("content", "") for event in without) == SAYS_HELLO
    assert len({event["id"] for event in without}) == 1


@pytest.mark.parametrize(
    ("effort", "thoughts", "words"),
    [
        (None, "The person wants a number.\n", "The answer is 42!"),
        ("low", "The person wants a number.\n", "The answer is 42!"),
        ("none", "", "The person wants a number.\n</think>\n\nThe answer is 42!"),
    ],
)
async def test_thoughts_are_reasoning(served: Served, effort: str | None, thoughts: str, words: str) -> None:
    more = {} if effort is None else {"reasoning_effort": effort}
    message = (await asked(served, "think", **more)).json()["choices"][0]["message"]
    assert (message.get("reasoning", ""), message["content"]) == (thoughts, words)
    parts = [delta(event) for event in events(await asked(served, "think", stream=True, **more))]
    assert "".join(part.get("reasoning", "") for part in parts) == thoughts
    assert "".join(part.get("content", "") for part in parts) == words


async def test_calls_of_tools_have_their_arguments_as_text(served: Served) -> None:
    whole = (await asked(served, "tool", tools=[WEATHER])).json()["choices"][0]
    streamed = events(await asked(served, "tool", tools=[WEATHER], stream=True))
    assert whole["finish_reason"] == streamed[-1]["choices"][0]["finish_reason"] == "tool_calls"
    for said in (whole["message"], delta(streamed[0])):
        (call,) = said["tool_calls"]
        assert (call["index"], call["type"], bool(call["id"])) == (0, "function", True)
        assert call["function"]["name"] == "get_weather"
        assert json.loads(call["function"]["arguments"]) == {"city": "Paris"}

    result = {"role": "tool", "tool_call_id": whole["message"]["tool_calls"][0]["id"], "content": "21 degrees"}
    again = await asked(served, "tool", tools=[WEATHER], messages=[*HI, whole["message"], result])
    assert again.status_code == 200


async def test_an_answer_can_follow_a_schema(served: Served) -> None:
    schema = {
        "type": "object",
        "properties": {"city": {"type": "string"}, "degrees": {"type": "integer"}},
        "required": ["city", "degrees"],
    }
    for wanted in (
        {"type": "json_object"},
        {"type": "json_schema", "json_schema": {"name": "weather", "schema": schema}},
    ):
        answer = await asked(served, "json", response_format=wanted)
        assert json.loads(answer.json()["choices"][0]["message"]["content"]) == {"city": "Paris", "degrees": 21}


@pytest.mark.parametrize("stream", [False, True])
async def test_what_the_engine_refuses_is_told_in_its_words_and_not_as_json_in_json(
    served: Served, stream: bool
) -> None:
    refused = await asked(served, "hello", messages=[{"role": "system", "content": "s" * 5000}, *HI], stream=stream)
    error = refused.json()["error"]
    assert (refused.status_code, error["n_ctx"]) == (400, 4096)
    assert "tokens) exceeds the available context size (4096 tokens)" in error["message"]
    assert error["type"] == "exceed_context_size_error"


async def test_an_answer_that_breaks_off_ends_with_an_event_that_says_so(served: Served) -> None:
    question = {"model": "slow", "messages": HI, "temperature": 0, "stream": True}
    async with served.http.stream("POST", "/v1/chat/completions", json=question) as response:
        lines = response.aiter_lines()
        await anext(lines)
        os.kill(served.engine("slow").pid, signal.SIGKILL)
        *_, last = [line async for line in lines if line]
    assert json.loads(last.removeprefix("data: "))["error"]["message"].endswith("unexpected EOF")
