"""How the engine's process tells an answer: its events to the server, or the words straight to the client.

For each answer the server sends one end of a socket. Over it comes the question, which is put to the engine's own HTTP
server, and back go lines of JSON: the engine's events, and `END`. To carry every word through the server would take a
processor from the engine for longer than the word is worth, so after the first words it is asked by `ASKS` for the
client's socket. Whoever gets it writes the words there, and sends the server only those events that it needs for the
end of the answer.
"""

from __future__ import annotations

import contextlib
import logging
import select
import socket
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Self

import orjson

from tinyllm.serve.pieces import Piece, choice_of, piece_of
from tinyllm.serve.voices import Voice, voice_of

HERE = "here"
"""The first line: the socket has arrived, so that nobody else needs to hold it."""
ASKS = "asks"
"""Whether the client's socket may be had; the answer is a line that describes it, and the socket beside it."""
END = "end"
UNREAD = "unread"
"""The client reads nothing, and was left."""
TOGETHER = 0.03
"""Seconds in which words gather: nobody sees the difference, and for each sending somebody must wake up who takes a
processor from the engine."""
A_FEW_WORDS = 700
"""Bytes of the engine's that are not waited for any longer: three words. The end of its answer wakes who waits, too."""
LONGEST_ORDER = 2**16
"""Bytes that describe a voice."""
AT_ONCE = 2**16
"""Bytes that are read in one go."""

log = logging.getLogger(__name__)


def tell(server: socket.socket, engine: tuple[str, int], key: str) -> None:
    """Answer the one question that comes from the server; `engine` is where its own HTTP server listens."""
    with server:
        try:
            with server.makefile("rb") as lines:
                server.sendall(_line(HERE))
                question = orjson.loads(lines.readline())
        except (OSError, orjson.JSONDecodeError):
            return  # it has left already
        with Telling(server, may_ask=question["may_ask"]) as telling:
            telling.attempt(partial(carry, engine, key, question, telling))


def carry(engine: tuple[str, int], key: str, question: Mapping[str, Any], telling: Telling) -> None:
    """What the engine says, until the end. Raises OSError, TimeoutError where the client reads nothing."""
    with _Asked(engine, key, question["path"], question["body"]) as asked:
        waiting = select.poll()
        waiting.register(asked.socket, select.POLLIN)
        waiting.register(telling.server, select.POLLIN)
        while not asked.is_answered:
            if any(number == telling.server.fileno() for number, _ in waiting.poll()):
                raise ConnectionResetError  # it has left, which ends the engine's work
            for event in asked.read():
                telling.tell(event)
            telling.flush()
            if telling.has_words and not asked.is_answered:
                asked.wakes_at(A_FEW_WORDS)
                waiting.poll(TOGETHER * 1000)
                asked.wakes_at(1)


class _Asked:
    """A question to the engine's own HTTP server. Whoever closes it stops the engine's work."""

    def __init__(self, engine: tuple[str, int], key: str, path: str, body: Any) -> None:
        """Raises OSError."""
        content = orjson.dumps(body)
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {engine[0]}\r\nAuthorization: Bearer {key}\r\nConnection: close\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        self.socket = socket.create_connection(engine)
        self.is_answered = False
        self._status = 0
        self._received = b""
        self._event = b""
        try:
            self.socket.sendall(head.encode() + content)
        except BaseException:
            self.socket.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def wakes_at(self, size: int) -> None:
        """How many bytes must have come before who waits for some is woken; the end of the connection always does."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, size)

    def read(self) -> list[Mapping[str, Any]]:
        """Events that have come; a refusal is one with an `error`. Raises OSError where the answer breaks off."""
        received = self.socket.recv(AT_ONCE)
        self._received += received
        if not self._status:
            head, ended, rest = self._received.partition(b"\r\n\r\n")
            if ended:
                self._status, self._received = int(head.split(b" ", 2)[1]), rest
        if self._status < 400 and received:
            return [event for chunk in self._chunks() for event in self._events(chunk)]
        if received:
            return []
        if self._status < 400:
            raise ConnectionResetError
        self.is_answered = True
        return [orjson.loads(self._received)]

    def _chunks(self) -> Iterator[bytes]:
        """Those that are whole."""
        while self._status:
            size, ended, rest = self._received.partition(b"\r\n")
            length = int(size, 16) if ended else 0
            if not ended or len(rest) < length + 2:
                return
            self._received = rest[length + 2 :]
            yield rest[:length]

    def _events(self, chunk: bytes) -> Iterator[Mapping[str, Any]]:
        *whole, self._event = (self._event + chunk).split(b"\n\n")
        for event in whole:
            kind, _, data = event.partition(b": ")
            if data == b"[DONE]":
                self.is_answered = True
            elif kind == b"data":
                yield orjson.loads(data)
            elif kind == b"error":
                yield {"error": orjson.loads(data)}


class Telling:
    """One answer on its way."""

    def __init__(self, server: socket.socket, *, may_ask: bool) -> None:
        self.server = server
        self._may_ask = may_ask
        self._client: _Client | None = None
        self._last: str | None = END
        self.has_words = False
        """Whether some were told already."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing more comes. The client's socket goes first: it must not outlive the server's own."""
        if self._client is not None:
            with self._client:
                if self._last == END:
                    self.attempt(self._client.flush)
        if self._last is not None:
            with contextlib.suppress(OSError):  # the server has left, too
                self._send(self._last)

    def attempt(self, work: Callable[[], None]) -> None:
        """Where that fails, it is how the answer ends."""
        try:
            work()
        except TimeoutError:
            self._last = UNREAD
        except OSError:  # whoever wanted it has left, or the engine
            self._last = None
        except Exception:
            log.exception("an answer cannot be told")
            self._last = None

    def tell(self, event: Mapping[str, Any]) -> None:
        """Words of the client's go with the next `flush`. Raises as that does."""
        choice = choice_of(event)
        piece = piece_of(choice)
        self.has_words = self.has_words or piece is not None
        if piece is not None and self._client is not None:
            self._client.tell(piece)
            calls = choice["delta"].get("tool_calls")
            if not calls and choice.get("finish_reason") is None:
                return
            event = {**event, "choices": [{**choice, "delta": {"tool_calls": calls}}]}
        self.flush()
        self._send(event)
        if piece is not None and self._may_ask:
            self._may_ask = False
            self._ask()

    def flush(self) -> None:
        """Raises OSError where nobody listens any more, TimeoutError where the client reads nothing."""
        if self._client is not None:
            self._client.flush()

    def _ask(self) -> None:
        self._send(ASKS)
        order, sockets, *_ = socket.recv_fds(self.server, LONGEST_ORDER, 1)
        if not order:
            raise ConnectionResetError
        if sockets:
            self._client = _Client(socket.socket(fileno=sockets[0]), self.server, **orjson.loads(order))

    def _send(self, told: Any) -> None:
        self.server.sendall(_line(told))


class _Client:
    """Whoever reads the answer, and for whom the server holds the connection."""

    def __init__(
        self,
        client: socket.socket,
        server: socket.socket,
        *,
        voice: Mapping[str, Any],
        chunked: bool,
        patience: float,
    ) -> None:
        """`patience` is for how many seconds it may read nothing."""
        self._socket = client
        self._server = server
        self._voice: Voice = voice_of(voice)
        self._chunked = chunked
        self._patience = patience
        self._waiting: list[Piece] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def tell(self, piece: Piece) -> None:
        """With the next `flush`."""
        self._waiting.append(piece)

    def flush(self) -> None:
        """What waits is told now. Raises OSError where it or the server has left, TimeoutError: it reads nothing."""
        if not self._waiting:
            return
        data = b"".join(map(self._voice.piece, self._waiting))
        self._waiting.clear()
        if self._chunked:
            data = b"%x\r\n%b\r\n" % (len(data), data)
        sent = 0
        while sent < len(data):
            try:
                sent += self._socket.send(data[sent:])
            except BlockingIOError:  # the server has made it so
                self._wait()

    def _wait(self) -> None:
        waiting = select.poll()
        waiting.register(self._socket, select.POLLOUT)
        waiting.register(self._server, select.POLLIN)
        ready = waiting.poll(self._patience * 1000)
        if not ready:
            raise TimeoutError
        if any(number == self._server.fileno() for number, _ in ready):
            raise ConnectionResetError


def _line(told: Any) -> bytes:
    return orjson.dumps(told) + b"\n"
