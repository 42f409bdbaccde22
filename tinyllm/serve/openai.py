"""Requests in the OpenAI dialect, put into Ollama's words."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict, Field

from tinyllm.serve.asked import Asked, ChatBody, Message, asked_in_chat, validated
from tinyllm.serve.refusals import RefusalError

_SAME = ("temperature", "top_p", "top_k", "min_p", "seed", "stop", "presence_penalty", "frequency_penalty")
"""What is called the same in both."""


class OpenAIBody(ChatBody):
    """`/v1/chat/completions`."""

    stream: bool = False
    messages: list[Any] = Field(default_factory=list)
    stream_options: dict[str, Any] = Field(default_factory=dict)
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    reasoning_effort: str | None = None
    response_format: dict[str, Any] = Field(default_factory=dict)

    model_config = ConfigDict(extra="allow")

    @property
    def wants_usage(self) -> bool:
        return bool(self.stream_options.get("include_usage"))


def asked_by_openai(body: OpenAIBody) -> Asked:
    """Raises RefusalError."""
    if not body.messages:
        raise RefusalError(400, "[] is too short - 'messages'")
    extra = body.model_extra or {}
    options = {name: extra[name] for name in _SAME if extra.get(name) is not None}
    limit = body.max_completion_tokens or body.max_tokens
    if limit is not None:
        options["num_predict"] = limit
    effort = body.reasoning_effort
    native = {
        "model": body.model,
        "stream": body.stream,
        "options": options,
        "tools": body.tools,
        "think": None if effort is None else False if effort == "none" else effort,
        "format": _format(body.response_format),
        "messages": [_message(message) for message in body.messages],
    }
    return asked_in_chat(validated(native, ChatBody))


def _format(wanted: dict[str, Any]) -> Any:
    match wanted.get("type"):
        case "json_object":
            return "json"
        case "json_schema":
            return (wanted.get("json_schema") or {}).get("schema") or "json"
        case _:
            return None


def _message(message: Any) -> Message:
    """Content may be a list of parts there: texts are joined, images come as data URLs."""
    if not isinstance(message, dict):
        raise RefusalError(400, "each of the messages must be an object")
    given = dict(message)
    parts = given.get("content")
    if isinstance(parts, list):
        parts = [part for part in parts if isinstance(part, dict)]
        urls = [str((part.get("image_url") or {}).get("url", "")) for part in parts if part.get("type") == "image_url"]
        given["content"] = "\n".join(str(part.get("text", "")) for part in parts if part.get("type") == "text")
        given["images"] = [url.rpartition(",")[2] for url in urls]
    return validated(given, Message)
