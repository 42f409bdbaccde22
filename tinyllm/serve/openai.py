"""Requests in the OpenAI dialect, put into Ollama's words."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from tinyllm.serve.asked import Asked, Body, ChatBody, Named, asked_in_chat, validated
from tinyllm.serve.refusals import RefusalError

_SAME = ("temperature", "top_p", "seed", "presence_penalty", "frequency_penalty")
"""What is called the same in both."""


class _Usage(Body):
    include_usage: bool = False


class _Schema(Body):
    schema_: dict[str, Any] = Field({}, alias="schema")


class _Format(Body):
    type: str = "text"
    json_schema: _Schema = _Schema()


class OpenAIBody(Named):
    """`/v1/chat/completions`."""

    messages: list[dict[str, Any]] = Field(default_factory=list)
    tools: list[Any] = Field(default_factory=list)
    stream: bool = False
    stream_options: _Usage = _Usage()
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    reasoning_effort: Literal["none", "low", "medium", "high"] | None = None
    response_format: _Format = _Format()
    temperature: float | None = None
    top_p: float | None = None
    seed: int | None = None
    stop: str | list[str] = ""
    presence_penalty: float | None = None
    frequency_penalty: float | None = None


def asked_by_openai(body: OpenAIBody) -> Asked:
    """Raises RefusalError."""
    if not body.messages:
        raise RefusalError(400, "[] is too short - 'messages'")
    options = {name: value for name in _SAME if (value := getattr(body, name)) is not None}
    if body.stop:
        options["stop"] = [body.stop] if isinstance(body.stop, str) else body.stop
    limit = body.max_tokens if body.max_completion_tokens is None else body.max_completion_tokens
    if limit is not None:
        options["num_predict"] = limit
    native = {
        "model": body.model,
        "stream": body.stream,
        "options": options,
        "tools": body.tools,
        "think": False if body.reasoning_effort == "none" else body.reasoning_effort,
        "format": _format(body.response_format),
        "messages": [_message(message) for message in body.messages],
    }
    return asked_in_chat(validated(native, ChatBody))


def _format(wanted: _Format) -> Any:
    match wanted.type:
        case "json_object":
            return "json"
        case "json_schema":
            return wanted.json_schema.schema_ or "json"
        case _:
            return None


def _message(message: dict[str, Any]) -> dict[str, Any]:
    """Content may be a list of parts there: texts are joined, images come as data URLs."""
    parts = message.get("content")
    if not isinstance(parts, list):
        return message
    texts = [part.get("text") for part in parts if _is_part(part, "text")]
    images = [part.get("image_url") for part in parts if _is_part(part, "image_url")]
    urls = [image.get("url") if isinstance(image, dict) else image for image in images]
    return {
        **message,
        "content": "\n".join(str(text) for text in texts),
        "images": [str(url).rpartition(",")[2] for url in urls],
    }


def _is_part(part: Any, kind: str) -> bool:
    return isinstance(part, dict) and part.get("type") == kind
