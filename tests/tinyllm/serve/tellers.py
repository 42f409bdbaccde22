"""The two that the engine's process stands between: the server, and llama.cpp's own HTTP server."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import orjson

from tinyllm.serve.telling import tell
from tinyllm.serve.voices import OllamaVoice, OpenAIVoice, told_of

PATH = "/v1/chat/completions"
OLLAMA = OllamaVoice("m", chat=True)


def says(text: str, **more: Any) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"content": text, **more}, "finish_reason": None}]}


class Server:
    """The server's end of the socket."""

    def __init__(self, ours: socket.socket) -> None:
        self.socket = ours
        self.lines = ours.makefile("rb")
        assert self.hear() == "here"

    def ask(self, *, may_ask: bool) -> None:
        self.socket.sendall(orjson.dumps({"path": PATH, "body": {}, "may_ask": may_ask}) + b"\n")

    def hear(self) -> Any:
        """The next thing that the engine's process tells."""
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

    def ask_for(self, client: socket.socket, voice: OllamaVoice | OpenAIVoice = OLLAMA, **how: Any) -> None:
        """Ask, hear the first words, and leave the rest to the client."""
        self.ask(may_ask=True)
        self.hear()
        self.introduce(client, voice, **how)

    def leave(self) -> None:
        self.lines.close()
        self.socket.close()


class Engine:
    """llama.cpp's own HTTP server, as far as an answer goes: what it says comes as it would from there."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._began = False

    def question(self) -> Any:
        with self._connection.makefile("rb") as lines:
            head = list(iter(lines.readline, b"\r\n"))
            assert b"Authorization: Bearer secret\r\n" in head
            (size,) = (int(line.split()[1]) for line in head if line.startswith(b"Content-Length"))
            return orjson.loads(lines.read(size))

    def say(self, *events: Mapping[str, Any]) -> None:
        self.send(b"".join(b"data: " + orjson.dumps(event) + b"\n\n" for event in events))

    def send(self, data: bytes) -> None:
        """A chunk. Raises OSError where nobody listens any more."""
        if not self._began:
            self._connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            self._began = True
        self._connection.sendall(b"%x\r\n%b\r\n" % (len(data), data))

    def finish(self) -> None:
        self.send(b"data: [DONE]\n\n")
        self.send(b"")

    def refuse(self, status: int, error: Mapping[str, Any]) -> None:
        body = orjson.dumps({"error": error})
        self._connection.sendall(b"HTTP/1.1 %d No\r\nContent-Length: %d\r\n\r\n%b" % (status, len(body), body))


@contextmanager
def telling(speak: Callable[[Engine], None]) -> Iterator[Server]:
    """A process's thread in which an answer is told, and another for its engine."""

    def listen() -> None:
        try:
            connection, _ = listening.accept()
        except OSError:
            return  # nobody asked
        with connection:
            engine = Engine(connection)
            engine.question()
            speak(engine)

    ours, theirs = socket.socketpair()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)
        threads = [
            threading.Thread(target=tell, args=(theirs, listening.getsockname(), "secret")),
            threading.Thread(target=listen, daemon=True),
        ]
        for thread in threads:
            thread.start()
        server = Server(ours)
        try:
            yield server
        finally:
            server.leave()
            threads[0].join(10)
            assert not threads[0].is_alive()


def says_all(events: Sequence[Mapping[str, Any]]) -> Callable[[Engine], None]:
    """Says all of it, each in a chunk of its own, to the end."""

    def speak(engine: Engine) -> None:
        for event in events:
            engine.say(event)
        engine.finish()

    return speak


def everything(client: socket.socket) -> bytes:
    """What a client reads until nobody has its connection any more."""
    heard = b""
    while data := client.recv(65536):
        heard += data
    return heard


def words(heard: bytes) -> list[str]:
    return [orjson.loads(line)["message"]["content"] for line in heard.splitlines()]
