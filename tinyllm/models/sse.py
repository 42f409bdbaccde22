"""The OpenAI dialect's streams as feed/flush decoders: bytes in, events out, no I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from tinyllm.errors import AnswerCutError, AnswerFailedError, AnswerGarbledError
from tinyllm.models.backend import ChatEvent, Figures, Finished, Text, Thinking
from tinyllm.models.refusals import overflow
from tinyllm.models.wire import LineDecoder, count, decoded, error_text

_FIELDS = (b"data", b"event", b"id", b"retry")
_MILLISECONDS = 1e3


class ServerEvent(NamedTuple):
    """One event of a `text/event-stream`."""

    name: bytes
    data: bytes


class EventDecoder:
    """Cuts bytes into server-sent events; comments, which keep a connection alive, are left out."""

    def __init__(self) -> None:
        self._lines = LineDecoder()
        self._name = b""
        self._data: list[bytes] = []

    def feed(self, data: bytes) -> Iterator[ServerEvent]:
        """The events that `data` completes. Raises AnswerGarbledError where it is no such stream."""
        for line in self._lines.feed(data):
            yield from self._read(line.removesuffix(b"\r"))

    def flush(self) -> Iterator[ServerEvent]:
        """The event that no empty line has ended. Raises AnswerCutError, AnswerGarbledError."""
        for line in self._lines.flush():
            if any(field.startswith(line) for field in _FIELDS):
                raise AnswerCutError
            yield from self._read(line)
        yield from self._read(b"")

    def _read(self, line: bytes) -> Iterator[ServerEvent]:
        if not line.strip():
            if self._data:
                event = ServerEvent(self._name, b"\n".join(self._data))
                self._name, self._data = b"", []
                yield event
            return
        if line.startswith(b"{"):
            # No event at all: so servers answer that do not stream, or that meet an error before they do.
            yield ServerEvent(b"", line)
            return
        name, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if name == b"data":
            self._data.append(value)
        elif name == b"event":
            self._name = value
        elif name and name not in _FIELDS:
            raise AnswerGarbledError


class CompletionDecoder:
    """Reads a `/chat/completions` stream and knows whether it ended as it should.

    Events come one by one, so that one that raises takes nothing from those before it.
    """

    def __init__(self, scrub: Callable[[str], str] = str) -> None:
        """`scrub` takes secrets out of what the server says of an error."""
        self._scrub = scrub
        self._events = EventDecoder()
        self._reason: str | None = None
        self._usage: Mapping[str, Any] | None = None
        self._timings: Mapping[str, Any] = {}
        self._speaks = self._finished = False

    def feed(self, data: bytes) -> Iterator[ChatEvent]:
        """The events that `data` completes. Raises ContextOverflowError, AnswerFailedError, AnswerGarbledError."""
        if self._finished:
            return
        for event in self._events.feed(data):
            yield from self._read(event)
            if self._finished:
                return

    def flush(self) -> Iterator[ChatEvent]:
        """The events of what was left. Raises AnswerCutError when the answer is not finished."""
        if self._finished:
            return
        for event in self._events.flush():
            try:
                yield from self._read(event)
            except AnswerGarbledError:
                raise AnswerCutError from None  # half an event is all that a cut connection left
        if self._finished:
            return
        if self._reason is None:
            raise AnswerCutError
        yield self._end()

    def _read(self, event: ServerEvent) -> Iterator[ChatEvent]:
        if event.data.strip() == b"[DONE]":
            yield self._end()
            return
        data = decoded(event.data)
        if error := data.get("error") or (data if event.name == b"error" or data.get("object") == "error" else None):
            raise self._failure(error)
        choices = data.get("choices", [] if "usage" in data else None)
        if not isinstance(choices, list):
            raise AnswerGarbledError
        self._note(data)
        for choice in choices:
            yield from self._said(choice)
        # Figures may come with the last words, or after them in an event of their own.
        if self._reason is not None and self._usage is not None:
            yield self._end()

    def _note(self, data: Mapping[str, Any]) -> None:
        if isinstance(usage := data.get("usage"), dict):
            self._usage = usage
        if isinstance(timings := data.get("timings"), dict):
            self._timings = timings

    def _said(self, choice: object) -> Iterator[ChatEvent]:
        if not isinstance(choice, dict):
            raise AnswerGarbledError
        said = choice.get("delta") or choice.get("message") or {}
        if not isinstance(said, dict):
            raise AnswerGarbledError
        # vLLM's transition has both names of the same thought in one event.
        if thought := _text(said.get("reasoning_content")) or _text(said.get("reasoning")):
            self._speaks = True
            yield Thinking(thought)
        if text := _text(said.get("content")) + _text(said.get("refusal")):
            self._speaks = True
            yield Text(text)
        if reason := choice.get("finish_reason"):
            if reason == "content_filter":
                raise AnswerFailedError("its content filter has ended the answer")
            self._reason = str(reason)

    def _failure(self, error: object) -> Exception:
        """What an error within the stream means; before the first word a prompt may still be too long."""
        too_long = None if self._speaks else overflow(error)
        return too_long or AnswerFailedError(self._scrub(error_text(error)))

    def _end(self) -> Finished:
        self._finished = True
        usage, duration = self._usage or {}, self._timings.get("predicted_ms")
        return Finished(
            self._reason == "length",
            Figures(
                prompt_tokens=count(usage.get("prompt_tokens")),
                answer_tokens=count(usage.get("completion_tokens")),
                answer_duration=duration / _MILLISECONDS if isinstance(duration, int | float) else None,
            ),
        )


def _text(value: object) -> str:
    """A piece of text, which may be missing. Raises AnswerGarbledError where it is something else."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise AnswerGarbledError
    return value
