"""What models made by the tests say through the real engine is what the real Ollama was recorded to say."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest

from tests import recitals
from tests.cast import CALL, write_cast
from tests.recordings.ollama.recording import lines, recording
from tinyllm.serve.engine import Engine, Load
from tinyllm.serve.facts import facts_of
from tinyllm.serve.gguf import read_header

TOOLS = recording("0.33", "chat-tool-call").request["json"]["tools"]
THINK, NO_THOUGHT = ({"chat_template_kwargs": {"enable_thinking": wanted}} for wanted in (True, False))


@dataclass(frozen=True)
class Said:
    """An answer in one piece."""

    thinking: str = ""
    content: str = ""
    calls: tuple[tuple[str, Any], ...] = ()
    tokens: int = 0


@asynccontextmanager
async def running(folder: Path, name: str, *, embedding: bool = False) -> AsyncIterator[Engine]:
    """The engine with one model of the cast; its process ends with the block."""
    write_cast(folder, name)
    engine = await Engine.start(Load(folder / f"{name}.gguf", context=1024, slots=1, embedding=embedding, memory=0))
    try:
        yield engine
    finally:
        await engine.stop()
        await engine.ended()


async def said(engine: Engine, **asked: Any) -> Said:
    """What it answers to `Hi`, as the engine tells it."""
    body = {"messages": [{"role": "user", "content": "Hi"}], "temperature": 0, "max_tokens": 100, **asked}
    chunks = [chunk async for together in engine.stream("/v1/chat/completions", body) for chunk in together]
    deltas = [chunk["choices"][0]["delta"] for chunk in chunks]
    fragments = [call["function"] for delta in deltas for call in delta.get("tool_calls", ())]
    named = "".join(each.get("name", "") for each in fragments)
    arguments = "".join(each["arguments"] for each in fragments)
    return Said(
        "".join(delta.get("reasoning_content") or "" for delta in deltas),
        "".join(delta.get("content") or "" for delta in deltas),
        ((named, orjson.loads(arguments)),) if fragments else (),
        chunks[-1]["timings"]["predicted_n"],
    )


def recorded(name: str) -> Said:
    """What a real Ollama answered."""
    told = lines(recording("0.33", name).answer)
    messages = [line["message"] for line in told]
    calls = [call["function"] for message in messages for call in message.get("tool_calls", ())]
    return Said(
        "".join(message.get("thinking", "") for message in messages),
        "".join(message["content"] for message in messages),
        tuple((call["name"], call["arguments"]) for call in calls),
        told[-1]["eval_count"],
    )


@pytest.mark.parametrize("model", ["hello", "think", "tool", "embed"])
def test_a_recital_has_the_shape_of_the_model_that_was_recorded(model: str, tmp_path: Path) -> None:
    write_cast(tmp_path, model)

    [told] = lines(recording("0.33", f"show-{model}").answer)
    facts = facts_of(read_header(tmp_path / f"{model}.gguf"))

    assert facts.model_info == told["model_info"]
    assert list(facts.capabilities) == told["capabilities"]


async def test_hello_says_what_was_recorded(tmp_path: Path) -> None:
    async with running(tmp_path, "hello") as engine:
        assert await said(engine) == recorded("chat-stream")


async def test_think_thinks_unless_it_is_told_not_to(tmp_path: Path) -> None:
    async with running(tmp_path, "think") as engine:
        assert await said(engine) == recorded("chat-think")
        assert await said(engine, **THINK) == recorded("chat-think-true")
        assert await said(engine, **NO_THOUGHT) == recorded("chat-think-false")


async def test_tool_calls_the_tool_that_it_is_given_and_else_writes_the_call(tmp_path: Path) -> None:
    async with running(tmp_path, "tool") as engine:
        assert await said(engine, tools=TOOLS) == recorded("chat-tool-call")
        assert (await said(engine)).content == "".join(CALL)


async def test_tiny_tools_has_no_need_of_a_tool(tmp_path: Path) -> None:
    async with running(tmp_path, "tiny-tools") as engine:
        assert await said(engine, tools=TOOLS) == Said(content="No tool is needed.", tokens=6)


async def test_json_keeps_to_a_schema(tmp_path: Path) -> None:
    wanted = {"type": "object", "properties": {"city": {"type": "string"}, "degrees": {"type": "integer"}}}
    format_ = {"type": "json_schema", "json_schema": {"schema": wanted}}

    async with running(tmp_path, "json") as engine:
        assert (await said(engine, response_format=format_)).content == '{"city": "Paris", "degrees": 21}'


@pytest.mark.parametrize(("model", "words"), [("endless", "on andon andon"), ("slow", "tick tocktick tocktick")])
async def test_an_endless_recital_goes_on_to_the_limit(model: str, words: str, tmp_path: Path) -> None:
    async with running(tmp_path, model) as engine:
        assert await said(engine, max_tokens=5) == Said(content=words, tokens=5)


async def test_embed_tells_texts_apart_by_their_letters(tmp_path: Path) -> None:
    async with running(tmp_path, "embed", embedding=True) as engine:
        told = await engine.ask("POST", "/v1/embeddings", {"input": ["ab", "ba", "ac", "cd"]})

    first, *others = (np.array(each["embedding"]) for each in told["data"])
    assert [float(first @ other) for other in others] == pytest.approx([1, 0.5, 0])


async def test_a_prompt_that_ends_in_no_line_break_is_answered_by_nothing(tmp_path: Path) -> None:
    async with running(tmp_path, "tiny-a") as engine:
        told = await engine.ask("POST", "/v1/completions", {"prompt": "Who?", "temperature": 0, "max_tokens": 5})

    assert told["choices"][0]["text"] == ""


@pytest.mark.parametrize(
    ("pieces", "width", "why"),
    [
        pytest.param(("a", " b", "a"), None, "'a' comes twice", id="twice"),
        pytest.param(("a", "\n"), None, r"'\\n' comes twice", id="the start"),
        pytest.param(("a", " b"), 3, "width of 3 is too small", id="narrow"),
    ],
)
def test_a_text_that_cannot_be_recited_is_refused(
    pieces: tuple[str, ...], width: int | None, why: str, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match=why):
        recitals.write(tmp_path / "x.gguf", pieces, width=width)
