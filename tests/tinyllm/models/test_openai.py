"""The client of the OpenAI dialect: what it asks, and what it makes of the answers of different servers."""

import logging
from typing import Any

import httpx
import pytest

from tests.tinyllm.asking import REQUEST, heard
from tests.tinyllm.streams import FINISHED, Server, refused, streamed
from tests.tinyllm.tongues import OPENAI, delta, ending, failure, piece
from tinyllm.errors import (
    AnswerGarbledError,
    BackendError,
    ContextOverflowError,
    KeyRefusedError,
    ModelMissingError,
    RefusedError,
    UnsupportedError,
)
from tinyllm.models import ModelCapabilities
from tinyllm.models.backend import Figures, Finished, Text
from tinyllm.models.openai import OpenAIClient

KEY = "sk-hush/1234+="


def answered() -> httpx.Response:
    return streamed(piece("Hello"), ending())


def listing(*entries: Any) -> httpx.Response:
    return httpx.Response(200, json={"object": "list", "data": list(entries)})


# What is asked


async def test_a_chat_request_is_exactly_what_the_dialect_needs() -> None:
    server = Server(answered())
    async with OPENAI.client(server) as client:
        await heard(client)
    request = server.requests[0]
    assert (request.method, str(request.url)) == ("POST", "http://box:11434/v1/chat/completions")
    assert "authorization" not in request.headers
    assert server.bodies == [
        {
            "model": "qwen3:8b",
            "messages": [
                {"role": "system", "content": "Be kind."},
                {"role": "user", "content": "Grüße 🌍"},
                {"role": "assistant", "content": "Hi."},
            ],
            "stream": True,
            "stream_options": {"include_usage": True},
        }
    ]


async def test_the_key_is_sent_with_every_request() -> None:
    server = Server(listing(), answered())
    async with OPENAI.client(server, api_key=KEY) as client:
        await client.list_capabilities()
        await heard(client)
    assert [request.headers["authorization"] for request in server.requests] == [f"Bearer {KEY}"] * 2


async def test_an_answer_may_end_without_figures_and_without_a_last_line_end() -> None:
    async with OPENAI.client(Server(streamed(piece("Hello"), delta("length").rstrip()))) as client:
        assert await heard(client) == ([Text("Hello"), Finished(True, Figures())], None)


async def test_a_server_that_knows_no_figures_is_asked_without_them_from_then_on() -> None:
    # As Mistral's server words it, which tells figures all the same.
    detail = [{"type": "extra_forbidden", "loc": ["body", "stream_options", "include_usage"], "input": True}]
    error = {"object": "error", "message": {"detail": detail}, "type": "invalid_request_error"}
    server = Server(httpx.Response(422, json=error), answered(), answered())
    async with OPENAI.client(server) as client:
        for _ in range(2):
            assert await heard(client) == ([Text("Hello"), FINISHED], None)
    assert ["stream_options" in body for body in server.bodies] == [True, False, False]


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"address": "not an address"}, id="address"),
        pytest.param({"address": "http://box/v1", "api_key": "two words"}, id="key with a space"),
        pytest.param({"address": "http://box/v1", "api_key": "kéy\n"}, id="key that no header can carry"),
    ],
)
def test_what_cannot_be_used_is_refused(given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"address|key") as caught:
        OpenAIClient(**given)
    assert "two words" not in str(caught.value)


async def test_models_are_neither_downloaded_nor_deleted() -> None:
    async with OPENAI.client(Server(listing())) as client:
        with pytest.raises(UnsupportedError, match="cannot download models over its API"):
            await anext(client.pull("x"))
        with pytest.raises(UnsupportedError, match="cannot delete models over its API"):
            await client.remove("x")


# What is installed


@pytest.mark.parametrize(
    ("entry", "model"),
    [
        pytest.param(
            {"id": "qwen3:8b", "object": "model", "created": 1795379943, "owned_by": "library"},
            ModelCapabilities("qwen3:8b", parameter_count="8B", guessed=True),
            id="Ollama",
        ),
        pytest.param(
            {"id": "meta-llama/Llama-3.1-8B-Instruct", "owned_by": "vllm", "parent": None, "max_model_len": 8192},
            ModelCapabilities("meta-llama/Llama-3.1-8B-Instruct", 8192, parameter_count="8B", guessed=True),
            id="vLLM",
        ),
        pytest.param(
            {
                "id": "llama.gguf",
                "owned_by": "llamacpp",
                "meta": {"n_ctx": 4096, "n_ctx_train": 131072, "n_params": 8030261312, "size": 4912898304},
            },
            ModelCapabilities("llama.gguf", 4096, size_gb=4.912898304, parameter_count="8.0B", guessed=True),
            id="llama.cpp",
        ),
        pytest.param(
            {"id": "tiny.gguf", "owned_by": "llamacpp", "meta": {"n_ctx_train": 2048, "n_params": 134515008}},
            ModelCapabilities("tiny.gguf", 2048, parameter_count="134.5M", guessed=True),
            id="an older llama.cpp",
        ),
        pytest.param(
            {"id": "x/y", "context_length": 32768, "architecture": {"input_modalities": ["text", "image"]}},
            ModelCapabilities("x/y", 32768, vision_support=True, guessed=True),
            id="OpenRouter",
        ),
        pytest.param(
            {"id": "BAAI/bge-m3"},
            ModelCapabilities("BAAI/bge-m3", embedding_support=True, chat_support=False, guessed=True),
            id="embeddings",
        ),
        pytest.param(
            {"id": "odd", "meta": None, "max_model_len": "long", "architecture": "transformer"},
            ModelCapabilities("odd", guessed=True),
            id="facts that are none",
        ),
    ],
)
async def test_each_servers_facts_are_read(entry: dict[str, Any], model: ModelCapabilities) -> None:
    async with OPENAI.client(Server(listing(entry))) as client:
        assert await client.list_capabilities() == [model]


async def test_odd_entries_of_a_list_are_left_out() -> None:
    async with OPENAI.client(Server(listing("x", None, {}, {"id": ""}, {"id": "m"}))) as client:
        assert [model.name for model in await client.list_capabilities()] == ["m"]


async def test_only_llama_cpp_tells_what_is_loaded() -> None:
    entries = [
        {"id": "alone", "meta": {"n_params": 1}},
        {"id": "here", "status": {"value": "loaded"}},
        {"id": "not yet", "status": {"value": "unloaded"}, "meta": {}},
        {"id": "vllm", "max_model_len": 8192},
    ]
    async with OPENAI.client(Server(listing(*entries))) as client:
        assert await client.list_loaded() == ["alone", "here"]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(httpx.Response(200, text="<html>"), id="a page"),
        pytest.param(httpx.Response(200, json={"models": []}), id="another dialect"),
    ],
)
async def test_a_list_that_is_none_is_an_error_of_ours(answer: httpx.Response) -> None:
    async with OPENAI.client(Server(answer)) as client:
        with pytest.raises(AnswerGarbledError):
            await client.list_capabilities()


# Refusals


LLAMA_CPP = {
    "code": 400,
    "message": "request (919 tokens) exceeds the available context size (512 tokens), try increasing it",
    "type": "exceed_context_size_error",
    "n_prompt_tokens": 919,
    "n_ctx": 512,
}
OPENAI_LONG = {
    "message": "Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 477469 tokens.",
    "type": "invalid_request_error",
    "param": "messages",
    "code": "context_length_exceeded",
}
VLLM_LONG = {
    "object": "error",
    "message": "This model's maximum context length is 2048 tokens. However, you requested 2723 tokens "
    "(1699 in the messages, 1024 in the completion). Please reduce the length of the messages or completion.",
    "type": "BadRequestError",
    "param": None,
    "code": 400,
}
LM_STUDIO = "The number of tokens to keep from the initial prompt is greater than the context length."
LITE_LLM = "litellm.BadRequestError: litellm.ContextWindowExceededError: AnthropicError - prompt is too long"
SGLANG = "The input (5000 tokens) is longer than the model's context length (4096 tokens)."
FULL = {"code": 500, "message": "Context size has been exceeded.", "type": "server_error"}


@pytest.mark.parametrize(
    ("answer", "tokens"),
    [
        pytest.param(refused(400, LLAMA_CPP), 919, id="llama.cpp"),
        pytest.param(httpx.Response(500, json={"error": FULL}), None, id="llama.cpp when all is full"),
        pytest.param(refused(400, OPENAI_LONG), 477469, id="OpenAI"),
        pytest.param(refused(400, VLLM_LONG), 1699, id="vLLM"),
        pytest.param(httpx.Response(400, json=VLLM_LONG), 1699, id="older vLLM"),
        pytest.param(refused(400, LM_STUDIO), None, id="LM Studio"),
        pytest.param(refused(400, {"message": LITE_LLM, "type": None, "code": "400"}), None, id="LiteLLM"),
        pytest.param(streamed(failure(SGLANG)), 5000, id="SGLang, after a good status"),
        pytest.param(httpx.Response(200, json={"error": LLAMA_CPP}), 919, id="in the body of a good answer"),
    ],
)
async def test_an_overflow_is_told_in_every_servers_words(answer: httpx.Response, tokens: int | None) -> None:
    async with OPENAI.client(Server(answer)) as client:
        _, failed = await heard(client)
    assert isinstance(failed, ContextOverflowError)
    assert failed.prompt_tokens == tokens


NOT_FOUND = "The model `qwen3:8b` does not exist."


@pytest.mark.parametrize(
    ("answer", "expected", "sentence"),
    [
        pytest.param(refused(404, {"message": NOT_FOUND}), ModelMissingError, "qwen3:8b is not installed", id="vLLM"),
        pytest.param(
            httpx.Response(404, json={"object": "error", "message": NOT_FOUND}), ModelMissingError, ".", id="older vLLM"
        ),
        pytest.param(
            refused(404, {"message": "No.", "code": "model_not_found"}), ModelMissingError, ".", id="OpenAI's code"
        ),
        pytest.param(refused(400, {"message": "model not found"}), ModelMissingError, ".", id="llama.cpp's router"),
        pytest.param(
            refused(400, {"message": "/chat/completions: Invalid model name passed in model=qwen3:8b."}),
            ModelMissingError,
            ".",
            id="LiteLLM",
        ),
        pytest.param(
            httpx.Response(404, json={"detail": "Not Found"}), RefusedError, r"\(404\): Not Found", id="no route"
        ),
        pytest.param(httpx.Response(422, json={"detail": "too odd"}), RefusedError, "too odd", id="a detail"),
        pytest.param(httpx.Response(502, text="<html>"), RefusedError, r"\(502\): Bad Gateway", id="a page"),
        pytest.param(refused(500, '{"error":{"message":"inside"}}'), RefusedError, r"\): inside", id="wrapped"),
        pytest.param(refused(401, "Unauthorized"), KeyRefusedError, r"API key.*TINYLLM_BACKENDS", id="no key"),
        pytest.param(httpx.Response(403, text="no"), KeyRefusedError, r"\(403\)", id="forbidden"),
    ],
)
async def test_a_refusal_is_told_apart(answer: httpx.Response, expected: type[BackendError], sentence: str) -> None:
    server = Server(answer)
    async with OPENAI.client(server) as client:
        with pytest.raises(expected, match=sentence):
            await anext(client.chat(REQUEST))
    assert len(server.requests) == 1


# The key


ECHO = f"Incorrect API key provided: {KEY}. You can find yours at https://example.com."


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(refused(401, {"message": ECHO, "code": "invalid_api_key"}), id="401"),
        pytest.param(refused(403, ECHO), id="403"),
        pytest.param(refused(400, ECHO), id="400"),
        pytest.param(httpx.Response(500, json={"detail": ECHO}), id="a detail"),
        pytest.param(httpx.Response(500, json={"error": {"odd": ECHO}}), id="an error without a message"),
        pytest.param(refused(404, {"message": f"model not found for {KEY}"}), id="404"),
        pytest.param(refused(429, {"message": ECHO, "code": "insufficient_quota"}), id="429"),
        pytest.param(lambda _: streamed(piece("Hi"), failure(ECHO)), id="in mid-answer"),
        pytest.param(httpx.Response(200, text=ECHO), id="garbage"),
    ],
)
async def test_the_key_is_in_no_text(answer: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with OPENAI.client(Server(answer), api_key=KEY) as client:
        _, failed = await heard(client)
        assert failed is not None
        with pytest.raises(BackendError) as caught:
            await client.list_capabilities()
        shown = [str(failed), repr(failed), str(caught.value), client.address, repr(client), str(vars(client))]
    assert KEY not in "\n".join([*shown, caplog.text])
