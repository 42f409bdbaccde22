"""What the engine's process tells to whom; the engine is one that says what the test wants."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import orjson
import pytest

from tinyllm.serve.pieces import End, Times
from tinyllm.serve.telling import Heard, Route, tell
from tinyllm.serve.voices import OllamaVoice, OpenAIVoice, told_of, voice_of

PATH = "/v1/chat/completions"
LAST = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}], "timings": {"predicted_n": 3}}
OLLAMA = OllamaVoice("m", chat=True)


def says(text: str, **more: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"content": text, **more}, "finish_reason": None}]}


class Server:
    """The server's end of the socket."""

    def __init__(self, ours: socket.socket) -> None:
        self.socket = ours
        self.lines = ours.makefile("rb")

    def ask(self, *, may_ask: bool) -> None:
        self.socket.sendall(orjson.dumps({"path": PATH, "body": {}, "may_ask": may_ask}) + b"\n")

    def hear(self) -> Any:
        return orjson.loads(self.lines.readline())

    def introduce(
        self,
        client: socket.socket,
        voice: OllamaVoice | OpenAIVoice = OLLAMA,
        *,
        chunked: bool = False,
        patience: float = 60,
    ) -> None:
        """Wait until it is asked for, and give the client's socket away."""
        assert self.hear() == "asks"
        order = {"voice": told_of(voice), "chunked": chunked, "patience": patience}
        client.setblocking(False)  # as asyncio has it
        with client:
            socket.send_fds(self.socket, [orjson.dumps(order) + b"\n"], [client.fileno()])

    def leave(self) -> None:
        self.lines.close()
        self.socket.close()


@contextmanager
def telling(route: Route) -> Iterator[Server]:
    """A process's thread in which an answer is told."""
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=tell, args=(theirs, {PATH: route}))
    thread.start()
    server = Server(ours)
    try:
        yield server
    finally:
        server.leave()
        thread.join(10)
        assert not thread.is_alive()


def route_of(events: Sequence[Mapping[str, Any]]) -> Route:
    """Says all of it, and stops where it is told to, as the engine does."""

    def route(_: Mapping[str, Any], heard: Heard) -> None:
        for event in events:
            if heard(event):
                return

    return route


def everything(client: socket.socket) -> bytes:
    """What a client reads until nobody has its connection any more."""
    heard = b""
    while data := client.recv(65536):
        heard += data
    return heard


def words(heard: bytes) -> list[str]:
    return [orjson.loads(line)["message"]["content"] for line in heard.splitlines()]


@pytest.fixture
def connection() -> Iterator[tuple[socket.socket, socket.socket]]:
    """The server's and the client's end."""
    held, reads = socket.socketpair()
    with held, reads:
        yield held, reads


def test_without_a_client_all_comes_to_the_server() -> None:
    events = [says("a"), says("b"), LAST]
    with telling(route_of(events)) as server:
        server.ask(may_ask=False)
        assert [server.hear() for _ in range(4)] == [*events, "end"]


def test_after_the_first_words_the_rest_goes_straight_to_the_client(
    connection: tuple[socket.socket, socket.socket],
) -> None:
    held, reads = connection
    progress = {"choices": [{"index": 0, "delta": {"role": "assistant", "content": None}, "finish_reason": None}]}
    with telling(route_of([progress, says("a"), says("b"), says("c"), LAST])) as server:
        server.ask(may_ask=True)
        assert [server.hear(), server.hear()] == [progress, says("a")]
        server.introduce(held)
        assert words(everything(reads)) == ["b", "c"]
        assert [server.hear(), server.hear()] == [LAST, "end"]


def test_nobody_has_the_clients_connection_any_more_when_the_server_learns_of_the_end(
    connection: tuple[socket.socket, socket.socket],
) -> None:
    held, reads = connection
    with telling(route_of([says("a"), says("b")])) as server:
        server.ask(may_ask=True)
        server.hear()
        server.introduce(held)
        assert server.hear() == "end"
        reads.setblocking(False)
        assert words(everything(reads)) == ["b"]


def test_a_client_that_may_not_be_had_leaves_all_to_the_server() -> None:
    with telling(route_of([says("a"), says("b"), LAST])) as server:
        server.ask(may_ask=True)
        assert [server.hear(), server.hear()] == [says("a"), "asks"]
        server.socket.sendall(b"null\n")
        assert [server.hear() for _ in range(3)] == [says("b"), LAST, "end"]


def test_words_are_told_in_chunks_and_in_the_voice_that_goes_on(
    connection: tuple[socket.socket, socket.socket],
) -> None:
    held, reads = connection
    voice = OpenAIVoice("m", usage=False)
    voice.began = True
    with telling(route_of([says("a"), says("b")])) as server:
        server.ask(may_ask=True)
        server.hear()
        server.introduce(held, voice, chunked=True)
        size, _, rest = everything(reads).partition(b"\r\n")
    assert len(rest) == int(size, 16) + 2
    event = orjson.loads(rest.removeprefix(b"data: "))
    assert event["choices"][0]["delta"] == {"content": "b"}  # the role came with the first words
    assert event["id"] == voice.id


def test_thoughts_and_completions_are_words_too(connection: tuple[socket.socket, socket.socket]) -> None:
    held, reads = connection
    thought = {"choices": [{"index": 0, "delta": {"reasoning_content": "hm"}, "finish_reason": None}]}
    text = {"choices": [{"index": 0, "text": "so", "finish_reason": None}]}
    with telling(route_of([thought, thought, text])) as server:
        server.ask(may_ask=True)
        server.hear()
        server.introduce(held)
        told = [orjson.loads(line)["message"] for line in everything(reads).splitlines()]
    assert [(each.get("thinking"), each["content"]) for each in told] == [("hm", ""), (None, "so")]


def test_calls_of_tools_and_the_end_come_to_the_server_without_the_words(
    connection: tuple[socket.socket, socket.socket],
) -> None:
    held, reads = connection
    calls = [{"index": 0, "function": {"name": "f", "arguments": "{}"}}]
    with telling(route_of([says("a"), says("b", tool_calls=calls), LAST])) as server:
        server.ask(may_ask=True)
        server.hear()
        server.introduce(held)
        assert words(everything(reads)) == ["b"]
        assert server.hear()["choices"][0]["delta"] == {"tool_calls": calls}
        assert [server.hear(), server.hear()] == [LAST, "end"]


@pytest.mark.parametrize(
    ("raised", "code", "kind"),
    [(ValueError("no such role"), 400, "invalid_request_error"), (RuntimeError("no memory"), 500, "server_error")],
)
def test_what_the_engine_raises_is_told_as_it_tells_errors_itself(raised: Exception, code: int, kind: str) -> None:
    def route(_: Mapping[str, Any], __: Heard) -> None:
        raise raised

    with telling(route) as server:
        server.ask(may_ask=True)
        assert server.hear() == {"error": {"code": code, "message": str(raised), "type": kind}}


def test_an_error_in_mid_answer_comes_after_the_words_before_it(
    connection: tuple[socket.socket, socket.socket],
) -> None:
    held, reads = connection
    error = {"error": {"code": 500, "message": "no", "type": "server_error"}}
    with telling(route_of([says("a"), says("b"), says("c"), error])) as server:
        server.ask(may_ask=True)
        server.hear()
        server.introduce(held)
        assert server.hear() == error
        reads.setblocking(False)
        assert words(reads.recv(65536)) == ["b", "c"]


class Endless:
    """Talks until it is told to stop."""

    def __init__(self) -> None:
        self.stopped = threading.Event()

    def __call__(self, _: Mapping[str, Any], heard: Heard) -> None:
        while not heard(says("on and " * 100)):
            pass
        self.stopped.set()


def test_a_server_that_leaves_before_it_asks_is_not_waited_for() -> None:
    with telling(route_of([])) as server:
        server.leave()


@pytest.mark.parametrize("is_direct", [False, True])
def test_a_server_that_leaves_stops_the_engine(
    is_direct: bool, connection: tuple[socket.socket, socket.socket]
) -> None:
    endless = Endless()
    held, reads = connection
    with telling(endless) as server:
        server.ask(may_ask=is_direct)
        server.hear()
        if is_direct:
            server.introduce(held)
            assert reads.recv(1)  # and then no more: there is no room for what follows
        server.leave()
        assert endless.stopped.wait(10)


def test_a_client_that_leaves_stops_the_engine(connection: tuple[socket.socket, socket.socket]) -> None:
    endless = Endless()
    held, reads = connection
    with telling(endless) as server:
        server.ask(may_ask=True)
        server.hear()
        server.introduce(held)
        reads.recv(1)
        reads.close()
        assert endless.stopped.wait(10)
        assert server.lines.readline() == b""  # not the end of an answer


def test_a_client_that_reads_nothing_is_left(connection: tuple[socket.socket, socket.socket]) -> None:
    endless = Endless()
    held, _ = connection
    with telling(endless) as server:
        server.ask(may_ask=True)
        server.hear()
        server.introduce(held, patience=0.05)
        assert server.hear() == "unread"
        assert endless.stopped.wait(10)


def test_a_client_that_reads_slowly_gets_every_word(connection: tuple[socket.socket, socket.socket]) -> None:
    held, reads = connection
    held.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    said = [f"{number} " * 50 for number in range(500)]
    with telling(route_of([says("first"), *map(says, said), LAST])) as server:
        server.ask(may_ask=True)
        server.hear()
        server.introduce(held)
        heard = b""
        while data := reads.recv(512):
            heard += data
    assert words(heard) == said


def test_the_last_words_wait_for_nothing(connection: tuple[socket.socket, socket.socket]) -> None:
    """Those that come together are told together, also where the answer ends in that moment."""
    held, reads = connection
    with telling(route_of([says("a"), *(says(str(number)) for number in range(50)), LAST])) as server:
        server.ask(may_ask=True)
        server.hear()
        server.introduce(held)
        assert [server.hear(), server.hear()] == [LAST, "end"]
        assert words(everything(reads)) == [str(number) for number in range(50)]


@pytest.mark.parametrize("voice", [OLLAMA, OllamaVoice("m", chat=False), OpenAIVoice("m", usage=True)])
def test_a_voice_is_the_same_in_another_process(voice: OllamaVoice | OpenAIVoice) -> None:
    end, times = End("stop", 1, 2.0, 3, 4.0), Times(1.0, 0.5)
    there = voice_of(orjson.loads(orjson.dumps(told_of(voice))))
    assert there == voice
    assert len(there.last(end, times)) == len(voice.last(end, times))
