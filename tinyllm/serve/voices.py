"""The dialects in which an answer is told: Ollama's chat and generate, and OpenAI's chat completions."""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import KW_ONLY, asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar, Protocol

import orjson

from tinyllm.serve.pieces import End, Piece, Times

JSON = "application/json; charset=utf-8"
BARE_JSON = "application/json"
LINES = "application/x-ndjson"
EVENTS = "text/event-stream"

_FOR_EVER = 253402300799.0  # the end of 9999, the last that a date can say
_NANOSECONDS_A_MILLISECOND = 1_000_000


class Voice(Protocol):
    """How one dialect tells an answer."""

    streamed_as: ClassVar[str]
    whole_as: ClassVar[str]

    def piece(self, piece: Piece) -> bytes:
        """A part of a streamed answer."""

    def last(self, end: End, times: Times) -> bytes:
        """The end of a streamed answer."""

    def whole(self, pieces: Sequence[Piece], end: End, times: Times) -> bytes:
        """An answer that is not streamed."""

    def refusal(self, status: int, text: str) -> bytes:
        """What is said in the place of an answer."""

    def broken(self, text: str) -> bytes:
        """The end of a streamed answer that broke off."""


def stamp(at: float) -> str:
    """Seconds since the epoch as a time in UTC."""
    return datetime.fromtimestamp(min(at, _FOR_EVER), UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def encoded(value: Mapping[str, Any]) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_UTC_Z)


def line(value: Mapping[str, Any]) -> bytes:
    return encoded(value) + b"\n"


@dataclass(frozen=True, slots=True)
class OllamaVoice:
    """JSON lines; `generate` has the text where `chat` has a message."""

    model: str
    _: KW_ONLY
    chat: bool
    streamed_as: ClassVar[str] = LINES
    whole_as: ClassVar[str] = JSON

    def piece(self, piece: Piece) -> bytes:
        return line({**self._head(), **self._said(piece), "done": False})

    def last(self, end: End, times: Times) -> bytes:
        return line({**self._head(), **self._said(Piece()), **_figures(end, times)})

    def whole(self, pieces: Sequence[Piece], end: End, times: Times) -> bytes:
        return encoded({**self._head(), **self._said(joined(pieces)), **_figures(end, times)})

    def refusal(self, status: int, text: str) -> bytes:
        return encoded({"error": text})

    def broken(self, text: str) -> bytes:
        return line({"error": text})

    def did(self, reason: str) -> bytes:
        """What is said of a request that only loads or unloads."""
        return encoded({**self._head(), **self._said(Piece()), "done": True, "done_reason": reason})

    def _head(self) -> dict[str, Any]:
        return {"model": self.model, "created_at": datetime.now(UTC)}

    def _said(self, piece: Piece) -> dict[str, Any]:
        if not self.chat:
            return {"response": piece.content, **({"thinking": piece.thinking} if piece.thinking else {})}
        message: dict[str, Any] = {"role": "assistant", "content": piece.content}
        if piece.thinking:
            message["thinking"] = piece.thinking
        if piece.calls:
            message["tool_calls"] = piece.calls
        return {"message": message}


@dataclass(slots=True)
class OpenAIVoice:
    """Server-sent events."""

    model: str
    _: KW_ONLY
    usage: bool
    """Whether a streamed answer ends with what it took."""
    id: str = field(default_factory=lambda: f"chatcmpl-{secrets.randbelow(10**6)}")
    began: bool = False
    """Whether there were words already."""
    called: bool = False
    """Whether a tool was."""
    streamed_as: ClassVar[str] = EVENTS
    whole_as: ClassVar[str] = BARE_JSON

    def piece(self, piece: Piece) -> bytes:
        delta: dict[str, Any] = {} if self.began else {"role": "assistant"}
        self.began = True
        delta["content"] = piece.content
        if piece.thinking:
            delta["reasoning"] = piece.thinking
        if piece.calls:
            self.called = True
            delta["tool_calls"] = _openai_calls(piece.calls)
        return self._event([{"index": 0, "delta": delta, "finish_reason": None}])

    def last(self, end: End, times: Times) -> bytes:
        events = [self._event([{"index": 0, "delta": {}, "finish_reason": self._reason(end)}])]
        if self.usage:
            events.append(self._event([], usage=_usage(end)))
        return b"".join([*events, b"data: [DONE]\n\n"])

    def whole(self, pieces: Sequence[Piece], end: End, times: Times) -> bytes:
        said = joined(pieces)
        message: dict[str, Any] = {"role": "assistant", "content": said.content}
        if said.thinking:
            message["reasoning"] = said.thinking
        if said.calls:
            self.called = True
            message["tool_calls"] = _openai_calls(said.calls)
        choice = {"index": 0, "message": message, "finish_reason": self._reason(end)}
        return line({**self._head("chat.completion"), "choices": [choice], "usage": _usage(end)})

    def refusal(self, status: int, text: str) -> bytes:
        return line(openai_error(status, text))

    def broken(self, text: str) -> bytes:
        return _event(openai_error(500, text))

    def _reason(self, end: End) -> str:
        return "tool_calls" if self.called else end.reason

    def _head(self, kind: str) -> dict[str, Any]:
        head = {"id": self.id, "object": kind, "created": int(time.time()), "model": self.model}
        return {**head, "system_fingerprint": "fp_ollama"}

    def _event(self, choices: Sequence[Mapping[str, Any]], **more: Any) -> bytes:
        return _event({**self._head("chat.completion.chunk"), "choices": choices, **more})


_VOICES: Mapping[str, type[OllamaVoice | OpenAIVoice]] = {each.__name__: each for each in (OllamaVoice, OpenAIVoice)}


def told_of(voice: OllamaVoice | OpenAIVoice) -> dict[str, Any]:
    """Which voice it is, and how far it is with the answer, for another process."""
    return {"is": type(voice).__name__, "told": asdict(voice)}


def voice_of(told: Mapping[str, Any]) -> Voice:
    """The voice that `told_of` told of."""
    return _VOICES[told["is"]](**told["told"])


def openai_error(status: int, text: str) -> dict[str, Any]:
    """An error as OpenAI's clients read it; what the engine says of it in JSON is taken out of that."""
    kinds = {400: "invalid_request_error", 404: "not_found_error"}
    error = {"message": text, "type": kinds.get(status, "api_error"), "param": None, "code": None}
    return {"error": {**error, **_engines_own(text)}}


def _engines_own(text: str) -> Mapping[str, Any]:
    try:
        told = orjson.loads(text)["error"]
        return {**told, "message": str(told["message"])}
    except (orjson.JSONDecodeError, LookupError, TypeError):
        return {}


def joined(pieces: Sequence[Piece]) -> Piece:
    """All of an answer in one piece."""
    return Piece(
        "".join(piece.content for piece in pieces),
        "".join(piece.thinking for piece in pieces),
        tuple(call for piece in pieces for call in piece.calls),
    )


def _event(value: Mapping[str, Any]) -> bytes:
    return b"data: " + orjson.dumps(value) + b"\n\n"


def _openai_calls(calls: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "index": index,
            "id": call["id"],
            "type": "function",
            "function": {
                "name": call["function"]["name"],
                "arguments": orjson.dumps(call["function"]["arguments"]).decode(),
            },
        }
        for index, call in enumerate(calls)
    ]


def _figures(end: End, times: Times) -> dict[str, Any]:
    return {
        "done": True,
        "done_reason": end.reason,
        "total_duration": round(times.total * 1e9),
        "load_duration": round(times.load * 1e9),
        "prompt_eval_count": end.prompt_tokens,
        "prompt_eval_duration": round(end.prompt_duration * _NANOSECONDS_A_MILLISECOND),
        "eval_count": end.tokens,
        "eval_duration": round(end.duration * _NANOSECONDS_A_MILLISECOND),
    }


def _usage(end: End) -> dict[str, int]:
    total = end.prompt_tokens + end.tokens
    return {"prompt_tokens": end.prompt_tokens, "completion_tokens": end.tokens, "total_tokens": total}
