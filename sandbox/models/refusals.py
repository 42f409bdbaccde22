"""Answers that are errors, with the words of the recordings."""

import json
from typing import Literal

JSON = "application/json; charset=utf-8"
BARE_JSON = "application/json"
NDJSON = "application/x-ndjson"

RUNNER_KILLED = "an error was encountered while running the model: unexpected EOF"
BUSY = "server busy, please try again.  maximum pending requests exceeded"

Version = Literal["0.24", "0.33"]


class RefusalError(Exception):
    """A request is answered with a status and an error; `str()` is the text of `error`."""

    def __init__(self, status: int, message: str, content_type: str = JSON) -> None:
        super().__init__(message)
        self.status = status
        self.content_type = content_type


def not_found(model: str) -> RefusalError:
    return RefusalError(404, f"model '{model}' not found")


def from_engine(message: str, kind: str, stream: bool, **more: int) -> RefusalError:
    """0.33 passes an error of its engine on as JSON within the error text; a stream has its own content type."""
    error = {"code": 400, "message": message, "type": kind, **more}
    inner = json.dumps({"error": error}, separators=(",", ":"))
    return RefusalError(400, inner, BARE_JSON if stream else JSON)


def overflow(tokens: int, limit: int, version: Version, stream: bool) -> RefusalError:
    if version == "0.24":
        text = "the input length exceeds the context length"
        return RefusalError(400, text, BARE_JSON if stream else JSON)
    text = f"request ({tokens} tokens) exceeds the available context size ({limit} tokens), try increasing it"
    return from_engine(text, "exceed_context_size_error", stream, n_prompt_tokens=tokens, n_ctx=limit)


def no_vision(stream: bool) -> RefusalError:
    text = "Multimodal data provided, but model does not support multimodal requests."
    return from_engine(text, "invalid_request_error", stream)
