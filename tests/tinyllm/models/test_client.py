import asyncio
from collections.abc import Coroutine
from typing import Any

import httpx
import pytest

from tests.clocks import ManualClock
from tests.tinyllm.asking import OVERFLOW_024, OVERFLOW_033, REFUSED, REQUEST, STALE, heard
from tests.tinyllm.streams import FINISHED, Server, Stream, error, last, line, refused, streamed
from tinyllm.errors import (
    AnswerCutError,
    AnswerFailedError,
    AnswerGarbledError,
    AnswerIdleError,
    BackendError,
    BusyError,
    ContextOverflowError,
    ModelMissingError,
    RefusedError,
    UnreachableError,
)
from tinyllm.models import OllamaClient
from tinyllm.models.backend import ChatEvent, Finished, Text, Thinking
from tinyllm.models.transport import BUSY_PATIENCE


def answered() -> httpx.Response:
    return streamed(line("Hello"), line(" there."), last())


async def passing(clock: ManualClock, work: Coroutine[Any, Any, Any]) -> Any:
    """The result of what sleeps on the clock, half a second at a time."""
    task = asyncio.create_task(work)
    while not task.done():
        await asyncio.sleep(0)
        if clock.sleeping:
            clock.advance(0.5)
    return await task


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


# How an answer ends


@pytest.mark.parametrize(
    ("parts", "events", "expected"),
    [
        pytest.param([line("Hi"), last()], [Text("Hi"), FINISHED], None, id="done"),
        pytest.param(
            [line(thinking="hm"), line("Hi"), last()], [Thinking("hm"), Text("Hi"), FINISHED], None, id="thinking"
        ),
        pytest.param(
            [line("Hi"), last(done_reason="length")],
            [Text("Hi"), Finished(True, FINISHED.figures)],
            None,
            id="length",
        ),
        pytest.param([last()], [FINISHED], None, id="empty"),
        pytest.param([line("Hi")[:9], line("Hi")[9:] + last()], [Text("Hi"), FINISHED], None, id="half lines"),
        pytest.param([line("Hi") + error("boom")], [Text("Hi")], AnswerFailedError, id="error in the same read"),
        pytest.param([line("Hi"), error("boom")], [Text("Hi")], AnswerFailedError, id="error line"),
        pytest.param([line("Hi")], [Text("Hi")], AnswerCutError, id="end without done"),
        pytest.param([], [], AnswerCutError, id="no line at all"),
        pytest.param([line("Hi"), httpx.ReadError("")], [Text("Hi")], AnswerCutError, id="reset"),
        pytest.param(
            [line("Hi"), httpx.RemoteProtocolError("incomplete chunked read")],
            [Text("Hi")],
            AnswerCutError,
            id="half a chunk",
        ),
        pytest.param([line("Hi") + line("you")[:20]], [Text("Hi")], AnswerCutError, id="half a line"),
        pytest.param([asyncio.Event()], [], AnswerIdleError, id="silence from the first"),
        pytest.param([line("Hi"), asyncio.Event()], [Text("Hi")], AnswerIdleError, id="silence in the middle"),
        pytest.param([line("Hi"), b"\x00{{\n"], [Text("Hi")], AnswerGarbledError, id="garbage"),
        pytest.param([b"<html>\n</html>"], [], AnswerGarbledError, id="a page"),
        pytest.param([b"<html></html>"], [], AnswerGarbledError, id="a page of one line"),
    ],
)
async def test_each_ending_is_told_and_keeps_the_text(
    parts: list[Any], events: list[ChatEvent], expected: type[BackendError] | None
) -> None:
    body = Stream(*parts)
    async with Server(streamed(body)).client(timeout_ms=4) as client:
        got, failed = await heard(client)
    assert got == events
    assert (type(failed) if failed else None) is expected
    assert body.closed


async def test_the_first_byte_may_take_longer_than_the_others() -> None:
    async with Server(streamed(asyncio.Event())).client(timeout_ms=4) as client:
        _, failed = await heard(client)
    assert "silent for 0.02 s" in str(failed)
    async with Server(streamed(line("Hi"), asyncio.Event())).client(timeout_ms=4) as client:
        _, failed = await heard(client)
    assert "silent for 0.004 s" in str(failed)


async def test_a_server_that_takes_the_request_and_hangs_is_given_up() -> None:
    async with Server(asyncio.Event()).client(timeout_ms=2) as client:
        assert isinstance((await heard(client))[1], AnswerIdleError)


async def test_closing_the_answer_closes_the_connection() -> None:
    body = Stream(line("Hi"), asyncio.Event())
    async with Server(streamed(body)).client() as client:
        events = client.chat(REQUEST)
        assert await anext(events) == Text("Hi")
        await events.aclose()
        assert body.closed


async def test_cancelling_the_task_closes_the_connection() -> None:
    body, begun = Stream(line("Hi"), asyncio.Event()), asyncio.Event()

    async def listen(client: OllamaClient) -> None:
        async for _ in client.chat(REQUEST):
            begun.set()

    async with Server(streamed(body)).client() as client:
        task = asyncio.create_task(listen(client))
        await begun.wait()
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        assert body.closed


async def test_an_idle_server_does_not_stop_whoever_reads_slowly() -> None:
    async with Server(streamed(line("a"), line("b"), last())).client(timeout_ms=4) as client:
        events = client.chat(REQUEST)
        first = await anext(events)
        await asyncio.sleep(0.02)  # the reader's own time, which the watch over the server must not count
        assert [first, *[event async for event in events]] == [Text("a"), Text("b"), FINISHED]


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


# Trying again


async def test_a_busy_server_is_asked_again_with_growing_pauses(clock: ManualClock) -> None:
    busy = refused(503, "server busy, please try again.  maximum pending requests exceeded")
    server = Server(busy, busy, busy, answered(), clock=clock)
    async with server.client() as client:
        events, failed = await passing(clock, heard(client))
    assert (events[-1], failed) == (FINISHED, None)
    assert server.times == [0, 0.5, 1.5, 3.5]


async def test_a_server_that_stays_busy_is_given_up_at_the_deadline(clock: ManualClock) -> None:
    server = Server(refused(503, "busy"), clock=clock)
    async with server.client() as client:
        events, failed = await passing(clock, heard(client))
    assert (events, type(failed)) == ([], BusyError)
    assert server.times == [0, 0.5, 1.5, 3.5, 7.5, 15.5, 23.5, 31.5, 39.5, 47.5, 55.5]
    assert server.times[-1] < BUSY_PATIENCE


@pytest.mark.parametrize("failure", [REFUSED, STALE, httpx.ReadError(""), httpx.ConnectTimeout("")])
async def test_a_connection_that_fails_once_is_tried_again(failure: Exception) -> None:
    server = Server(failure, answered())
    async with server.client() as client:
        events, failed = await heard(client)
    assert (events, failed) == ([Text("Hello"), Text(" there."), FINISHED], None)
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("failure", "why"),
    [
        pytest.param(REFUSED, "connection refused", id="refused"),
        pytest.param(httpx.ConnectError("Name or service not known"), "Name or service not known", id="unknown name"),
        pytest.param(httpx.ConnectError(""), "no connection", id="no reason"),
        pytest.param(httpx.ConnectTimeout(""), "no connection in time", id="timeout"),
        pytest.param(STALE, "the connection broke", id="broken"),
    ],
)
async def test_a_connection_that_fails_twice_is_explained(failure: Exception, why: str) -> None:
    server = Server(failure)
    async with server.client("gpu-box") as client:
        _, failed = await heard(client)
    assert isinstance(failed, UnreachableError)
    assert f"http://gpu-box:11434 cannot be reached ({why})" in str(failed)
    assert "OLLAMA_HOST" in str(failed)
    assert len(server.requests) == 2


async def test_retries_can_be_switched_off() -> None:
    server = Server(REFUSED)
    async with server.client(max_retries=0) as client:
        await heard(client)
    assert len(server.requests) == 1


async def test_an_answer_that_has_begun_is_never_asked_for_again() -> None:
    server = Server(streamed(line("Hi"), httpx.ReadError("")))
    async with server.client() as client:
        await heard(client)
    assert len(server.requests) == 1
