"""A model server behind `httpx.MockTransport`: says what a test wants and notes what it was asked."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import orjson

from tests.clocks import ManualClock
from tinyllm.models import OllamaClient
from tinyllm.models.backend import Figures, Finished

LAST: dict[str, Any] = {
    "model": "m",
    "message": {"role": "assistant", "content": ""},
    "done": True,
    "done_reason": "stop",
    "total_duration": 9_000_000_000,
    "load_duration": 1_500_000_000,
    "prompt_eval_count": 26,
    "prompt_eval_duration": 1,
    "eval_count": 100,
    "eval_duration": 2_000_000_000,
}
FINISHED = Finished(False, Figures(26, 100, 2.0))


def line(content: str = "", thinking: str | None = None) -> bytes:
    """A line of an answer."""
    message = {"role": "assistant", "content": content, **({} if thinking is None else {"thinking": thinking})}
    return orjson.dumps({"model": "m", "message": message, "done": False}) + b"\n"


def last(**changes: Any) -> bytes:
    """The last line of an answer, which FINISHED comes of."""
    return orjson.dumps({**LAST, **changes}) + b"\n"


def error(text: Any) -> bytes:
    """A line that ends an answer badly."""
    return orjson.dumps({"error": text}) + b"\n"


Part = bytes | Exception | asyncio.Event


class Stream(httpx.AsyncByteStream):
    """A body in given reads; an exception breaks it, an event is waited for."""

    def __init__(self, *parts: Part) -> None:
        self._parts = parts
        self.closed = False

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for part in self._parts:
            if isinstance(part, Exception):
                raise part
            if isinstance(part, asyncio.Event):
                await part.wait()
            else:
                yield part

    async def aclose(self) -> None:
        self.closed = True


Answer = httpx.Response | Exception | asyncio.Event | Callable[[httpx.Request], httpx.Response]


class Server:
    """Answers one request after the other from `answers`; the last answer is repeated."""

    def __init__(self, *answers: Answer, clock: ManualClock | None = None) -> None:
        self._answers = list(answers)
        self.clock = clock or ManualClock()
        self.requests: list[httpx.Request] = []
        self.times: list[float] = []
        """When each request came, in seconds since the start."""
        self._start = self.clock.time()

    async def _handle(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        self.times.append(self.clock.time() - self._start)
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, asyncio.Event):
            await answer.wait()
            return httpx.Response(200)
        return answer(request) if callable(answer) else answer

    @property
    def bodies(self) -> list[Any]:
        """What was asked, as JSON."""
        return [orjson.loads(request.content) for request in self.requests if request.content]

    @property
    def transport(self) -> httpx.MockTransport:
        """What a client of any kind reaches it by."""
        return httpx.MockTransport(self._handle)

    def client(self, host: str = "http://box:11434", **options: Any) -> OllamaClient:
        """A client of this server."""
        return OllamaClient(host, transport=self.transport, clock=self.clock, **options)


def streamed(*parts: Part | Stream) -> httpx.Response:
    """A good answer that arrives in these reads, or as this stream."""
    body = parts[0] if parts and isinstance(parts[0], Stream) else Stream(*parts)  # type: ignore[arg-type]
    return httpx.Response(200, stream=body)


def refused(status: int, error: object) -> httpx.Response:
    """An error status with a reason, as Ollama gives it."""
    return httpx.Response(status, json={"error": error})
