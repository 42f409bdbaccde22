"""From a request's body to what was asked for; a body that cannot be read is refused in Ollama's words."""

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from sandbox.models.asked import ChatRequest, Message
from sandbox.models.durations import seconds
from sandbox.models.names import is_valid
from sandbox.models.options import check_options
from sandbox.models.refusals import RefusalError

_LEVELS = ("high", "medium", "low")
_KINDS = {bool: "bool", int: "number", float: "number", str: "string", list: "array", dict: "object"}


def body_of(raw: bytes) -> dict[str, Any]:
    if not raw.strip():
        raise RefusalError(400, "missing request body")
    try:
        body = json.loads(raw)
    except json.JSONDecodeError as error:
        raise RefusalError(400, _json_problem(error)) from error
    except UnicodeDecodeError as error:
        raise RefusalError(400, "invalid character in string literal") from error
    if not isinstance(body, dict):
        raise RefusalError(400, f"json: cannot unmarshal {_KINDS.get(type(body), 'null')} into Go value")
    return body


def model_named(body: Mapping[str, Any]) -> str:
    """The model that a body names, in the new key or the old one."""
    name: str = _given(body, "model", str, "") or _given(body, "name", str, "")
    if not name:
        raise RefusalError(400, "model is required")
    if not is_valid(name):
        raise RefusalError(400, "invalid model name")
    return name


def chat_request(body: Mapping[str, Any]) -> ChatRequest:
    return _request(body, tuple(_message(item) for item in _given(body, "messages", list, [])))


def generate_request(body: Mapping[str, Any]) -> ChatRequest:
    """A prompt is a conversation of one message; an empty one only loads."""
    prompt, system = _given(body, "prompt", str, ""), _given(body, "system", str, "")
    images = _images(_given(body, "images", list, []))
    messages = (Message("user", prompt, images),) if prompt or images else ()
    return _request(body, (Message("system", system), *messages) if system and messages else messages)


def openai_request(body: Mapping[str, Any]) -> ChatRequest:
    """The OpenAI dialect put into Ollama's words: not streamed unless asked for."""
    options = {key: body[key] for key in ("temperature", "top_p", "seed", "stop") if body.get(key) is not None}
    limit = body.get("max_completion_tokens") or body.get("max_tokens")
    if limit is not None:
        options["num_predict"] = limit
    effort = body.get("reasoning_effort")
    think = None if effort is None else False if effort == "none" else effort
    said = [_openai_message(item) for item in _given(body, "messages", list, [])]
    if not said:
        raise RefusalError(400, "[] is too short - 'messages'")
    native = {"model": body.get("model"), "stream": body.get("stream", False), "options": options, "think": think}
    return chat_request({**native, "messages": said})


def _request(body: Mapping[str, Any], messages: tuple[Message, ...]) -> ChatRequest:
    return ChatRequest(
        keep_alive=seconds(body.get("keep_alive")),
        model=model_named(body),
        messages=messages,
        stream=_given(body, "stream", bool, True),
        think=_think(body.get("think")),
        options=_given(body, "options", dict, {}),
        truncate=_given(body, "truncate", bool, True),
        shift=_given(body, "shift", bool, True),
        format=body.get("format") or None,
        tools=tuple(item["function"]["name"] for item in _given(body, "tools", list, [])),
    )


def checked(chat: ChatRequest) -> ChatRequest:
    check_options(chat.options)
    return chat


def _message(item: Any) -> Message:
    if not isinstance(item, dict):
        raise RefusalError(
            400, f"json: cannot unmarshal {_KINDS.get(type(item), 'null')} into Go value of type api.Message"
        )
    content = _given(item, "content", str, "")
    return Message(_given(item, "role", str, ""), content, _images(_given(item, "images", list, [])))


def _openai_message(item: Any) -> Any:
    """Content may be a list of parts there: texts are joined, images come as data URLs."""
    if not isinstance(item, dict) or not isinstance(item.get("content"), list):
        return item
    parts = item["content"]
    texts = [part["text"] for part in parts if part.get("type") == "text"]
    urls = [part["image_url"]["url"] for part in parts if part.get("type") == "image_url"]
    return {**item, "content": "\n".join(texts), "images": [url.rpartition(",")[2] for url in urls]}


def _images(values: list[Any]) -> tuple[str, ...]:
    for value in values:
        try:
            base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError) as error:
            raise RefusalError(400, f"illegal base64 data at input byte {_first_bad(str(value))}") from error
    return tuple(values)


def _first_bad(text: str) -> int:
    good = (index for index, sign in enumerate(text) if not (sign.isascii() and (sign.isalnum() or sign in "+/=")))
    return next(good, len(text))


def _think(value: Any) -> bool | str | None:
    if value is None or isinstance(value, bool) or value in _LEVELS:
        return value  # type: ignore[no-any-return]  # a level, by the test before
    raise RefusalError(400, f'invalid think value: "{value}" (must be "high", "medium", "low", true, or false)')


def _given(body: Mapping[str, Any], key: str, kind: type, default: Any) -> Any:
    value = body.get(key)
    if value is None:
        return default
    if not isinstance(value, kind):
        found, wanted = _KINDS.get(type(value), "null"), _KINDS[kind]
        raise RefusalError(400, f"json: cannot unmarshal {found} into Go struct field .{key} of type {wanted}")
    return value


def _json_problem(error: json.JSONDecodeError) -> str:
    """As Go words it: the text ended too early, or a character is wrong."""
    rest = error.doc[error.pos :].strip()
    if not rest or error.msg.startswith("Unterminated"):
        return "unexpected EOF"
    return f"invalid character '{rest[0]}' looking for beginning of value"
