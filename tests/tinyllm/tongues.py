"""The dialects that a model server may speak, for tests that every backend passes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import orjson
import pytest

from sandbox.models import ScriptedModels
from tests.tinyllm import streams
from tests.tinyllm.streams import Server
from tinyllm.models import OllamaClient
from tinyllm.models.openai import OpenAIClient
from tinyllm.serve.server import ModelServer

Client = OllamaClient | OpenAIClient


@dataclass(frozen=True)
class Tongue:
    """How one dialect is spoken, on both sides."""

    name: str
    base: str
    """What its addresses end with."""
    chat_path: str
    list_path: str
    connected: Callable[..., Client]
    """A client of an address, with `idle_timeout` in seconds."""
    line: Callable[..., bytes]
    """A piece of an answer, or a thought."""
    last: Callable[..., bytes]
    """The end of an answer that `streams.FINISHED` comes of; `reason` is why it ended."""
    error: Callable[[Any], bytes]
    """An error within an answer."""

    def client(self, server: ScriptedModels | ModelServer | Server, **options: Any) -> Client:
        """A client of a server on a socket, or of one without."""
        if not isinstance(server, Server):
            return self.connected(f"{server.url}{self.base}", **options)
        options = {"transport": server.transport, "clock": server.clock, **options}
        return self.connected(f"http://box:11434{self.base}", **options)


def _ollama(address: str, idle_timeout: float = 60.0, **options: Any) -> OllamaClient:
    return OllamaClient(address, idle_timeout * 1000, **options)


def _last_line(reason: str = "stop") -> bytes:
    return streams.last(done_reason=reason)


def event(value: Any) -> bytes:
    """An event of a stream in the dialect of OpenAI."""
    return b"data: " + orjson.dumps(value) + b"\n\n"


def delta(finish_reason: str | None = None, **said: Any) -> bytes:
    """An event that says something."""
    return event({"choices": [{"index": 0, "delta": said, "finish_reason": finish_reason}]})


def piece(content: str = "", thinking: str | None = None) -> bytes:
    """A piece of an answer as llama.cpp streams it."""
    return delta(content=content, **({} if thinking is None else {"reasoning_content": thinking}))


def ending(reason: str = "stop") -> bytes:
    """The end of an answer as llama.cpp streams it, which `streams.FINISHED` comes of."""
    usage = {"prompt_tokens": 26, "completion_tokens": 100, "total_tokens": 126}
    figures = {"choices": [], "usage": usage, "timings": {"predicted_n": 100, "predicted_ms": 2000.0}}
    return delta(reason) + event(figures) + b"data: [DONE]\n\n"


def failure(text: Any) -> bytes:
    """An event that ends an answer badly."""
    return event({"error": {"message": text, "type": "server_error", "code": 500}})


OLLAMA = Tongue("ollama", "", "/api/chat", "/api/tags", _ollama, streams.line, _last_line, streams.error)
OPENAI = Tongue("openai", "/v1", "/v1/chat/completions", "/v1/models", OpenAIClient, piece, ending, failure)
EVERY = [pytest.param(tongue, id=tongue.name) for tongue in (OLLAMA, OPENAI)]
