"""How answers end and requests are tried again, in each dialect, with servers that do as a test says."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.clocks import ManualClock
from tests.tinyllm.asking import REFUSED, REQUEST, STALE, heard
from tests.tinyllm.streams import FINISHED, Server, Stream, refused, streamed
from tests.tinyllm.tongues import Tongue
from tinyllm.errors import (
    AnswerCutError,
    AnswerFailedError,
    AnswerGarbledError,
    AnswerIdleError,
    BackendError,
    BusyError,
    UnreachableError,
)
from tinyllm.models.backend import Backend, ChatEvent, Finished, Text, Thinking
from tinyllm.models.transport import BUSY_PATIENCE


def answered(tongue: Tongue) -> httpx.Response:
    return streamed(tongue.line("Hello"), tongue.line(" there."), tongue.last())


# How an answer ends


@pytest.mark.parametrize(
    ("parts", "events", "expected"),
    [
        pytest.param(lambda t: [t.line("Hi"), t.last()], [Text("Hi"), FINISHED], None, id="done"),
        pytest.param(
            lambda t: [t.line(thinking="hm"), t.line("Hi"), t.last()],
            [Thinking("hm"), Text("Hi"), FINISHED],
            None,
            id="thinking",
        ),
        pytest.param(
            lambda t: [t.line("Hi"), t.last("length")],
            [Text("Hi"), Finished(True, FINISHED.figures)],
            None,
            id="length",
        ),
        pytest.param(lambda t: [t.last()], [FINISHED], None, id="empty"),
        pytest.param(lambda t: [t.last().rstrip()], [FINISHED], None, id="no end of the last line"),
        pytest.param(
            lambda t: [t.line("Hi")[:9], t.line("Hi")[9:] + t.last()], [Text("Hi"), FINISHED], None, id="half lines"
        ),
        pytest.param(
            lambda t: [t.line("Hi") + t.error("boom")], [Text("Hi")], AnswerFailedError, id="error in the same read"
        ),
        pytest.param(lambda t: [t.line("Hi"), t.error("boom")], [Text("Hi")], AnswerFailedError, id="error line"),
        pytest.param(lambda t: [t.line("Hi")], [Text("Hi")], AnswerCutError, id="end without done"),
        pytest.param(lambda t: [], [], AnswerCutError, id="no line at all"),
        pytest.param(lambda t: [t.line("Hi"), httpx.ReadError("")], [Text("Hi")], AnswerCutError, id="reset"),
        pytest.param(
            lambda t: [t.line("Hi"), httpx.RemoteProtocolError("incomplete chunked read")],
            [Text("Hi")],
            AnswerCutError,
            id="half a chunk",
        ),
        pytest.param(lambda t: [t.line("Hi") + t.line("you")[:20]], [Text("Hi")], AnswerCutError, id="half a line"),
        pytest.param(lambda t: [asyncio.Event()], [], AnswerIdleError, id="silence from the first"),
        pytest.param(
            lambda t: [t.line("Hi"), asyncio.Event()], [Text("Hi")], AnswerIdleError, id="silence in the middle"
        ),
        pytest.param(lambda t: [t.line("Hi"), b"\x00{{\n"], [Text("Hi")], AnswerGarbledError, id="garbage"),
        pytest.param(lambda t: [b"<html>\n</html>"], [], AnswerGarbledError, id="a page"),
        pytest.param(lambda t: [b"<html></html>"], [], AnswerGarbledError, id="a page of one line"),
    ],
)
async def test_each_ending_is_told_and_keeps_the_text(
    tongue: Tongue, parts: Callable[[Tongue], list[Any]], events: list[ChatEvent], expected: type[BackendError] | None
) -> None:
    body = Stream(*parts(tongue))
    async with tongue.client(Server(streamed(body)), idle_timeout=0.004) as client:
        got, failed = await heard(client)
    assert got == events
    assert (type(failed) if failed else None) is expected
    assert body.closed


async def test_the_first_byte_may_take_longer_than_the_others(tongue: Tongue) -> None:
    async with tongue.client(Server(streamed(asyncio.Event())), idle_timeout=0.004) as client:
        _, failed = await heard(client)
    assert "silent for 0.02 s" in str(failed)
    async with tongue.client(Server(streamed(tongue.line("Hi"), asyncio.Event())), idle_timeout=0.004) as client:
        _, failed = await heard(client)
    assert "silent for 0.004 s" in str(failed)


async def test_a_server_that_takes_the_request_and_hangs_is_given_up(tongue: Tongue) -> None:
    async with tongue.client(Server(asyncio.Event()), idle_timeout=0.002) as client:
        assert isinstance((await heard(client))[1], AnswerIdleError)


async def test_closing_the_answer_closes_the_connection(tongue: Tongue) -> None:
    body = Stream(tongue.line("Hi"), asyncio.Event())
    async with tongue.client(Server(streamed(body))) as client:
        events = client.chat(REQUEST)
        assert await anext(events) == Text("Hi")
        await events.aclose()
        assert body.closed


async def test_cancelling_the_task_closes_the_connection(tongue: Tongue) -> None:
    body, begun = Stream(tongue.line("Hi"), asyncio.Event()), asyncio.Event()

    async def listen(client: Backend) -> None:
        async for _ in client.chat(REQUEST):
            begun.set()

    async with tongue.client(Server(streamed(body))) as client:
        task = asyncio.create_task(listen(client))
        await begun.wait()
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()
        assert body.closed


async def test_an_idle_server_does_not_stop_whoever_reads_slowly(tongue: Tongue) -> None:
    async with tongue.client(
        Server(streamed(tongue.line("a"), tongue.line("b"), tongue.last())), idle_timeout=0.004
    ) as client:
        events = client.chat(REQUEST)
        first = await anext(events)
        await asyncio.sleep(0.02)  # the reader's own time, which the watch over the server must not count
        assert [first, *[event async for event in events]] == [Text("a"), Text("b"), FINISHED]


# Trying again


async def test_a_busy_server_is_asked_again_with_growing_pauses(tongue: Tongue, clock: ManualClock) -> None:
    busy = refused(503, "server busy, please try again.  maximum pending requests exceeded")
    server = Server(busy, busy, busy, answered(tongue), clock=clock)
    async with tongue.client(server) as client:
        events, failed = await clock.run(heard(client))
    assert (events[-1], failed) == (FINISHED, None)
    assert server.times == [0, 0.5, 1.5, 3.5]


async def test_a_server_that_stays_busy_is_given_up_at_the_deadline(tongue: Tongue, clock: ManualClock) -> None:
    server = Server(refused(503, "busy"), clock=clock)
    async with tongue.client(server) as client:
        events, failed = await clock.run(heard(client))
    assert (events, type(failed)) == ([], BusyError)
    assert server.times == [0, 0.5, 1.5, 3.5, 7.5, 15.5, 23.5, 31.5, 39.5, 47.5, 55.5]
    assert server.times[-1] < BUSY_PATIENCE


@pytest.mark.parametrize("failure", [REFUSED, STALE, httpx.ReadError(""), httpx.ConnectTimeout("")])
async def test_a_connection_that_fails_once_is_tried_again(tongue: Tongue, failure: Exception) -> None:
    server = Server(failure, answered(tongue))
    async with tongue.client(server) as client:
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
async def test_a_connection_that_fails_twice_is_explained(tongue: Tongue, failure: Exception, why: str) -> None:
    server = Server(failure)
    async with tongue.client(server) as client:
        _, failed = await heard(client)
    assert isinstance(failed, UnreachableError)
    assert f"http://box:11434{tongue.base} cannot be reached ({why})" in str(failed)
    assert "OLLAMA_HOST" in str(failed)
    assert len(server.requests) == 2


async def test_retries_can_be_switched_off(tongue: Tongue) -> None:
    server = Server(REFUSED)
    async with tongue.client(server, max_retries=0) as client:
        await heard(client)
    assert len(server.requests) == 1


async def test_an_answer_that_has_begun_is_never_asked_for_again(tongue: Tongue) -> None:
    server = Server(streamed(tongue.line("Hi"), httpx.ReadError("")))
    async with tongue.client(server) as client:
        await heard(client)
    assert len(server.requests) == 1


def too_many(**headers: str) -> httpx.Response:
    return httpx.Response(
        429, headers=headers, json={"error": {"message": "Slow down.", "code": "rate_limit_exceeded"}}
    )


@pytest.mark.parametrize(
    ("told", "waited"),
    [
        pytest.param({"Retry-After": "7"}, 7, id="seconds"),
        pytest.param({}, 0.5, id="nothing"),
        pytest.param({"Retry-After": "0"}, 0.5, id="at once, which is no pause"),
        pytest.param({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, 0.5, id="a date"),
        pytest.param({"Retry-After": "soon"}, 0.5, id="a word"),
    ],
)
async def test_a_server_that_is_asked_too_often_is_asked_again_when_it_says(
    tongue: Tongue, clock: ManualClock, told: dict[str, str], waited: float
) -> None:
    server = Server(too_many(**told), answered(tongue), clock=clock)
    async with tongue.client(server) as client:
        events, failed = await clock.run(heard(client))
    assert (events[-1], failed) == (FINISHED, None)
    assert server.times == [0, waited]


async def test_a_server_that_asks_for_too_long_a_pause_is_too_busy(tongue: Tongue, clock: ManualClock) -> None:
    server = Server(too_many(**{"Retry-After": "3600"}), clock=clock)
    async with tongue.client(server) as client:
        assert isinstance((await heard(client))[1], BusyError)
    assert server.times == [0]


async def test_a_quota_that_is_used_up_is_not_waited_for(tongue: Tongue) -> None:
    error = {"message": "You exceeded your current quota.", "type": "insufficient_quota", "code": "insufficient_quota"}
    server = Server(httpx.Response(429, json={"error": error}))
    async with tongue.client(server) as client:
        assert "exceeded your current quota" in str((await heard(client))[1])
    assert len(server.requests) == 1


async def test_a_refusal_whose_words_do_not_arrive_is_still_busy(tongue: Tongue, clock: ManualClock) -> None:
    body = Stream(asyncio.Event())
    server = Server(httpx.Response(429, stream=body), answered(tongue), clock=clock)
    async with tongue.client(server, idle_timeout=0.004) as client:
        task = asyncio.create_task(heard(client))
        await clock.until_sleeping()
        assert body.closed
        assert (await clock.run(task))[1] is None
