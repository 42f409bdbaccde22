"""How the engine's process tells an answer: its events to the server, or the words straight to the client.

For each answer the server sends one end of a socket. Over it comes the question, and back go lines of JSON: the
engine's events, and `END`. To carry every word through the server would take a processor from the engine for longer
than the word is worth, so after the first words it is asked by `ASKS` for the client's socket. Whoever gets it writes
the words there, and sends the server only those events that it needs for the end of the answer.
"""

from __future__ import annotations

import contextlib
import logging
import select
import socket
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Self

import orjson

from tinyllm.serve.pieces import Piece, choice_of, piece_of
from tinyllm.serve.voices import Voice, voice_of

ASKS = "asks"
"""Whether the client's socket may be had; the answer is a line that describes it, and the socket beside it."""
END = "end"
UNREAD = "unread"
"""The client reads nothing, and was left."""
TOGETHER = 0.02
"""Seconds in which words are sent together: nobody sees the difference, and for each sending somebody must wake up who
takes a processor from the engine."""
LONGEST_ORDER = 2**16
"""Bytes that describe a voice."""

Heard = Callable[[Mapping[str, Any]], bool]
"""Called with each event of the engine's; returns whether to stop."""
Route = Callable[[Mapping[str, Any], Heard], None]
"""Works until the answer is made. Raises ValueError for what is asked wrongly, RuntimeError for what fails."""

log = logging.getLogger(__name__)


def tell(server: socket.socket, routes: Mapping[str, Route]) -> None:
    """Answer the one question that comes from the server; `routes` are the ways in which the engine can be asked."""
    with server, server.makefile("rb") as lines:
        try:
            question = orjson.loads(lines.readline())
        except (OSError, orjson.JSONDecodeError):
            return  # it has left already
        telling = _Telling(server, may_ask=question["may_ask"])
        try:
            routes[question["path"]](question["body"], telling.heard)
        except ValueError as exc:
            telling.heard(_error(400, "invalid_request_error", exc))
        except RuntimeError as exc:
            telling.heard(_error(500, "server_error", exc))
        telling.finish()


class _Telling:
    """One answer on its way."""

    def __init__(self, server: socket.socket, *, may_ask: bool) -> None:
        self._server = server
        self._may_ask = may_ask
        self._client: _Client | None = None
        self._last: str | None = END

    def heard(self, event: Mapping[str, Any]) -> bool:
        """Tell an event; whether the engine is to stop. It would swallow what is raised here."""
        return not self._succeeds(partial(self._tell, event))

    def finish(self) -> None:
        """Nothing more comes. The client's socket goes first: it must not outlive the server's own."""
        if self._client is not None:
            with self._client:
                if self._last == END:
                    self._succeeds(self._client.flush)
        if self._last is not None:
            with contextlib.suppress(OSError):  # the server has left, too
                self._send(self._last)

    def _succeeds(self, tell: Callable[[], None]) -> bool:
        """Where it does not, that is how the answer ends."""
        try:
            tell()
        except TimeoutError:
            self._last = UNREAD
        except OSError:  # whoever wanted it has left
            self._last = None
        except Exception:
            log.exception("an answer cannot be told")
            self._last = None
        else:
            return True
        return False

    def _tell(self, event: Mapping[str, Any]) -> None:
        """Raises OSError where nobody listens any more, TimeoutError where the client reads nothing."""
        choice = choice_of(event)
        piece = piece_of(choice)
        if piece is not None and self._client is not None:
            self._client.tell(piece)
            calls = choice["delta"].get("tool_calls")
            if not calls and choice.get("finish_reason") is None:
                return
            event = {**event, "choices": [{**choice, "delta": {"tool_calls": calls}}]}
        if self._client is not None:
            self._client.flush()
        self._send(event)
        if piece is not None and self._may_ask:
            self._may_ask = False
            self._ask()

    def _ask(self) -> None:
        self._send(ASKS)
        order, sockets, *_ = socket.recv_fds(self._server, LONGEST_ORDER, 1)
        if not order:
            raise ConnectionResetError
        if sockets:
            self._client = _Client(socket.socket(fileno=sockets[0]), self._server, **orjson.loads(order))

    def _send(self, told: Any) -> None:
        self._server.sendall(orjson.dumps(told) + b"\n")


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
        self._told_at = 0.0
        self._left = select.poll()
        self._left.register(server, select.POLLIN)

    def tell(self, piece: Piece) -> None:
        """At once, or with those that follow soon.

        Raises OSError where it or the server has left, TimeoutError where it reads nothing.
        """
        if self._left.poll(0):
            raise ConnectionResetError
        self._waiting.append(piece)
        now = time.monotonic()
        if now - self._told_at >= TOGETHER:
            self._told_at = now
            self.flush()

    def flush(self) -> None:
        """What waits is told now. Raises as `tell` does."""
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

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def _wait(self) -> None:
        waiting = select.poll()
        waiting.register(self._socket, select.POLLOUT)
        waiting.register(self._server, select.POLLIN)
        ready = waiting.poll(self._patience * 1000)
        if not ready:
            raise TimeoutError
        if any(number == self._server.fileno() for number, _ in ready):
            raise ConnectionResetError


def _error(status: int, kind: str, exc: Exception) -> dict[str, Any]:
    """As the engine itself tells what it refuses."""
    return {"error": {"code": status, "message": str(exc), "type": kind}}
