"""From a question to the pieces of an answer, through the engine."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import orjson

from tinyllm.serve.asked import Asked, Message, validated
from tinyllm.serve.engine import Client, Engine
from tinyllm.serve.fitting import ending, fitted
from tinyllm.serve.library import Model
from tinyllm.serve.options import engine_options
from tinyllm.serve.pieces import End, Piece, choice_of, piece_of
from tinyllm.serve.refusals import EngineRefusalError, RefusalError, lacks

CHAT = "/v1/chat/completions"
COMPLETION = "/v1/completions"
_TOLD = ("tools", "chat_template_kwargs")
"""What a template is given beside the messages."""


@dataclass(slots=True)
class _Calls:
    """Calls of tools arrive in fragments."""

    whole: dict[int, dict[str, Any]] = field(default_factory=dict)

    def add(self, fragments: Sequence[Mapping[str, Any]]) -> None:
        for fragment in fragments:
            index = fragment.get("index", 0)
            call = self.whole.setdefault(index, {"id": "", "name": "", "arguments": ""})
            told = fragment.get("function") or {}
            call["id"] += fragment.get("id") or ""
            call["name"] += told.get("name") or ""
            call["arguments"] += told.get("arguments") or ""

    def finished(self) -> tuple[Mapping[str, Any], ...]:
        return tuple(
            {
                "id": call["id"],
                "function": {"index": index, "name": call["name"], "arguments": _object(call["arguments"])},
            }
            for index, call in sorted(self.whole.items())
        )


def check(asked: Asked, model: Model) -> None:
    """Whether the model can do what is asked. Raises RefusalError."""
    assert model.facts is not None
    able = model.facts.capabilities
    if "completion" not in able:
        raise lacks(asked.model, asked.ability)
    if asked.think and "thinking" not in able:
        raise lacks(asked.model, "thinking")
    if asked.tools and "tools" not in able:
        raise lacks(asked.model, "tools")
    if any(message.images for message in asked.messages):
        raise RefusalError(400, f"{model.name} cannot see images: images are not supported by this server.")


async def answer(
    engine: Engine, model: Model, asked: Asked, client: Callable[[], Client | None] | None = None
) -> AsyncGenerator[list[Piece | End], None]:
    """Pieces, then one End, those together that came together; closing it stops the engine's work.

    Where there is a `client`, the engine tells it all but the first words by itself. Raises RefusalError, EngineError,
    UnreadError.
    """
    body = _body(model, asked, engine.context)
    messages = _conversation(model, asked)
    question: dict[str, Any] = {"messages": messages} if asked.prompt is None else {"prompt": asked.prompt}
    try:
        async with aclosing(_answer(engine, {**body, **question}, asked, client)) as groups:
            async for parts in groups:
                yield parts
        return
    except EngineRefusalError as exc:
        if not asked.truncate or exc.status != 400 or "exceed_context_size_error" not in str(exc):
            raise
    if asked.prompt is None:
        question = {"messages": await fitted(engine, messages, {name: body[name] for name in _TOLD if name in body})}
    else:
        question = {"prompt": await ending(engine, asked.prompt, engine.context // 2)}
    async with aclosing(_answer(engine, {**body, **question}, asked, client)) as groups:
        async for parts in groups:
            yield parts


async def _answer(
    engine: Engine, body: Mapping[str, Any], asked: Asked, client: Callable[[], Client | None] | None
) -> AsyncGenerator[list[Piece | End], None]:
    path = CHAT if "messages" in body else COMPLETION
    hearing = _Hearing(None if asked.shift else engine.context)
    async with aclosing(engine.stream(path, body, client if asked.shift else None)) as groups:
        async for events in groups:
            if parts := hearing.heard(events):
                yield parts
            if hearing.is_full:
                break
    yield hearing.end()


class _Hearing:
    """From the engine's events to the pieces of an answer, and to its end."""

    def __init__(self, context: int | None) -> None:
        """`context` is how many tokens the answer ends at; None where it goes on beyond."""
        self._context = context
        self._calls = _Calls()
        self._timings: Mapping[str, Any] = {}
        self._reason = "stop"
        self.is_full = False

    def heard(self, events: Sequence[Mapping[str, Any]]) -> list[Piece | End]:
        """The pieces in some events."""
        pieces: list[Piece | End] = []
        for event in events:
            self._timings = event.get("timings") or self._timings
            choice = choice_of(event)
            self._calls.add(choice["delta"].get("tool_calls") or ())
            if piece := piece_of(choice):
                pieces.append(piece)
            if ended := choice.get("finish_reason"):
                self._reason = "length" if ended == "length" else "stop"
            elif self._context is not None and self._used >= self._context:
                self._reason, self.is_full = "length", True
                break
        return pieces

    def end(self) -> list[Piece | End]:
        """The calls of tools, if there were any, and what the answer took."""
        told = self._timings
        calls = [Piece(calls=self._calls.finished())] if self._calls.whole else []
        prompt = told.get("prompt_n", 0) + told.get("cache_n", 0)
        times = (told.get("prompt_ms", 0.0), told.get("predicted_n", 0), told.get("predicted_ms", 0.0))
        return [*calls, End(self._reason, prompt, *times)]

    @property
    def _used(self) -> int:
        """Tokens of the context that are used."""
        return sum(self._timings.get(name, 0) for name in ("prompt_n", "cache_n", "predicted_n"))


def _conversation(model: Model, asked: Asked) -> list[dict[str, Any]]:
    """What the model always begins with, and what was said; a system message that was said takes the model's place."""
    said = [_for_engine(message) for message in asked.messages]
    system = [{"role": "system", "content": model.system}] if model.system else []
    if said and said[0]["role"] == "system":
        system = [said.pop(0)]
    return [*system, *(_for_engine(validated(message, Message)) for message in model.messages), *said]


def _body(model: Model, asked: Asked, context: int) -> dict[str, Any]:
    """All but the question itself; `context` is how many tokens there is room for."""
    body = engine_options({**model.parameters, **asked.options}, context)
    body["return_progress"] = True  # between two pieces of a prompt it can be cancelled
    body["timings_per_token"] = not asked.shift  # they tell when the context is full
    if asked.think is not None:
        body["chat_template_kwargs"] = {"enable_thinking": bool(asked.think)}
        if isinstance(asked.think, str):
            body["chat_template_kwargs"]["reasoning_effort"] = asked.think
    if asked.format == "json":
        body["response_format"] = {"type": "json_object"}
    elif asked.format:
        body["response_format"] = {"type": "json_schema", "json_schema": {"name": "answer", "schema": asked.format}}
    if asked.tools:
        body["tools"] = asked.tools
    return body


def _for_engine(message: Message) -> dict[str, Any]:
    told: dict[str, Any] = {"role": message.role, "content": message.content}
    if message.thinking:
        told["reasoning_content"] = message.thinking
    if message.tool_calls:
        told["tool_calls"] = [
            {
                "id": call.id or f"call_{index}",
                "type": "function",
                "function": {
                    "name": call.function.name,
                    "arguments": orjson.dumps(call.function.arguments).decode(),
                },
            }
            for index, call in enumerate(message.tool_calls)
        ]
    if message.role == "tool":
        told |= {"tool_call_id": message.tool_call_id or "call_0", "name": message.tool_name}
    return told


def _object(text: str) -> Any:
    try:
        return orjson.loads(text or "{}")
    except orjson.JSONDecodeError:
        return {"text": text}  # a call that the length limit cut; the words are not lost
