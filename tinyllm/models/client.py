"""The client of Ollama's native API."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Any

import httpx
import orjson

from tinyllm.clock import Clock, SystemClock
from tinyllm.errors import (
    AnswerCutError,
    AnswerGarbledError,
    AnswerIdleError,
    BackendError,
    BusyError,
    ContextOverflowError,
    ModelMissingError,
    RefusedError,
    UnreachableError,
    shortened,
)
from tinyllm.models.addresses import server_address
from tinyllm.models.backend import ChatEvent, ChatRequest
from tinyllm.models.capabilities import ModelCapabilities, from_tags, with_show
from tinyllm.models.wire import ChatDecoder, decoded, error_details, error_text

log = logging.getLogger(__name__)

LOAD_PATIENCE = 5
"""How many idle timeouts the first byte may take: a big model loads from a slow disk for minutes, in silence."""
BUSY_PATIENCE = 60.0
"""Seconds for which a busy server (503) is asked again."""
FACTS_PATIENCE = 2
"""How many connect timeouts the short questions may take: what is installed, what is loaded."""
OVERFLOW_TEXTS = ("exceeds the context length", "exceeds the available context size")
"""How Ollama's versions say that a prompt is too long; seen in 0.24 and 0.33."""


class OllamaClient:
    """Speaks to one Ollama server; a Backend."""

    def __init__(
        self,
        host: str = "http://localhost:11434",
        timeout_ms: float = 120_000,
        max_retries: int = 1,
        default_model: str | None = None,
        *,
        connect_timeout: float = 5.0,
        keep_alive: str | int = "5m",
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock | None = None,
    ) -> None:
        """`timeout_ms` is the longest silence within an answer, `connect_timeout` the seconds to reach the server.

        `max_retries` counts further tries when no connection comes about, or one breaks before the answer begins.
        Raises ValueError where `host` is no address.
        """
        self.address = server_address(host)
        self._connect_timeout = connect_timeout
        self._idle_timeout = timeout_ms / 1000
        self._max_retries = max_retries
        self._current_model = default_model
        # Without a unit it must go out as a number: as a text it is no duration to Ollama.
        self._keep_alive = int(keep_alive) if str(keep_alive).lstrip("-").isdecimal() else keep_alive
        self._clock = clock or SystemClock()
        self._shown: dict[str, ModelCapabilities] = {}
        self._http = httpx.AsyncClient(
            base_url=self.address,
            timeout=httpx.Timeout(None, connect=connect_timeout),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=20),
            transport=transport,
            trust_env=False,  # a proxy for the web must not stand between us and our own box
        )

    async def __aenter__(self) -> OllamaClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection; running answers end."""
        await self._http.aclose()

    def set_model(self, model: str) -> None:
        """Make `model` the one that is used where none is named."""
        self._current_model = model

    def get_model(self) -> str | None:
        """The model that is used where none is named."""
        return self._current_model

    async def list_capabilities(self) -> list[ModelCapabilities]:
        listed = (await self._facts("GET", "/api/tags")).get("models")
        if not isinstance(listed, list):
            raise AnswerGarbledError
        models = [from_tags(entry) for entry in listed if isinstance(entry, Mapping)]
        return await asyncio.gather(*map(self._with_abilities, models))

    async def _with_abilities(self, known: ModelCapabilities) -> ModelCapabilities:
        key = f"{known.name}@{known.digest}"
        if key not in self._shown:
            try:
                shown = await self._facts("POST", "/api/show", {"model": known.name})
            except BackendError as exc:
                log.debug("what the list says of %s must do: %s", known.name, exc)  # removed a moment ago, or broken
                return known
            self._shown[key] = with_show(known, shown)
        return self._shown[key]

    async def list_loaded(self) -> list[str]:
        listed = (await self._facts("GET", "/api/ps")).get("models")
        entries = listed if isinstance(listed, list) else []
        return [str(entry["name"]) for entry in entries if isinstance(entry, Mapping) and entry.get("name")]

    async def warm_up(self, model: str, context_size: int) -> None:
        options = {"num_ctx": context_size}
        body = {"model": model, "stream": False, "keep_alive": self._keep_alive, "options": options}
        async with (
            self._opened("POST", "/api/generate", body) as response,
            aclosing(self._chunks(response)) as chunks,
        ):
            async for _ in chunks:
                pass

    async def chat(self, request: ChatRequest) -> AsyncGenerator[ChatEvent, None]:
        body = {
            "model": request.model,
            "messages": [{"role": message.role, "content": message.content} for message in request.messages],
            "stream": True,
            "truncate": False,
            "shift": False,
            "keep_alive": self._keep_alive,
            "options": {"num_ctx": request.context_size},
        }
        decoder = ChatDecoder()
        async with self._opened("POST", "/api/chat", body) as response:
            async with aclosing(self._chunks(response)) as chunks:
                async for chunk in chunks:
                    for event in decoder.feed(chunk):
                        yield event
            for event in decoder.flush():
                yield event

    async def _chunks(self, response: httpx.Response) -> AsyncGenerator[bytes, None]:
        """The body as it arrives, watched for silence."""
        patience = self._idle_timeout * LOAD_PATIENCE
        chunks = response.aiter_bytes()
        while True:
            try:
                async with asyncio.timeout(patience):
                    chunk = await anext(chunks)
            except StopAsyncIteration:
                return
            except TimeoutError:
                raise AnswerIdleError(patience) from None
            except httpx.HTTPError as exc:
                raise AnswerCutError from exc
            yield chunk
            patience = self._idle_timeout

    async def _facts(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The answer to a short question, as an object."""
        patience = self._connect_timeout * FACTS_PATIENCE
        try:
            async with asyncio.timeout(patience), self._opened(method, path, body) as response:
                return decoded(await response.aread())
        except httpx.HTTPError as exc:
            raise UnreachableError(self.address, _why(exc)) from exc
        except TimeoutError:
            raise UnreachableError(self.address, f"no answer within {patience:g} s") from None

    @asynccontextmanager
    async def _opened(
        self, method: str, path: str, body: Mapping[str, Any] | None = None
    ) -> AsyncIterator[httpx.Response]:
        """A response whose status is good and whose body is not read yet. The only place that tries again."""
        response = await self._response(method, path, body)
        try:
            if response.status_code >= 400:
                raise await self._refusal(response, body or {})
            yield response
        finally:
            await response.aclose()

    async def _response(self, method: str, path: str, body: Mapping[str, Any] | None) -> httpx.Response:
        content = orjson.dumps(body) if body is not None else None
        headers = {"Content-Type": "application/json"} if body is not None else {}
        busy_until = self._clock.monotonic() + BUSY_PATIENCE
        failures, pause = 0, 0.5
        while True:
            request = self._http.build_request(method, path, content=content, headers=headers)
            try:
                async with asyncio.timeout(self._idle_timeout * LOAD_PATIENCE):
                    response = await self._http.send(request, stream=True)
            except httpx.TransportError as exc:
                # A pooled connection to a server that was restarted fails once, and a new one works.
                failures += 1
                if failures > self._max_retries:
                    raise UnreachableError(self.address, _why(exc)) from exc
                continue
            except TimeoutError:
                raise AnswerIdleError(self._idle_timeout * LOAD_PATIENCE) from None
            if response.status_code != httpx.codes.SERVICE_UNAVAILABLE:
                return response
            await response.aclose()
            if self._clock.monotonic() + pause > busy_until:
                raise BusyError(self.address)
            await self._clock.sleep(pause)
            pause = min(pause * 2, 8.0)

    async def _refusal(self, response: httpx.Response, body: Mapping[str, Any]) -> BackendError:
        """What a bad status means."""
        try:
            async with asyncio.timeout(self._idle_timeout):
                raw = await response.aread()
            said = orjson.loads(raw).get("error", "")
        except (TimeoutError, httpx.HTTPError, orjson.JSONDecodeError, AttributeError):
            said = ""
        text = error_text(said)
        if response.status_code == httpx.codes.NOT_FOUND and "model" in body and "not found" in text:
            return ModelMissingError(str(body["model"]))
        if response.status_code == httpx.codes.BAD_REQUEST and any(known in text for known in OVERFLOW_TEXTS):
            tokens = error_details(said).get("n_prompt_tokens")
            return ContextOverflowError(tokens if isinstance(tokens, int) else None)
        return RefusedError(response.status_code, text or response.reason_phrase or "no reason given")


def _why(exc: httpx.HTTPError) -> str:
    match exc:
        case httpx.ConnectTimeout():
            return "no connection in time"
        case httpx.ConnectError() if "attempts failed" in str(exc):
            return "connection refused"
        case httpx.ConnectError():
            return shortened(str(exc)) or "no connection"
        case _:
            return "the connection broke"
