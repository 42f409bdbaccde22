"""The client of Ollama's native API."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

import httpx

from tinyllm.clock import Clock
from tinyllm.errors import AnswerFailedError, AnswerGarbledError, BackendError, BrokenAnswerError, DownloadError
from tinyllm.models.addresses import server_address
from tinyllm.models.backend import ChatEvent, ChatRequest, PullProgress
from tinyllm.models.capabilities import ModelCapabilities, from_tags, with_show
from tinyllm.models.transport import LOAD_PATIENCE, Transport
from tinyllm.models.wire import ChatDecoder, PullDecoder

log = logging.getLogger(__name__)


class OllamaClient:
    """Speaks to one Ollama server; a Backend."""

    def __init__(
        self,
        host: str = "http://localhost:11434",
        timeout_ms: float = 120_000,
        max_retries: int = 1,
        default_model: str | None = None,
        *,
        api_key: str | None = None,
        connect_timeout: float = 5.0,
        keep_alive: str | int = "5m",
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock | None = None,
    ) -> None:
        """`timeout_ms` is the longest silence within an answer, `connect_timeout` the seconds to reach the server,
        `api_key` what hosted ones want.

        `max_retries` counts further tries when no connection comes about, or one breaks before the answer begins.
        Raises ValueError where `host` is no address or `api_key` no key.
        """
        self.address = server_address(host)
        self._current_model = default_model
        # Without a unit it must go out as a number: as a text it is no duration to Ollama.
        self._keep_alive = int(keep_alive) if str(keep_alive).lstrip("-").isdecimal() else keep_alive
        self._shown: dict[str, ModelCapabilities] = {}
        self._transport = Transport(
            self.address,
            api_key=api_key,
            idle_timeout=timeout_ms / 1000,
            connect_timeout=connect_timeout,
            max_retries=max_retries,
            transport=transport,
            clock=clock,
        )

    async def __aenter__(self) -> OllamaClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection; running answers end."""
        await self._transport.close()

    def set_model(self, model: str) -> None:
        """Make `model` the one that is used where none is named."""
        self._current_model = model

    def get_model(self) -> str | None:
        """The model that is used where none is named."""
        return self._current_model

    async def list_capabilities(self) -> list[ModelCapabilities]:
        listed = (await self._transport.facts("GET", "/api/tags")).get("models")
        if not isinstance(listed, list):
            raise AnswerGarbledError
        models = [from_tags(entry) for entry in listed if isinstance(entry, Mapping)]
        return await asyncio.gather(*map(self._with_abilities, models))

    async def _with_abilities(self, known: ModelCapabilities) -> ModelCapabilities:
        key = f"{known.name}@{known.digest}"
        if key not in self._shown:
            try:
                shown = await self._transport.facts("POST", "/api/show", {"model": known.name})
            except BackendError as exc:
                log.debug("what the list says of %s must do: %s", known.name, exc)  # removed a moment ago, or broken
                return known
            self._shown[key] = with_show(known, shown)
        return self._shown[key]

    async def list_loaded(self) -> list[str]:
        listed = (await self._transport.facts("GET", "/api/ps")).get("models")
        entries = listed if isinstance(listed, list) else []
        return [str(entry["name"]) for entry in entries if isinstance(entry, Mapping) and entry.get("name")]

    async def warm_up(self, model: str, context_size: int) -> None:
        options = {"num_ctx": context_size}
        body = {"model": model, "stream": False, "keep_alive": self._keep_alive, "options": options}
        async with (
            self._transport.opened("POST", "/api/generate", body) as response,
            aclosing(self._transport.chunks(response)) as chunks,
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
        async with self._transport.opened("POST", "/api/chat", body) as response:
            async with aclosing(self._transport.chunks(response)) as chunks:
                async for chunk in chunks:
                    for event in decoder.feed(chunk):
                        yield event
            for event in decoder.flush():
                yield event

    async def pull(self, model: str) -> AsyncGenerator[PullProgress, None]:
        decoder = PullDecoder()
        body = {"model": model, "stream": True}
        try:
            async with (
                self._transport.opened("POST", "/api/pull", body) as response,
                aclosing(self._transport.chunks(response, LOAD_PATIENCE)) as chunks,
            ):
                async for chunk in chunks:
                    for progress in decoder.feed(chunk):
                        yield progress
                for progress in decoder.flush():
                    yield progress
        except BrokenAnswerError as exc:
            raise DownloadError(model, str(exc), resumes=not isinstance(exc, AnswerFailedError)) from exc

    async def remove(self, model: str) -> None:
        async with self._transport.opened("DELETE", "/api/delete", {"model": model}):
            pass
