"""The client's calls of the guide."""

from __future__ import annotations

import asyncio
import gc
import warnings

import httpx
import orjson
import pytest

from sandbox.models import DEFAULT_CATALOGUE, DEFAULT_MODELS, ScriptedModel, ScriptedModels
from tests.tinyllm.asking import OVERFLOW_033
from tests.tinyllm.streams import Server, Stream, error, refused, streamed
from tinyllm.errors import (
    AnswerCutError,
    AnswerFailedError,
    AnswerGarbledError,
    ContextOverflowError,
    DownloadError,
    ModelMissingError,
    NoModelError,
)
from tinyllm.models import GenerateResponse, ModelCapabilities, ModelRegistry, OllamaClient

SHOWN = httpx.Response(
    200, json={"model_info": {"general.architecture": "q", "q.context_length": 4096}, "capabilities": ["completion"]}
)
END = {
    "model": "qwen2.5:3b",
    "created_at": "2026-11-22T20:47:41.465453046Z",
    "response": "",
    "done": True,
    "done_reason": "stop",
    "context": [1, 2, 3],
    "total_duration": 9,
    "load_duration": 1,
    "prompt_eval_count": 26,
    "prompt_eval_duration": 2,
    "eval_count": 100,
    "eval_duration": 5,
}


def piece(text: str, **more: object) -> bytes:
    return orjson.dumps({"model": "qwen2.5:3b", "response": text, "done": False, **more}) + b"\n"


def end(**changes: object) -> bytes:
    return orjson.dumps({**END, **changes}) + b"\n"


def answering(*parts: bytes | Exception) -> Server:
    """Tells facts of the model first, then answers."""
    return Server(SHOWN, streamed(*parts))


async def test_an_answer_comes_whole_with_the_servers_figures() -> None:
    server = answering(piece("", thinking="Hm."), piece("Hello"), piece(", world!"), end())
    async with server.client(default_model="qwen2.5:3b") as client:
        response = await client.generate(prompt="Hello, world!")
    assert response == GenerateResponse(
        "qwen2.5:3b", "2026-11-22T20:47:41.465453046Z", "Hello, world!", True, 9, 1, 26, 2, 100, 5
    )


async def test_the_prompt_is_sent_once_and_nothing_may_be_cut_in_silence() -> None:
    server = answering(end())
    async with server.client(default_model="qwen2.5:3b", keep_alive="-1") as client:
        await client.generate("Hi", system="Be kind.", temperature=0.9, max_tokens=5, json_mode=True)
    assert [request.url.path for request in server.requests] == ["/api/show", "/api/generate"]
    assert server.bodies[1] == {
        "model": "qwen2.5:3b",
        "prompt": "Hi",
        "system": "Be kind.",
        "format": "json",
        "stream": True,
        "truncate": False,
        "shift": False,
        "keep_alive": -1,
        "options": {"num_ctx": 4096, "temperature": 0.9, "num_predict": 5},
    }


async def test_the_pieces_come_one_by_one() -> None:
    async with answering(piece("One "), piece("two"), end(response=".")).client() as client:
        pieces = [text async for text in client.generate_stream("Count", "qwen2.5:3b")]
    assert pieces == ["One ", "two", "."]


async def test_leaving_a_stream_closes_it() -> None:
    stream = Stream(piece("One "), piece("two"), end())
    async with Server(SHOWN, streamed(stream)).client(default_model="m") as client:
        pieces = client.generate_stream("Count")
        assert await anext(pieces) == "One "
        await pieces.aclose()
        assert stream.closed


@pytest.mark.parametrize(
    ("named", "default", "asked"),
    [("tiny", None, "tinyllama"), (None, "fast", "qwen2.5:0.5b"), ("a", "b", "a"), ("Judge:latest", None, "qwen3:14b")],
)
async def test_a_model_may_be_named_by_an_alias(named: str | None, default: str | None, asked: str) -> None:
    server = answering(end())
    async with server.client(default_model=default, registry=ModelRegistry()) as client:
        await client.generate("Hi", model=named)
    assert server.bodies[1]["model"] == asked


async def test_without_any_model_it_is_a_value_error_and_nothing_is_sent() -> None:
    server = answering(end())
    async with server.client() as client:
        with pytest.raises(ValueError, match="No model is known") as caught:
            await client.generate("Hi")
        with pytest.raises(NoModelError):
            await anext(client.generate_stream("Hi"))
    assert isinstance(caught.value, NoModelError)
    assert server.requests == []


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(streamed(piece("a"), error("out of memory")), AnswerFailedError, id="error line"),
        pytest.param(streamed(piece("a")), AnswerCutError, id="no end"),
        pytest.param(streamed(piece("a"), httpx.ReadError("reset")), AnswerCutError, id="reset"),
        pytest.param(streamed(b"<html>Hello</html>\n"), AnswerGarbledError, id="html"),
        pytest.param(streamed(b'{"what": 1}\n'), AnswerGarbledError, id="other json"),
        pytest.param(refused(404, "model 'qwen2.5:3b' not found"), ModelMissingError, id="missing"),
        pytest.param(refused(400, OVERFLOW_033), ContextOverflowError, id="too long"),
    ],
)
async def test_what_breaks_an_answer_is_an_error_and_counted(answer: httpx.Response, expected: type[Exception]) -> None:
    async with Server(SHOWN, answer).client(default_model="qwen2.5:3b") as client:
        with pytest.raises(expected):
            await client.generate("Hi")
        stats = client.get_stats()
    assert (stats["total_requests"], stats["failed_requests"]) == (1, 1)


async def test_the_figures_of_a_client() -> None:
    server = Server(SHOWN, streamed(piece("a"), end()), streamed(piece("a"), end()))
    async with server.client(default_model="qwen2.5:3b") as client:
        for _ in range(2):
            await client.generate("Hi")
        assert client.get_stats() == {
            "host": "http://box:11434",
            "model": "qwen2.5:3b",
            "total_requests": 2,
            "failed_requests": 0,
            "prompt_tokens": 52,
            "answer_tokens": 200,
        }


async def test_without_a_host_it_is_where_ollama_host_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "0.0.0.0:1234")
    async with OllamaClient() as client:
        assert client.address == "http://127.0.0.1:1234"
    monkeypatch.delenv("OLLAMA_HOST")
    async with OllamaClient() as client:
        assert client.address == "http://127.0.0.1:11434"


# Against the scripted model server

VISION = ScriptedModel(
    "eyes:7b",
    "7B",
    7_000_000_000,
    "Q4_0",
    "llava",
    4_000_000_000,
    8192,
    4096,
    ("completion", "vision", "tools", "thinking"),
)


@pytest.fixture
def registry() -> ModelRegistry:
    return ModelRegistry()


@pytest.mark.parametrize("dialect", ["0.24", "0.33"])
async def test_switching_checks_what_is_installed(dialect: str, registry: ModelRegistry) -> None:
    async with ScriptedModels(version=dialect) as server, OllamaClient(server.url, registry=registry) as client:
        client.set_model("qwen2.5:3b")
        assert await client.switch_model("qwen2.5:1.5b") == (True, None)
        assert client.get_model() == "qwen2.5:1.5b"
        success, warning = await client.switch_model("new-model")
        assert not success
        assert warning is not None
        assert "“new-model” is not an installed model" in warning
        assert client.get_model() == "qwen2.5:1.5b", "a switch that fails changes nothing"
        assert await client.switch_model("new-model", check_compatibility=False) == (True, None)
        assert client.get_model() == "new-model"
        assert await client.switch_model("TINY") == (True, None), "tinyllama matches the installed tinyllama:latest"
        assert (await client.generate("say: Hello!")).response == "Hello!"
        success, warning = await client.switch_model("qwen2.5:4b")
        assert warning is not None
        assert "Closest: qwen2.5:3b" in warning
        success, warning = await client.switch_model("nomic-embed-text")
        assert (success, warning) == (False, "nomic-embed-text:latest lacks chat.")


@pytest.mark.parametrize(
    ("model", "features", "expected"),
    [
        ("eyes:7b", ["vision", "tools", "thinking"], (True, None)),
        ("eyes:7b", ["chat", "context:8192"], (True, None)),
        ("eyes:7b", ["context:8193"], (False, "eyes:7b lacks a context of 8,193 tokens (it has 8,192).")),
        ("qwen2.5:3b", ["vision"], (False, "qwen2.5:3b lacks vision.")),
        ("qwen2.5:3b", ["Vision", "thinking"], (False, "qwen2.5:3b lacks vision, thinking.")),
        ("qwen3:8b", ["thinking", "tools"], (True, None)),
        ("nomic-embed-text", ["embedding"], (True, None)),
        ("nomic-embed-text", None, (False, "nomic-embed-text:latest lacks chat.")),
        ("judge", None, (False, "“judge” stands for qwen3:14b, which is not installed.")),
    ],
)
async def test_required_features_are_checked(
    model: str, features: list[str] | None, expected: tuple[bool, str | None], registry: ModelRegistry
) -> None:
    async with (
        ScriptedModels(models=[*DEFAULT_MODELS, VISION]) as server,
        OllamaClient(server.url, registry=registry) as client,
    ):
        assert await client.check_model_compatibility(model, features) == expected


async def test_what_is_no_feature_is_named_with_those_there_are(registry: ModelRegistry) -> None:
    async with OllamaClient("127.0.0.1:1", registry=registry) as client:
        with pytest.raises(ValueError, match=r"“smell” is no feature of a model. There are: chat, vision"):
            await client.check_model_compatibility("x", ["smell"])


async def test_a_server_that_is_down_is_a_warning_and_no_exception(registry: ModelRegistry) -> None:
    async with OllamaClient("127.0.0.1:1", registry=registry) as client:
        success, warning = await client.switch_model("qwen2.5:3b")
        assert not success
        assert warning is not None
        assert "http://127.0.0.1:1 cannot be reached" in warning
        assert not await client.check_health()


async def test_a_model_that_failed_lately_is_switched_to_with_a_warning(registry: ModelRegistry) -> None:
    registry.record_request("qwen2.5:3b", 0, success=False, error="Timeout")
    async with ScriptedModels() as server, OllamaClient(server.url, registry=registry) as client:
        assert await client.switch_model("medium") == (True, "qwen2.5:3b has been failing lately: Timeout")
        assert client.get_model() == "qwen2.5:3b"


async def test_pulling_installs_and_a_failed_pull_is_an_error(registry: ModelRegistry) -> None:
    async with (
        ScriptedModels(catalogue=DEFAULT_CATALOGUE) as server,
        OllamaClient(server.url, registry=registry) as client,
    ):
        assert "qwen3:14b" not in await client.list_models()
        assert await client.pull_model("judge")
        assert "qwen3:14b" in await client.list_models()
        with pytest.raises(DownloadError, match="“nope:7b” could not be downloaded"):
            await client.pull_model("nope:7b")
        assert await client.check_health()


async def test_a_client_takes_capabilities_from_the_server_and_not_from_the_name() -> None:
    named = ScriptedModel("gemma-7b-like:27b", "27.2B", 27_200_000_000, "Q4_0", "gemma3", 17_000_000_000, 131_072, 5376)
    async with ScriptedModels(models=[named]) as server, OllamaClient(server.url) as client:
        (known,) = await client.list_capabilities()
    assert isinstance(known, ModelCapabilities)
    assert (known.parameter_count, known.family, known.context_size, known.guessed) == (
        "27.2B",
        "gemma3",
        131_072,
        False,
    )


async def test_one_feature_may_be_given_without_a_list(registry: ModelRegistry) -> None:
    async with ScriptedModels() as server, OllamaClient(server.url, registry=registry) as client:
        assert await client.check_model_compatibility("fast", "vision") == (False, "qwen2.5:0.5b lacks vision.")
        assert await client.check_model_compatibility("fast", []) == (True, None)


async def test_half_a_surrogate_pair_is_asked_as_a_visible_mark() -> None:
    server = answering(end())
    async with server.client(default_model="m") as client:
        await client.generate("half \ud83d pair", system="\x00")
    assert (server.bodies[1]["prompt"], server.bodies[1]["system"]) == ("half \ufffd pair", "\ufffd")


async def test_a_client_serves_one_event_loop_after_the_other() -> None:
    def ask(url: str) -> list[str]:
        client = OllamaClient(url, default_model="fast", registry=ModelRegistry())

        async def once(text: str, last: bool) -> str:
            answer = (await client.generate(f"say: {text}")).response
            if last:
                await client.close()
            return answer

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)  # of what the first loop left open
            answers = [asyncio.run(once("One.", last=False)), asyncio.run(once("Two.", last=True))]
            gc.collect()
        return answers

    async with ScriptedModels() as server:
        assert await asyncio.to_thread(ask, server.url) == ["One.", "Two."]
