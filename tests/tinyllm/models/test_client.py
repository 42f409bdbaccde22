import asyncio
from typing import Any

import httpx
import pytest

from tests.tinyllm.asking import OVERFLOW_024, OVERFLOW_033, REFUSED, REQUEST, heard
from tests.tinyllm.streams import Server, Stream, last, line, refused, streamed
from tinyllm.errors import (
    AnswerCutError,
    AnswerIdleError,
    BackendError,
    ContextOverflowError,
    ModelMissingError,
    RefusedError,
    UnreachableError,
)
from tinyllm.models import OllamaClient


def answered() -> httpx.Response:
    return streamed(line("Hello"), line(" there."), last())


# What is asked


async def test_a_chat_request_is_exactly_what_ollama_needs() -> None:
    server = Server(answered())
    async with server.client(keep_alive="30m") as client:
        await heard(client)
    request = server.requests[0]
    assert (request.method, str(request.url)) == ("POST", "http://box:11434/api/chat")
    assert request.headers["content-type"] == "application/json"
    assert server.bodies == [
        {
            "model": "qwen3:8b",
            "messages": [
                {"role": "system", "content": "Be kind."},
                {"role": "user", "content": "Grüße 🌍"},
                {"role": "assistant", "content": "Hi."},
            ],
            "stream": True,
            "truncate": False,
            "shift": False,
            "keep_alive": "30m",
            "options": {"num_ctx": 4096},
        }
    ]


@pytest.mark.parametrize(
    ("setting", "sent"),
    [
        pytest.param("5m", "5m", id="a duration"),
        pytest.param("-1", -1, id="for ever"),
        pytest.param("0", 0, id="not at all"),
        pytest.param("300", 300, id="seconds"),
        pytest.param(-1, -1, id="a number"),
    ],
)
async def test_keep_alive_without_a_unit_goes_out_as_a_number(setting: str | int, sent: str | int) -> None:
    server = Server(answered())
    async with server.client(keep_alive=setting) as client:
        await heard(client)
    assert server.bodies[0]["keep_alive"] == sent


async def test_a_path_in_the_address_is_kept() -> None:
    server = Server(answered())
    async with server.client("https://example.com/ollama/") as client:
        await heard(client)
    assert str(server.requests[0].url) == "https://example.com/ollama/api/chat"


async def test_warming_up_loads_the_model_with_the_context_it_will_be_used_with() -> None:
    server = Server(httpx.Response(200, json={"done": True, "done_reason": "load"}))
    async with server.client() as client:
        await client.warm_up("qwen3:8b", 4096)
    assert server.requests[0].url.path == "/api/generate"
    assert server.bodies == [{"model": "qwen3:8b", "stream": False, "keep_alive": "5m", "options": {"num_ctx": 4096}}]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(refused(404, "model 'qwen3:8b' not found"), ModelMissingError, id="missing"),
        pytest.param(refused(500, "out of memory"), RefusedError, id="too big"),
        pytest.param(streamed(httpx.ReadError("")), AnswerCutError, id="cut"),
        pytest.param(streamed(asyncio.Event()), AnswerIdleError, id="silence"),
        pytest.param(REFUSED, UnreachableError, id="nobody there"),
    ],
)
async def test_a_failed_warm_up_is_an_error_of_ours(answer: Any, expected: type[BackendError]) -> None:
    async with Server(answer).client(timeout_ms=4) as client:
        with pytest.raises(expected):
            await client.warm_up("qwen3:8b", 4096)


def test_a_host_that_is_no_address_is_refused() -> None:
    with pytest.raises(ValueError, match="address"):
        OllamaClient("not an address")


def test_the_current_model_is_the_default_until_another_is_set() -> None:
    client = Server().client(default_model="qwen2.5:3b")
    assert client.get_model() == "qwen2.5:3b"
    client.set_model("qwen2.5:7b")
    assert client.get_model() == "qwen2.5:7b"


# Refusals


@pytest.mark.parametrize(
    ("answer", "expected", "sentence"),
    [
        pytest.param(
            refused(404, "model 'qwen3:8b' not found"), ModelMissingError, "qwen3:8b is not installed", id="404"
        ),
        pytest.param(
            httpx.Response(404, text="404 page not found"), RefusedError, r"refused \(404\): Not Found", id="no route"
        ),
        pytest.param(refused(500, "boom"), RefusedError, r"refused \(500\): boom", id="500"),
        pytest.param(refused(400, '{"error":{"message":"in\\nside"}}'), RefusedError, ": in side", id="wrapped"),
        pytest.param(refused(500, {"message": "inside"}), RefusedError, r"\(500\): inside", id="an object"),
        pytest.param(httpx.Response(500), RefusedError, r"\(500\): Internal Server Error", id="no body"),
        pytest.param(httpx.Response(502, text="<html>"), RefusedError, r"\(502\): Bad Gateway", id="a page"),
        pytest.param(httpx.Response(500, json=["boom"]), RefusedError, r"\(500\): Internal", id="a list"),
        pytest.param(httpx.Response(500, stream=Stream(b'{"e', httpx.ReadError(""))), RefusedError, "500", id="cut"),
        pytest.param(httpx.Response(500, stream=Stream(asyncio.Event())), RefusedError, "500", id="hanging body"),
        pytest.param(refused(500, "x" * 10_000), RefusedError, "x…$", id="a flood"),
        pytest.param(
            refused(400, OVERFLOW_024),
            ContextOverflowError,
            "does not fit into the model's context",
            id="overflow, 0.24",
        ),
        pytest.param(
            refused(400, OVERFLOW_033),
            ContextOverflowError,
            "does not fit into the model's context",
            id="overflow, 0.33",
        ),
    ],
)
async def test_a_refusal_is_told_apart(answer: httpx.Response, expected: type[BackendError], sentence: str) -> None:
    server = Server(answer)
    async with server.client(timeout_ms=4) as client:
        with pytest.raises(expected, match=sentence):
            await anext(client.chat(REQUEST))
    assert len(server.requests) == 1


@pytest.mark.parametrize(("said", "tokens"), [(OVERFLOW_024, None), (OVERFLOW_033, 919)])
async def test_an_overflow_tells_the_length_where_the_server_does(said: str, tokens: int | None) -> None:
    async with Server(refused(400, said)).client() as client:
        with pytest.raises(ContextOverflowError) as caught:
            await anext(client.chat(REQUEST))
    assert caught.value.prompt_tokens == tokens
