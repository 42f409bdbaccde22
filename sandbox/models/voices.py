"""The shapes of Ollama's own answers, line by line and whole."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from sandbox.models.refusals import JSON, NDJSON
from sandbox.models.script import Piece, Script
from sandbox.models.wire import encoded, stamp

Figures = dict[str, int]


class Voice(Protocol):
    """How one dialect says an answer."""

    streamed_as: str
    whole_as: str

    def piece(self, piece: Piece) -> bytes: ...
    def last(self, script: Script, figures: Figures) -> bytes: ...
    def whole(self, script: Script, figures: Figures) -> dict[str, Any]: ...
    def error(self, message: str) -> bytes: ...


class NativeVoice:
    """What the chat and the generate route have in common: lines of JSON that end with `done`."""

    streamed_as = NDJSON
    whole_as = JSON

    def __init__(self, model: str, clock: Callable[[], float]) -> None:
        self._model, self._clock = model, clock

    def body(self, content: str, thinking: str, calls: list[dict[str, Any]]) -> dict[str, Any]:
        raise NotImplementedError

    def piece(self, piece: Piece) -> bytes:
        calls = [_call(piece, 0)] if piece.tool_call else []
        return _line(self._with(self.body(piece.content, piece.thinking, calls), done=False))

    def last(self, script: Script, figures: Figures) -> bytes:
        return _line(self.ended(script.done_reason) | figures)

    def whole(self, script: Script, figures: Figures) -> dict[str, Any]:
        calls = [_call(piece, index) for index, piece in enumerate(_calling(script))]
        said = "".join(piece.content for piece in script.pieces)
        thought = "".join(piece.thinking for piece in script.pieces)
        whole = self._with(self.body(said, thought, calls), done=True)
        return whole | {"done_reason": script.done_reason} | figures

    def ended(self, reason: str) -> dict[str, Any]:
        """Nothing said: a model was loaded or unloaded, or a stream ends."""
        return self._with(self.body("", "", []), done=True) | {"done_reason": reason}

    def error(self, message: str) -> bytes:
        return _line({"error": message})

    def _with(self, body: dict[str, Any], done: bool) -> dict[str, Any]:
        return {"model": self._model, "created_at": stamp(self._clock()), **body, "done": done}


class ChatVoice(NativeVoice):
    def body(self, content: str, thinking: str, calls: list[dict[str, Any]]) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": content}
        if thinking:
            message["thinking"] = thinking
        if calls:
            message["tool_calls"] = calls
        return {"message": message}


class GenerateVoice(NativeVoice):
    def body(self, content: str, thinking: str, calls: list[dict[str, Any]]) -> dict[str, Any]:
        return {"response": content, "thinking": thinking} if thinking else {"response": content}

    def last(self, script: Script, figures: Figures) -> bytes:
        return _line(self.ended(script.done_reason) | _context(script) | figures)

    def whole(self, script: Script, figures: Figures) -> dict[str, Any]:
        return super().whole(script, figures) | _context(script)


def _context(script: Script) -> dict[str, list[int]]:
    """The tokens so far, which this route gives back; ours are only numbered."""
    return {"context": list(range(1, script.prompt_tokens + script.tokens + 1))}


def _calling(script: Script) -> list[Piece]:
    return [piece for piece in script.pieces if piece.tool_call]


def _call(piece: Piece, index: int) -> dict[str, Any]:
    assert piece.tool_call is not None
    function = {"index": index, "name": piece.tool_call.name, "arguments": dict(piece.tool_call.arguments)}
    return {"id": f"call_scripted{index}", "function": function}


def _line(value: Mapping[str, Any]) -> bytes:
    return encoded(value) + b"\n"
