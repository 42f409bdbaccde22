"""What a model server's refusal means, in whatever dialect it is worded."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from tinyllm.errors import BackendError, ContextOverflowError, KeyRefusedError, ModelMissingError, RefusedError
from tinyllm.models.wire import error_details, error_text

OVERFLOW_CODES = frozenset({"context_length_exceeded", "exceed_context_size_error"})
"""`code` of OpenAI and those after it, `type` of llama.cpp, where a prompt is too long."""
OVERFLOW_TEXTS = (
    "exceeds the context length",  # Ollama 0.24
    "exceeds the available context size",  # llama.cpp, Ollama 0.33
    "context size has been exceeded",  # llama.cpp, LM Studio
    "greater than the context length",  # LM Studio
    "when context the overflows",  # LM Studio
    "maximum context length is",  # vLLM, OpenAI's older models
    "longer than the maximum model length",  # vLLM
    "longer than the model's context length",  # SGLang
    "contextwindowexceedederror",  # LiteLLM
)
"""The same in words, for servers that give no code of it."""
_PROMPT_TOKENS = re.compile(r"(?:resulted in |request has |\(|input \()(\d+) (?:tokens|input tokens|in the messages)")
MISSING_CODES = frozenset({"model_not_found"})
MISSING_TEXTS = ("not found", "does not exist", "invalid model name passed in")
"""How servers say that they do not have a model: Ollama and llama.cpp, vLLM and OpenAI, LiteLLM."""
SPENT_CODE = b"insufficient_quota"
"""OpenAI's 429 that no waiting mends."""


def refusal(
    address: str, status: int, reason: str, raw: bytes, model: str | None, scrub: Callable[[str], str]
) -> BackendError:
    """What a bad status means. `reason` is the status in words, `raw` the body, `model` the one that was asked for.

    `scrub` takes secrets out of what the server says.
    """
    if status in (401, 403):
        return KeyRefusedError(address, status)
    error = _error(raw)
    text = error_text(error)
    if too_long := overflow(error):
        return too_long
    if model is not None and status in (400, 404) and _is_missing(error, text.casefold()):
        return ModelMissingError(model)
    return RefusedError(status, scrub(text or reason) or "no reason given")


def overflow(error: object) -> ContextOverflowError | None:
    """The error that an `error` stands for, where it says that the prompt is too long for the context."""
    details, text = error_details(error), error_text(error)
    codes = {str(details.get("code")), str(details.get("type"))}
    if codes.isdisjoint(OVERFLOW_CODES) and not any(known in text.casefold() for known in OVERFLOW_TEXTS):
        return None
    tokens = details.get("n_prompt_tokens")
    if not isinstance(tokens, int):
        told = _PROMPT_TOKENS.search(text)
        tokens = int(told[1]) if told else None
    return ContextOverflowError(tokens)


def _is_missing(error: object, text: str) -> bool:
    known = str(error_details(error).get("code")) in MISSING_CODES
    return known or ("model" in text and any(words in text for words in MISSING_TEXTS))


def _error(raw: bytes) -> object:
    """The `error` of a body. Older vLLM sends the object alone, FastAPI a `detail`; "" where there is none."""
    try:
        body: Any = orjson.loads(raw)
    except orjson.JSONDecodeError:
        return ""
    if not isinstance(body, Mapping):
        return ""
    return body.get("error") or (body if "message" in body else body.get("detail", ""))
