"""What the engine's process tells to whom; the engine is an HTTP server that says what the test wants."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import orjson
import pytest

from tests.tinyllm.serve.tellers import OLLAMA, Engine, everything, says, says_all, telling, words
from tinyllm.serve import telling as module
from tinyllm.serve.pieces import End, Times
from tinyllm.serve.voices import OllamaVoice, OpenAIVoice, told_of, voice_of

LAST = {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}], "timings": {"predicted_n": 3}}

Connection = tuple[socket.socket, socket.socket]
"""The server's and the client's end."""


@pytest.fixture
def connection() -> Iterator[Connection]:
    held, reads = socket.socketpair()
    with held, reads:
        yield held, reads


def test_without_a_client_all_comes_to_the_server() -> None:
    events = [says("a"), says("b"), LAST]
    with telling(says_all(events)) as server:
        server.ask(may_ask=False)
        assert [server.hear() for _ in range(4)] == [*events, "end"]


def test_after_the_first_words_the_rest_goes_straight_to_the_client(
    connection: Connection,
) -> None:
    held, reads = connection
    progress = {"choices": [{"index": 0, "delta": {"role": "assistant", "content": None}, "finish_reason": None}]}
    with telling(says_all([progress, says("a"), says("b"), says("c"), LAST])) as server:
        server.ask(may_ask=True)
        assert [server.hear(), server.hear()] == [progress, says("a")]
        server.introduce(held)
        assert words(everything(reads)) == ["b", "c"]
        assert [server.hear(), server.hear()] == [LAST, "end"]


def test_nobody_has_the_clients_connection_any_more_when_the_server_learns_of_the_end(
    connection: Connection,
) -> None:
    held, reads = connection
    with telling(says_all([says("a"), says("b")])) as server:
        server.ask_for(held)
        assert server.hear() == "end"
        reads.setblocking(False)
        assert words(everything(reads)) == ["b"]


def test_a_client_that_may_not_be_had_leaves_all_to_the_server() -> None:
    with telling(says_all([says("a"), says("b"), LAST])) as server:
        server.ask(may_ask=True)
        assert [server.hear(), server.hear()] == [says("a"), "asks"]
        server.socket.sendall(b"null\n")
        assert [server.hear() for _ in range(3)] == [says("b"), LAST, "end"]


def test_words_are_told_in_chunks_and_in_the_voice_that_goes_on(
    connection: Connection,
) -> None:
    held, reads = connection
    voice = OpenAIVoice("m", usage=False)
    voice.began = True
    with telling(says_all([says("a"), says("b")])) as server:
        server.ask_for(held, voice, chunked=True)
        size, _, rest = everything(reads).partition(b"\r\n")
    assert len(rest) == int(size, 16) + 2
    event = orjson.loads(rest.removeprefix(b"data: "))
    assert event["choices"][0]["delta"] == {"content": "b"}  # the role came with the first words
    assert event["id"] == voice.id


def test_thoughts_and_completions_are_words_too(connection: Connection) -> None:
    held, reads = connection
    thought = {"choices": [{"index": 0, "delta": {"reasoning_content": "hm"}, "finish_reason": None}]}
    text = {"choices": [{"index": 0, "text": "so", "finish_reason": None}]}
    with telling(says_all([thought, thought, text])) as server:
        server.ask_for(held)
        told = [orjson.loads(line)["message"] for line in everything(reads).splitlines()]
    assert [(each.get("thinking"), each["content"]) for each in told] == [("hm", ""), (None, "so")]


def test_calls_of_tools_and_the_end_come_to_the_server_without_the_words(
    connection: Connection,
) -> None:
    held, reads = connection
    calls = [{"index": 0, "function": {"name": "f", "arguments": "{}"}}]
    with telling(says_all([says("a"), says("b", tool_calls=calls), LAST])) as server:
        server.ask_for(held)
        assert words(everything(reads)) == ["b"]
        assert server.hear()["choices"][0]["delta"] == {"tool_calls": calls}
        assert [server.hear(), server.hear()] == [LAST, "end"]


def test_what_the_engine_refuses_is_told_as_it_is() -> None:
    error = {"code": 400, "message": "no such role", "type": "invalid_request_error"}
    with telling(lambda engine: engine.refuse(400, error)) as server:
        server.ask(may_ask=True)
        assert server.hear() == {"error": error}
        assert server.hear() == "end"


def test_an_engine_that_breaks_off_gives_no_end() -> None:
    with telling(lambda engine: engine.say(says("a"))) as server:
        server.ask(may_ask=False)
        assert server.hear() == says("a")
        assert server.lines.readline() == b""


def test_events_may_come_in_any_portions() -> None:
    data = b"".join(b"data: " + orjson.dumps(says(text)) + b"\n\n" for text in "abc")

    def speak(engine: Engine) -> None:
        for start in range(0, len(data), 7):
            engine.send(data[start : start + 7])
        engine.finish()

    with telling(speak) as server:
        server.ask(may_ask=False)
        assert [server.hear() for _ in range(4)] == [*map(says, "abc"), "end"]


def test_an_error_in_mid_answer_comes_after_the_words_before_it(
    connection: Connection,
) -> None:
    held, reads = connection
    error = {"error": {"code": 500, "message": "no", "type": "server_error"}}
    with telling(says_all([says("a"), says("b"), says("c"), error])) as server:
        server.ask_for(held)
        assert server.hear() == error
        reads.setblocking(False)
        assert words(reads.recv(65536)) == ["b", "c"]


class Endless:
    """Talks until nobody listens any more."""

    def __init__(self) -> None:
        self.stopped = threading.Event()

    def __call__(self, engine: Engine) -> None:
        try:
            while True:
                engine.say(says("on and " * 100))
        except OSError:
            self.stopped.set()


def test_a_server_that_leaves_stops_an_engine_that_says_nothing() -> None:
    stopped = threading.Event()

    def silent(engine: Engine) -> None:
        assert engine._connection.recv(1) == b""
        stopped.set()

    with telling(silent) as server:
        server.ask(may_ask=True)
        server.leave()
        assert stopped.wait(10)


def test_words_do_not_wait_for_others_that_do_not_come(connection: Connection) -> None:
    held, reads = connection
    reads.settimeout(5)
    goes_on = threading.Event()

    def hesitant(engine: Engine) -> None:
        engine.say(says("a"))
        engine.say(says("b"))
        engine.say(says("c"))
        goes_on.wait(10)
        engine.finish()

    with telling(hesitant) as server:
        server.ask_for(held)
        heard = b""
        while heard.count(b"\n") < 2:
            heard += reads.recv(65536)
        assert words(heard) == ["b", "c"]
        goes_on.set()
        assert server.hear() == "end"


def test_words_that_come_soon_after_each_other_are_told_together(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here only many of them, or the end of the answer, are not waited for any longer."""
    monkeypatch.setattr(module, "TOGETHER", 1000.0)
    held, reads = connection
    arrived = threading.Event()

    def speak(engine: Engine) -> None:
        engine.say(says("first"))
        arrived.wait(10)
        engine.say(says("0"))
        time.sleep(0.05)  # in which it would be told if nothing gathered
        engine.say(says("1"))
        engine.say(says("x" * 1000))
        engine.finish()

    with telling(speak) as server:
        server.ask_for(held, chunked=True)
        arrived.set()
        chunk = everything(reads).split(b"\r\n")[1]
    assert words(chunk)[:2] == ["0", "1"]


def test_a_server_that_leaves_before_it_asks_is_not_waited_for() -> None:
    with telling(says_all([])) as server:
        server.leave()


@pytest.mark.parametrize("is_direct", [False, True])
def test_a_server_that_leaves_stops_the_engine(is_direct: bool, connection: Connection) -> None:
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


def test_a_client_that_leaves_stops_the_engine(connection: Connection) -> None:
    endless = Endless()
    held, reads = connection
    with telling(endless) as server:
        server.ask_for(held)
        reads.recv(1)
        reads.close()
        assert endless.stopped.wait(10)
        assert server.lines.readline() == b""  # not the end of an answer


def test_a_client_that_reads_nothing_is_left(connection: Connection) -> None:
    endless = Endless()
    held, _ = connection
    with telling(endless) as server:
        server.ask_for(held, patience=0.05)
        assert server.hear() == "unread"
        assert endless.stopped.wait(10)


def test_a_client_that_reads_slowly_gets_every_word(connection: Connection) -> None:
    held, reads = connection
    held.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    said = [f"{number} " * 50 for number in range(500)]
    with telling(says_all([says("first"), *map(says, said), LAST])) as server:
        server.ask_for(held)
        heard = b""
        while data := reads.recv(512):
            heard += data
    assert words(heard) == said


def test_many_words_come_all_and_in_order(connection: Connection) -> None:
    held, reads = connection
    with telling(says_all([says("a"), *(says(str(number)) for number in range(50)), LAST])) as server:
        server.ask_for(held)
        assert [server.hear(), server.hear()] == [LAST, "end"]
        assert words(everything(reads)) == [str(number) for number in range(50)]


@pytest.mark.parametrize("voice", [OLLAMA, OllamaVoice("m", chat=False), OpenAIVoice("m", usage=True)])
def test_a_voice_is_the_same_in_another_process(voice: OllamaVoice | OpenAIVoice) -> None:
    end, times = End("stop", 1, 2.0, 3, 4.0), Times(1.0, 0.5)
    there = voice_of(orjson.loads(orjson.dumps(told_of(voice))))
    assert there == voice
    assert len(there.last(end, times)) == len(voice.last(end, times))
