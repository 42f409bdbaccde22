"""Ollama's streams as feed/flush decoders: bytes in, events out, no I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from tinyllm.errors import AnswerCutError, AnswerFailedError, AnswerGarbledError, BrokenAnswerError
from tinyllm.models.backend import ChatEvent, Figures, Finished, PullProgress, Text, Thinking

MAX_LINE = 16 * 1024 * 1024
"""Bytes after which a line that never ends is no line."""
_NANOSECONDS = 1e9
_WRAPPINGS = 5
"""How deep an error may lie in others; more is no error of a server's."""


class LineDecoder:
    """Cuts bytes into lines, however the network cut them."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[bytes]:
        """The lines that `data` completes, empty ones too. Raises AnswerGarbledError when one exceeds MAX_LINE."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        yield from lines
        if len(self._rest) > MAX_LINE:
            raise AnswerGarbledError

    def flush(self) -> list[bytes]:
        """What was left without an end of line."""
        rest, self._rest = self._rest, b""
        return [rest] if rest.strip() else []


class ChatDecoder:
    """Reads a `/api/chat` stream and knows whether it ended as it should.

    Events come one by one, so that a line that raises takes nothing from those before it.
    """

    def __init__(self) -> None:
        self._lines = LineDecoder()
        self._finished = False
        self.last: Mapping[str, Any] = {}
        """The last line, once it has come."""

    def feed(self, data: bytes) -> Iterator[ChatEvent]:
        """The events that `data` completes. Raises AnswerFailedError, AnswerGarbledError."""
        for line in self._lines.feed(data):
            yield from self._events(line)

    def flush(self) -> Iterator[ChatEvent]:
        """The events of a last line without an end. Raises AnswerCutError when the answer is not finished."""
        for line in self._lines.flush():
            try:
                yield from self._events(line)
            except AnswerGarbledError:
                raise _cut_or_garbled(line) from None
        if not self._finished:
            raise AnswerCutError

    def _events(self, line: bytes) -> list[ChatEvent]:
        if self._finished or not line.strip():
            return []
        data = decoded(line)
        if "error" in data:
            raise AnswerFailedError(error_text(data["error"]))
        done = data.get("done") is True
        thinking, text = self._said(data, done)
        events: list[ChatEvent] = []
        if thinking:
            events.append(Thinking(str(thinking)))
        if text:
            events.append(Text(str(text)))
        if done:
            self._finished = True
            self.last = data
            events.append(Finished(data.get("done_reason") == "length", _figures(data)))
        return events

    def _said(self, data: Mapping[str, Any], done: bool) -> tuple[object, object]:
        """What a line adds to the thoughts and to the answer. Raises AnswerGarbledError."""
        message = data.get("message", {} if done else None)
        if not isinstance(message, dict):
            raise AnswerGarbledError
        return message.get("thinking"), message.get("content")


class GenerateDecoder(ChatDecoder):
    """Reads a `/api/generate` stream, which has its words at another place."""

    def _said(self, data: Mapping[str, Any], done: bool) -> tuple[object, object]:
        if not done and "response" not in data:
            raise AnswerGarbledError
        return data.get("thinking"), data.get("response")


class PullDecoder:
    """Reads a `/api/pull` stream, whose errors come after a good status."""

    def __init__(self) -> None:
        self._lines = LineDecoder()
        self._finished = False

    def feed(self, data: bytes) -> Iterator[PullProgress]:
        """The progress that `data` tells. Raises AnswerFailedError, AnswerGarbledError."""
        for line in self._lines.feed(data):
            if line.strip():
                yield self._progress(line)

    def flush(self) -> Iterator[PullProgress]:
        """The progress of a last line without an end. Raises AnswerCutError where no line said that it is done."""
        for line in self._lines.flush():
            try:
                yield self._progress(line)
            except AnswerGarbledError:
                raise _cut_or_garbled(line) from None
        if not self._finished:
            raise AnswerCutError

    def _progress(self, line: bytes) -> PullProgress:
        data = decoded(line)
        if "error" in data:
            raise AnswerFailedError(error_text(data["error"]))
        status = str(data.get("status", ""))
        self._finished = self._finished or status == "success"
        digest = data.get("digest")
        return PullProgress(
            status,
            digest if isinstance(digest, str) else None,
            count(data.get("completed")) or 0,
            count(data.get("total")),
        )


def _cut_or_garbled(line: bytes) -> BrokenAnswerError:
    """What a last line without an end means that cannot be read: half a line is all that a cut connection left."""
    return AnswerCutError() if line.lstrip().startswith(b"{") else AnswerGarbledError()


def decoded(line: bytes) -> dict[str, Any]:
    """A line as an object. Raises AnswerGarbledError."""
    try:
        data = orjson.loads(line)
    except orjson.JSONDecodeError as exc:
        raise AnswerGarbledError from exc
    if not isinstance(data, dict):
        raise AnswerGarbledError
    return data


def error_text(error: object) -> str:
    """What an `error` says, taken out of the JSON that newer servers wrap it in."""
    return str(error_details(error).get("message") or error)


def error_details(error: object) -> Mapping[str, Any]:
    """The innermost object of an `error`, which may be a text, an object, or one of them within the other."""
    details: Mapping[str, Any] = {}
    for _ in range(_WRAPPINGS):
        if isinstance(error, str) and error.lstrip().startswith("{"):
            try:
                error = orjson.loads(error)
            except orjson.JSONDecodeError:
                break
        if not isinstance(error, dict):
            break
        details, error = error, error.get("error") or error.get("message")
    return details


def _figures(data: Mapping[str, Any]) -> Figures:
    return Figures(
        prompt_tokens=count(data.get("prompt_eval_count")),
        answer_tokens=count(data.get("eval_count")),
        answer_duration=_seconds(data.get("eval_duration")),
    )


def count(value: object) -> int | None:
    """A number that a server may tell."""
    return value if isinstance(value, int) else None


def _seconds(nanoseconds: object) -> float | None:
    return nanoseconds / _NANOSECONDS if isinstance(nanoseconds, int) else None
