"""The OpenAI dialect's shapes, as the two versions of the server write them."""

from collections.abc import Callable, Mapping
from typing import Any

from sandbox.models.refusals import BARE_JSON, Version
from sandbox.models.script import Piece, Script
from sandbox.models.wire import encoded

_TYPES = {400: "invalid_request_error", 404: "not_found_error"}
_EVENTS = "text/event-stream"


def openai_error(status: int, message: str) -> dict[str, Any]:
    kind = _TYPES.get(status, "api_error")
    return {"error": {"message": message, "type": kind, "param": None, "code": None}}


class OpenAIVoice:
    """Server-sent events; 0.33 names the role once, 0.24 in every event."""

    streamed_as = _EVENTS
    whole_as = BARE_JSON

    def __init__(self, model: str, clock: Callable[[], float], version: Version, number: int, usage: bool) -> None:
        self._model, self._clock, self._version = model, clock, version
        self._id = f"chatcmpl-{number}"
        self._usage = usage
        self._began = False

    def piece(self, piece: Piece) -> bytes:
        delta: dict[str, Any] = {"role": "assistant"} if self._says_role() else {}
        delta["content"] = piece.content
        if piece.thinking:
            delta["reasoning"] = piece.thinking
        return self._event(self._chunk([{"index": 0, "delta": delta, "finish_reason": None}]))

    def last(self, script: Script, figures: dict[str, int]) -> bytes:
        delta = {"role": "assistant", "content": ""} if self._version == "0.24" else {}
        end = self._chunk([{"index": 0, "delta": delta, "finish_reason": script.done_reason}])
        events = [self._event(end)]
        if self._usage:
            events.append(self._event(self._chunk([]) | {"usage": _usage(script)}))
        return b"".join([*events, b"data: [DONE]\n\n"])

    def whole(self, script: Script, figures: dict[str, int]) -> dict[str, Any]:
        message = {"role": "assistant", "content": "".join(piece.content for piece in script.pieces)}
        if thought := "".join(piece.thinking for piece in script.pieces):
            message["reasoning"] = thought
        choice = {"index": 0, "message": message, "finish_reason": script.done_reason}
        return self._head("chat.completion") | {"choices": [choice], "usage": _usage(script)}

    def error(self, message: str) -> bytes:
        return self._event(openai_error(500, message))

    def _says_role(self) -> bool:
        first, self._began = not self._began, True
        return first or self._version == "0.24"

    def _head(self, kind: str) -> dict[str, Any]:
        return {
            "id": self._id,
            "object": kind,
            "created": int(self._clock()),
            "model": self._model,
            "system_fingerprint": "fp_ollama",
        }

    def _chunk(self, choices: list[dict[str, Any]]) -> dict[str, Any]:
        return self._head("chat.completion.chunk") | {"choices": choices}

    def _event(self, value: Mapping[str, Any]) -> bytes:
        return b"data: " + encoded(value) + b"\n\n"


def _usage(script: Script) -> dict[str, int]:
    return {
        "prompt_tokens": script.prompt_tokens,
        "completion_tokens": script.tokens,
        "total_tokens": script.prompt_tokens + script.tokens,
    }
