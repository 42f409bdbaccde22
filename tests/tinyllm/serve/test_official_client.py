"""Ollama's own Python client is at home at our server, and its words come from real inference."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import ollama
import pytest
import pytest_asyncio

from tests.tinyllm.serve.serving import SAYS_HELLO, Served, in_one_loop, known, serving

pytestmark = in_one_loop

SLOTS = 2
PATIENCE = 20
HI = [{"role": "user", "content": "Hi"}]
CALM = {"temperature": 0}
WEATHER = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "description": "w",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(cast: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    catalogue = [known(cast / "hello.gguf", "hello:latest")]
    async with serving(tmp_path_factory.mktemp("home"), cast, slots=SLOTS, catalogue=catalogue) as running:
        yield running


class Synchronous:
    """The client for programs that wait, in a thread; a streamed answer comes as a list."""

    def __init__(self, url: str) -> None:
        self._client = ollama.Client(url, verify=False)

    async def __call__(self, name: str, *arguments: Any, **more: Any) -> Any:
        def call() -> Any:
            told = getattr(self._client, name)(*arguments, **more)
            return list(told) if isinstance(told, Iterator) else told

        async with asyncio.timeout(PATIENCE):
            return await asyncio.to_thread(call)

    async def close(self) -> None:
        self._client.close()


class Asynchronous:
    """The other one."""

    def __init__(self, url: str) -> None:
        self._client = ollama.AsyncClient(url, verify=False)

    async def __call__(self, name: str, *arguments: Any, **more: Any) -> Any:
        async with asyncio.timeout(PATIENCE):
            told = await getattr(self._client, name)(*arguments, **more)
            return [part async for part in told] if isinstance(told, AsyncIterator) else told

    async def close(self) -> None:
        await self._client.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=[Synchronous, Asynchronous])
async def client(served: Served, request: pytest.FixtureRequest) -> AsyncIterator[Synchronous | Asynchronous]:
    opened = request.param(served.url)
    yield opened
    await opened.close()


Client = Synchronous | Asynchronous


async def test_models_are_listed_and_shown(client: Client) -> None:
    listed = {model.model: model for model in (await client("list")).models}
    assert {"hello:latest", "think:latest", "tool:latest", "embed:latest", "slow:latest"} <= set(listed)
    assert listed["hello:latest"].details.parameter_size == "2.13M"
    assert listed["hello:latest"].size > 8_000_000

    shown = await client("show", "think")
    assert shown.capabilities == ["completion", "thinking"]
    assert shown.modelinfo["llama.context_length"] == 4096
    assert shown.details.quantization_level == "F32"
    assert "enable_thinking" in shown.template
    assert shown.parameters is None


async def test_a_chat_is_answered_at_once_or_in_pieces(client: Client) -> None:
    whole = await client("chat", "hello", messages=HI, options=CALM)
    assert (whole.message.content, whole.done_reason) == (SAYS_HELLO, "stop")
    assert (whole.prompt_eval_count, whole.eval_count) == (21, 28)
    assert min(whole.total_duration, whole.prompt_eval_duration, whole.eval_duration) > 0

    parts = await client("chat", "hello", messages=HI, options=CALM, stream=True)
    assert "".join(part.message.content for part in parts) == SAYS_HELLO
    assert [part.done for part in parts] == [False] * 27 + [True]


async def test_a_prompt_is_answered_at_once_or_in_pieces(client: Client) -> None:
    whole = await client("generate", "tiny-a", prompt="Hi", options=CALM)
    assert (whole.response, whole.done_reason) == ("I am A.", "stop")
    parts = await client("generate", "tiny-a", prompt="Hi", options=CALM, stream=True)
    assert [part.response for part in parts] == ["I", " am", " A", ".", ""]


async def test_a_system_prompt_of_a_question_is_told(client: Client) -> None:
    bare = await client("generate", "tiny-a", prompt="Hi", options=CALM)
    told = await client("generate", "tiny-a", prompt="Hi", system="Be kind.", options=CALM)
    marks = 2
    assert told.prompt_eval_count - bare.prompt_eval_count == marks + len("system\nBe kind.\n")


@pytest.mark.parametrize(
    ("think", "thoughts", "words"),
    [
        pytest.param(True, "The person wants a number.\n", "The answer is 42!", id="on"),
        pytest.param(None, "The person wants a number.\n", "The answer is 42!", id="not said"),
        pytest.param(False, "", "The person wants a number.\n</think>\n\nThe answer is 42!", id="off"),
    ],
)
async def test_thoughts_come_apart_unless_they_are_not_wanted(
    client: Client, think: bool | None, thoughts: str, words: str
) -> None:
    """This model thinks also when it should not, and then the thoughts are words like any."""
    asked = {"messages": HI, "options": CALM, "think": think}
    whole = await client("chat", "think", **asked)
    assert (whole.message.thinking or "", whole.message.content) == (thoughts, words)
    parts = await client("chat", "think", **asked, stream=True)
    assert "".join(part.message.thinking or "" for part in parts) == thoughts
    assert "".join(part.message.content for part in parts) == words


async def test_tools_are_called(client: Client) -> None:
    asked = {"messages": HI, "tools": [WEATHER], "options": CALM}
    whole = await client("chat", "tool", **asked)
    parts = await client("chat", "tool", **asked, stream=True)
    for message in (whole.message, parts[0].message):
        (call,) = message.tool_calls
        assert (call.function.name, call.function.arguments) == ("get_weather", {"city": "Paris"})
        assert message.content == ""
    answered = [*HI, whole.message, {"role": "tool", "tool_name": "get_weather", "content": "21 degrees"}]
    again = await client("chat", "tool", messages=answered, tools=[WEATHER], options=CALM)
    assert again.prompt_eval_count > whole.prompt_eval_count + len("21 degrees")


async def test_a_call_that_is_cut_keeps_its_words(client: Client) -> None:
    asked = {"messages": HI, "tools": [WEATHER], "options": {**CALM, "num_predict": 6}}
    answer = await client("chat", "tool", **asked)
    (call,) = answer.message.tool_calls
    assert (call.function.name, answer.done_reason) == ("get_weather", "length")
    assert "Paris" in str(call.function.arguments)


async def test_thoughts_of_before_are_told_to_who_thinks(client: Client) -> None:
    async def size(**more: str) -> int:
        messages = [*HI, {"role": "assistant", "content": "Yes.", **more}, *HI]
        return int((await client("chat", "think", messages=messages, options=CALM)).prompt_eval_count)

    thought = "<think>\nHm.\n</think>\n\n"
    assert await size(thinking="Hm.") - await size() in range(1, len(thought) + 1)


async def test_who_needs_no_tool_answers_in_words(client: Client) -> None:
    answer = await client("chat", "tiny-tools", messages=HI, tools=[WEATHER], options=CALM, think=False)
    assert (answer.message.content, answer.message.tool_calls) == ("No tool is needed.", None)


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param("json", id="any"),
        pytest.param(
            {
                "type": "object",
                "properties": {"city": {"type": "string"}, "degrees": {"type": "integer"}},
                "required": ["city", "degrees"],
            },
            id="a schema",
        ),
    ],
)
async def test_an_answer_can_be_json(client: Client, wanted: Any) -> None:
    answer = await client("chat", "json", messages=HI, format=wanted, options=CALM)
    assert json.loads(answer.message.content) == {"city": "Paris", "degrees": 21}


async def test_a_schema_binds_a_model_that_would_say_something_else(client: Client) -> None:
    wanted = {"type": "object", "properties": {"degrees": {"type": "integer"}}, "required": ["degrees"]}
    answer = await client("chat", "json", messages=HI, format=wanted, options={**CALM, "num_predict": 30})
    assert answer.message.content.lstrip().startswith('{"degrees": 21') or '"city"' not in answer.message.content


async def test_texts_are_embedded_alone_and_together(client: Client) -> None:
    (alone,) = (await client("embed", "embed", input="a")).embeddings
    together = await client("embed", "embed", input=["b", "a", "b"])
    first, second, third = together.embeddings
    assert alone == second != first == third
    assert sum(each * each for each in alone) == pytest.approx(1)
    assert together.prompt_eval_count == 3


@pytest.mark.parametrize(
    ("option", "words", "reason"),
    [
        pytest.param({"num_predict": 3}, "Hello! I", "length", id="a limit"),
        pytest.param({"stop": ["small", "nothing"]}, "Hello! I am a ", "stop", id="a word to stop at"),
        pytest.param({"seed": 7, "temperature": 0.0}, SAYS_HELLO, "stop", id="a seed"),
        pytest.param({"num_ctx": 1024}, SAYS_HELLO, "stop", id="another context"),
    ],
)
async def test_options_are_heeded(client: Client, option: dict[str, Any], words: str, reason: str) -> None:
    answer = await client("chat", "hello", messages=HI, options={**CALM, **option})
    assert (answer.message.content, answer.done_reason) == (words, reason)


async def test_the_same_seed_gives_the_same_words(client: Client) -> None:
    async def said(seed: int) -> str:
        hot = {"temperature": 60.0, "top_p": 1.0, "top_k": 0, "num_predict": 20, "seed": seed}
        return str((await client("chat", "hello", messages=HI, options=hot)).message.content)

    assert await said(1) == await said(1) != await said(2)


@pytest.mark.parametrize(
    ("call", "status", "words"),
    [
        pytest.param(("chat", "nope"), 404, "model 'nope' not found", id="unknown"),
        pytest.param(("show", "nope"), 404, "model 'nope' not found", id="unknown to show"),
        pytest.param(("delete", "nope"), 404, "model 'nope' not found", id="unknown to delete"),
        pytest.param(("chat", "a b"), 400, "invalid model name", id="no name"),
        pytest.param(("generate", "embed"), 400, '"embed" does not support generate', id="embedding only"),
        pytest.param(("delete", "tool"), 400, "tool:latest cannot be deleted here", id="not ours to delete"),
        pytest.param(("copy", "nope", "x"), 404, "model 'nope' not found", id="unknown to copy"),
    ],
)
async def test_refusals_are_the_clients_errors(client: Client, call: tuple[str, ...], status: int, words: str) -> None:
    with pytest.raises(ollama.ResponseError, match=words) as refused:
        await client(*call)
    assert refused.value.status_code == status


async def test_an_option_of_the_wrong_type_is_ollamas_500(client: Client) -> None:
    with pytest.raises(ollama.ResponseError, match='option "temperature" must be of type float32') as refused:
        await client("chat", "hello", messages=HI, options={"temperature": "hot"})
    assert refused.value.status_code == 500


async def test_a_model_is_made_from_another_one_and_copied_and_deleted(client: Client) -> None:
    steps = await client(
        "create",
        "bard",
        from_="hello",
        system="You are a bard.",
        parameters={"num_predict": 5, "temperature": 0, "stop": ["x", "y"]},
        license="MIT",
        stream=True,
    )
    assert steps[-1].status == "success"
    answer = await client("chat", "bard", messages=HI)
    assert (answer.message.content, answer.done_reason) == ("Hello! I am a", "length")
    marks = 2
    assert answer.prompt_eval_count == 21 + marks + len("system\nYou are a bard.\n")

    shown = await client("show", "bard")
    assert "num_predict                    5" in shown.parameters.splitlines()
    assert 'stop                           "y"' in shown.parameters.splitlines()
    assert 'SYSTEM """You are a bard."""' in shown.modelfile
    assert (shown.license, shown.details.parent_model) == ("MIT", "hello:latest")

    assert (await client("copy", "bard", "bard:old")).status == "success"
    assert (await client("delete", "bard")).status == "success"
    names = {model.model for model in (await client("list")).models}
    assert "bard:old" in names
    assert "bard:latest" not in names
    assert (await client("chat", "bard:old", messages=HI)).message.content == "Hello! I am a"
    await client("delete", "bard:old")


async def test_a_system_message_of_a_conversation_takes_the_place_of_the_models(client: Client) -> None:
    examples = [{"role": "user", "content": "1+1"}, {"role": "assistant", "content": "2"}]
    await client("create", "teacher", from_="tiny-a", system="You teach.", messages=examples)
    own = await client("chat", "teacher", messages=HI, options=CALM)
    other = await client("chat", "teacher", messages=[{"role": "system", "content": "Be."}, *HI], options=CALM)
    assert own.prompt_eval_count - other.prompt_eval_count == len("You teach.") - len("Be.")
    bare = await client("chat", "tiny-a", messages=[{"role": "system", "content": "Be."}, *HI], options=CALM)
    marks = 4
    assert other.prompt_eval_count - bare.prompt_eval_count == marks + len("user\n1+1\nassistant\n2\n")
    await client("delete", "teacher")


async def test_what_is_there_can_be_pulled_again(client: Client) -> None:
    assert (await client("pull", "hello")).status == "success"
    steps = await client("pull", "hello", stream=True)
    assert [step.status for step in steps if not step.digest] == [
        *("pulling manifest", "verifying sha256 digest", "writing manifest", "success"),
    ]
    assert {(step.completed, step.total) for step in steps if step.digest} == {(8_511_136, 8_511_136)}


@pytest.mark.parametrize("stream", [False, True])
async def test_what_is_unknown_cannot_be_pulled_and_the_way_is_told(client: Client, stream: bool) -> None:
    with pytest.raises(ollama.ResponseError, match="For nope:7b install Ollama"):
        await client("pull", "nope:7b", stream=stream)


async def loaded(client: Client) -> dict[str, Any]:
    return {model.model: model for model in (await client("ps")).models}


async def test_what_is_loaded_tells_its_context_and_until_when(client: Client) -> None:
    before = datetime.now(UTC)
    await client("chat", "tiny-b", messages=HI, options={"num_ctx": 8192}, keep_alive="10m")
    after = datetime.now(UTC)
    running = (await loaded(client))["tiny-b:latest"]
    assert running.context_length == 8192
    assert before <= running.expires_at - timedelta(minutes=10) <= after
    assert running.size > 0

    await client("chat", "tiny-b", messages=HI, keep_alive=-1)
    assert (await loaded(client))["tiny-b:latest"].expires_at.year > 2100
    await client("generate", "tiny-b", keep_alive=0)
    assert "tiny-b:latest" not in await loaded(client)


async def test_what_is_asked_to_leave_leaves_after_its_answer(client: Client) -> None:
    answer = await client("chat", "tiny-b", messages=HI, options=CALM, keep_alive=0)
    assert answer.message.content == "I am B."
    assert "tiny-b:latest" not in await loaded(client)


async def test_an_embedding_model_can_be_unloaded_too(client: Client) -> None:
    await client("embed", "embed", input="a")
    assert "embed:latest" in await loaded(client)
    assert (await client("generate", "embed", keep_alive=0)).done_reason == "unload"
    assert "embed:latest" not in await loaded(client)
