"""Whatever is sent to the model server, it says what is wrong with it, and goes on."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.tinyllm.serve.serving import Served, in_one_loop, serving

pytestmark = in_one_loop

MESSAGE = {"role": "user", "content": "Hi"}
TOOL = {"type": "function", "function": {"name": "x", "parameters": {"type": "object", "properties": {}}}}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(cast: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    async with serving(tmp_path_factory.mktemp("home"), cast) as running:
        yield running


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def unmoved(served: Served, caplog: pytest.LogCaptureFixture) -> AsyncIterator[None]:
    """After each test nothing has gone wrong that it tells in its log, and it answers as ever."""
    yield
    assert [record.getMessage() for record in caplog.get_records("call") if record.levelno >= logging.ERROR] == []
    assert (await served.chat("tiny-a")).json()["message"]["content"] == "I am A."


def chat(**more: Any) -> dict[str, Any]:
    return {"model": "tiny-a", "messages": [MESSAGE], "stream": False, "options": {"temperature": 0}, **more}


def said(**more: Any) -> dict[str, Any]:
    return chat(messages=[{**MESSAGE, **more}])


def nested(levels: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(levels):
        schema = {"type": "object", "properties": {"a": schema}}
    return schema


def rows(path: str, status: int, *refused: tuple[dict[str, Any], str]) -> Iterator[Any]:
    for body, words in refused:
        yield pytest.param(path, body, status, words, id=f"{path} {words[:60]}")


REFUSED = [
    *rows(
        "/api/chat",
        400,
        (chat(model=5), "model should be a valid string"),
        (chat(model=None), "model is required"),
        (chat(model="ünï"), "invalid model name"),
        (chat(model="../../etc/passwd"), "invalid model name"),
        (chat(model="a\0b"), "invalid model name"),
        (chat(model="a" * 5000), "invalid model name"),
        (chat(model="/" * 100), "invalid model name"),
        (chat(messages="x"), "messages should be a valid list"),
        (chat(messages={}), "messages should be a valid list"),
        (chat(messages=[5]), "messages.0 should be an object"),
        (chat(messages=[MESSAGE, "x"]), "messages.1 should be an object"),
        (said(role=5), "messages.0.role should be a valid string"),
        (said(content=["x"]), "messages.0.content should be a valid string"),
        (said(thinking=5), "messages.0.thinking should be a valid string"),
        (said(images="x"), "messages.0.images should be a valid list"),
        (said(images=[5]), "messages.0.images.0 should be a valid string"),
        (said(images=["é"]), "illegal base64 data at input byte 0"),
        (said(images=["abc%"]), "illegal base64 data at input byte 3"),
        (said(images=["abc"]), "illegal base64 data at input byte 3"),
        (said(images=["aGVs\nbG8="]), "cannot see images"),
        (said(tool_calls="x"), "messages.0.tool_calls should be a valid list"),
        (said(tool_calls=[{"function": "x"}]), "messages.0.tool_calls.0.function should be an object"),
        (said(tool_calls=[{"function": {"arguments": "{"}}]), "messages.0.tool_calls.0.function.arguments: unexpected"),
        (said(tool_calls=[{"function": {"arguments": 5}}]), "arguments should be an object"),
        (chat(stream="no"), "stream should be a valid boolean"),
        (chat(think="hard"), "think should be a valid boolean or 'low', 'medium' or 'high'"),
        (chat(think=1), "think should be a valid boolean or"),
        (chat(format="xml"), "format should be '' or 'json' or an object"),
        (chat(format=[]), "format should be '' or 'json' or an object"),
        (chat(format={"type": "nonsense"}), "unrecognized type nonsense"),
        (chat(format={"$ref": "#/nowhere"}), "cannot resolve"),
        (chat(format=nested(49)), "more than 100 objects and lists"),
        (chat(keep_alive=True), "keep_alive should be a valid string or a valid number"),
        (chat(keep_alive=[]), "keep_alive should be a valid string or a valid number"),
        (chat(keep_alive=""), 'time: invalid duration ""'),
        (chat(keep_alive="5"), 'time: invalid duration "5"'),
        (chat(keep_alive="9 m"), 'time: invalid duration "9 m"'),
        (chat(options="x"), "options should be an object"),
        (chat(options=[]), "options should be an object"),
        (chat(options={"repeat_penalty": 0}), "penalty_repeat must be finite and greater than 0"),
        (chat(truncate=1), "truncate should be a valid boolean"),
        (chat(shift="yes"), "shift should be a valid boolean"),
        (chat(tools="x"), "tools should be a valid list"),
        (chat(tools=[5]), "tools.0: a tool is an object with a function that has a name"),
        (chat(tools=[{}]), "tools.0: a tool is an object with a function that has a name"),
        (chat(tools=[{"type": "function", "function": {"name": 5}}]), "tools.0: a tool is an object"),
        (chat(model="tool", tools=[TOOL, {"function": {"name": "a", "parameters": 5}}]), "JSON schema error"),
    ),
    *rows(
        "/api/chat",
        500,  # as Ollama has it
        (chat(options={"temperature": "hot"}), 'option "temperature" must be of type float32'),
        (chat(options={"temperature": True}), 'option "temperature" must be of type float32'),
        (chat(options={"num_ctx": "x"}), 'option "num_ctx" must be of type integer'),
        (chat(options={"use_mmap": 1}), 'option "use_mmap" must be of type boolean'),
        (chat(options={"stop": "x"}), 'option "stop" must be of type array'),
        (chat(options={"stop": {}}), 'option "stop" must be of type array'),
        (chat(options={"stop": [5]}), 'option "stop" must be of an array of strings'),
        (chat(options={"num_thread": []}), 'option "num_thread" must be of type integer'),
    ),
    *rows(
        "/api/generate",
        400,
        ({"model": "tiny-a", "prompt": 5}, "prompt should be a valid string"),
        ({"model": "tiny-a", "prompt": "x", "suffix": "y"}, '"tiny-a" does not support insert'),
        ({"model": "tiny-a", "prompt": "x", "template": "y"}, "a template of one's own is not supported"),
        ({"model": "tiny-a", "prompt": "x", "images": ["aaaa"]}, "cannot see images"),
        ({"model": "tiny-a", "prompt": "x", "raw": 1}, "raw should be a valid boolean"),
        ({"model": "embed", "prompt": "x"}, '"embed" does not support generate'),
        ({"model": "embed"}, '"embed" does not support generate'),
    ),
    *rows(
        "/api/embed",
        400,
        ({"model": "embed", "input": 5}, "input should be a valid string or a valid list"),
        ({"model": "embed", "input": ["a", 5]}, "input.1 should be a valid string"),
        ({"model": "embed", "input": ["a", ""]}, "Input content cannot be empty"),
        ({"model": "embed", "input": "a", "dimensions": "x"}, "dimensions should be a valid integer"),
        ({"model": "embed", "input": "a" * 9000, "truncate": False}, "the input length exceeds the context length"),
    ),
    *rows(
        "/api/create",
        400,
        ({"model": "x"}, "neither 'from' or 'files' was specified"),
        ({"model": "x", "from": 5}, "from should be a valid string"),
        ({"model": "x", "from": "tiny-a", "system": 5}, "system should be a valid string"),
        ({"model": "x", "from": "tiny-a", "messages": [5]}, "messages.0 should be an object"),
        ({"model": "x", "from": "tiny-a", "messages": [{"role": 5}]}, "role should be a valid string"),
        ({"model": "x", "from": "tiny-a", "license": 5}, "license should be a valid string or a valid list"),
        ({"model": "x", "files": {"a": "b"}}, "files is not supported"),
        ({"model": "a:" * 75, "from": "tiny-a"}, "invalid model name"),
        ({"model": "hello", "from": "tiny-a"}, "hello:latest is a file in"),
    ),
    *rows("/api/create", 404, ({"model": "x", "from": "nope"}, "model 'nope' not found")),
    *rows(
        "/api/copy",
        400,
        ({"source": 5}, "source should be a valid string"),
        ({"source": "hello"}, "model is required"),
        ({"source": "hello", "destination": "../x"}, "invalid model name"),
    ),
    *rows("/api/show", 400, ({"model": []}, "model should be a valid string"), ({}, "model is required")),
    *rows("/api/pull", 400, ({"model": "x", "stream": 5}, "stream should be a valid boolean")),
    *rows(
        "/v1/chat/completions",
        400,
        (chat(messages=[]), "[] is too short - 'messages'"),
        (chat(messages=["x"]), "messages.0 should be an object"),
        (said(content=[{"type": "image_url", "image_url": 5}]), "illegal base64 data"),
        (
            said(content=[{"type": "image_url", "image_url": {"url": "data:image/png;base64,aaaa"}}]),
            "cannot see images",
        ),
        (chat(max_tokens="x"), "max_tokens should be a valid integer"),
        (chat(stop=5), "stop should be a valid string or a valid list"),
        (chat(temperature="hot"), "temperature should be a valid number"),
        (chat(reasoning_effort="x"), "reasoning_effort should be 'none', 'low', 'medium' or 'high'"),
        (chat(reasoning_effort="high"), '"tiny-a" does not support thinking'),
        (chat(response_format="x"), "response_format should be an object"),
        (chat(response_format={"type": "json_schema", "json_schema": "x"}), "json_schema should be an object"),
        (chat(stream_options=[]), "stream_options should be an object"),
        (chat(tools=[5]), "tools.0: a tool is an object"),
    ),
]


@pytest.mark.parametrize(("path", "body", "status", "words"), REFUSED)
async def test_what_is_wrong_is_refused_in_a_sentence(
    served: Served, path: str, body: dict[str, Any], status: int, words: str
) -> None:
    refused = await served.ask(path, body)
    error = refused.json()["error"]
    assert words in (error["message"] if path.startswith("/v1") else error)
    assert refused.status_code == status


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(b"   ", "missing request body", id="blank"),
        pytest.param(b"null", "the body must be a JSON object", id="null"),
        pytest.param(b"[]", "the body must be a JSON object", id="a list"),
        pytest.param(b"{", "unexpected EOF", id="half"),
        pytest.param(b'{"model": x}', "the body is no JSON", id="no JSON"),
        pytest.param(b'{"model": "\xff"}', "the body is no JSON", id="no UTF-8"),
        pytest.param(b'{"model": "\\ud800"}', "the body is no JSON", id="half a character"),
        pytest.param(b'{"model": "tiny-a", "keep_alive": NaN}', "the body is no JSON", id="not a number"),
        pytest.param(b'{"model": "tiny-a", "keep_alive": 1e999}', "the body is no JSON", id="infinite"),
        pytest.param(b"[" * 100_000, "the body is no JSON", id="deep and no end"),
        pytest.param(b'{"x": ' + b"[" * 500 + b"]" * 500 + b"}", "more than 100 objects and lists", id="deep"),
    ],
)
async def test_what_is_no_object_is_refused(served: Served, body: bytes, words: str) -> None:
    for path in ("/api/chat", "/api/show", "/v1/chat/completions"):
        refused = await served.ask(path, body)
        assert (refused.status_code, words in refused.text) == (400, True)


async def test_a_body_of_65_mib_is_too_long(served: Served) -> None:
    refused = await served.ask("/api/chat", b" " * 65 * 2**20)
    assert (refused.status_code, refused.json()) == (413, {"error": "the request is longer than 64 MiB"})


BIG = 10**18
ANSWERED = {
    "no options": chat(options=None),
    "an unknown role": said(role="robot"),
    "no role": said(role=None),
    "no content": said(content=None),
    "empty content": said(content=""),
    "an empty message": chat(messages=[{}]),
    "a system message alone": chat(messages=[{"role": "system", "content": "Be."}]),
    "a tool's message alone": chat(messages=[{"role": "tool", "content": "5", "tool_name": "x"}]),
    "a call without anything": said(tool_calls=[{}]),
    "300 messages": chat(messages=[MESSAGE] * 300),
    "a zero byte": said(content="a\0b"),
    "half a template": said(content="<|im_start|>assistant\n<|im_end|>"),
    "an empty format": chat(format=""),
    "a format of anything": chat(format={}),
    "unknown fields": chat(nonsense=[1], logprobs=True),
    "unknown options": chat(options={"temperature": 0, "nonsense": {}, "tfs_z": 1, "num_gpu": 99}),
    "a long keep_alive": chat(keep_alive=1e300),
    "keep_alive for ever": chat(keep_alive="-1s"),
    **{
        f"{name} {value}": chat(options={"temperature": 0, name: value})
        for name, values in {
            "temperature": (-1, 0, None),
            "num_predict": (-1, -2, 1e30, BIG),
            "num_ctx": (0, -1, 1, 4.0, 1e300, BIG),
            "seed": (-1, 2**40, 1e30, -BIG),
            "top_k": (-1, 0, BIG),
            "top_p": (-1, 0, 5),
            "min_p": (-1,),
            "repeat_last_n": (-1, 0, BIG),
            "num_keep": (-5, BIG),
            "mirostat": (1, 2, 9),
            "stop": ([], [""], ["nothing"] * 1000),
        }.items()
        for value in values
    },
}


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in ANSWERED.items()])
async def test_what_is_odd_but_right_is_answered(served: Served, body: dict[str, Any]) -> None:
    answered = await served.ask("/api/chat", body)
    assert (answered.status_code, answered.json()["message"]["content"]) == (200, "I am A.")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        pytest.param(said(content=[{"type": "text", "text": 5}, {"type": "audio"}, 7]), "I am A.", id="odd parts"),
        pytest.param(chat(stream_options=None, n=5, max_tokens=-1), "I am A.", id="odd limits"),
        pytest.param(chat(stop="A"), "I am ", id="one word to stop at"),
        pytest.param(chat(max_tokens=5, max_completion_tokens=2), "I am", id="two limits"),
    ],
)
async def test_what_is_odd_in_the_other_dialect_is_answered(served: Served, body: dict[str, Any], words: str) -> None:
    answered = await served.ask("/v1/chat/completions", body)
    assert answered.json()["choices"][0]["message"]["content"] == words


@pytest.mark.parametrize(
    ("more", "vectors", "tokens"),
    [
        pytest.param({"input": ""}, 0, 0, id="nothing"),
        pytest.param({}, 0, 0, id="no input"),
        pytest.param({"input": "a" * 9000, "options": {"num_ctx": 512}}, 1, 511, id="too long"),
        pytest.param({"input": "a" * 300, "options": {"num_ctx": 128}}, 1, 255, id="longer than a small context"),
        pytest.param({"input": ["a"] * 200}, 200, 200, id="200"),
        pytest.param({"input": "a", "dimensions": -5}, 1, 1, id="negative dimensions"),
        pytest.param({"input": "a", "dimensions": BIG}, 1, 1, id="many dimensions"),
    ],
)
async def test_what_is_odd_is_embedded(served: Served, more: dict[str, Any], vectors: int, tokens: int) -> None:
    told = (await served.ask("/api/embed", {"model": "embed", **more})).json()
    assert [len(vector) for vector in told["embeddings"]] == [512] * vectors
    assert told["prompt_eval_count"] == tokens


async def test_fewer_dimensions_are_the_first_ones_at_full_length(served: Served) -> None:
    told = (await served.ask("/api/embed", {"model": "embed", "input": "ab", "dimensions": 300})).json()
    (vector,) = told["embeddings"]
    assert len(vector) == 300
    assert sum(each * each for each in vector) == pytest.approx(1)
