"""The client of Ollama's native API."""

from __future__ import annotations

import asyncio
import logging
import os
from collections import Counter
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import aclosing
from dataclasses import dataclass, fields
from typing import Any

import httpx

from tinyllm.clock import Clock
from tinyllm.errors import (
    AnswerGarbledError,
    BackendError,
    BrokenAnswerError,
    BrokenModelError,
    DownloadError,
    NoModelError,
    UnknownModelError,
)
from tinyllm.memory.turns import storable
from tinyllm.models.addresses import server_address
from tinyllm.models.backend import ChatEvent, ChatRequest, Finished, PullProgress, Text
from tinyllm.models.capabilities import ModelCapabilities, from_tags, lacking, with_show
from tinyllm.models.names import canonical, closest
from tinyllm.models.registry import ModelRegistry, get_model_registry
from tinyllm.models.transport import LOAD_PATIENCE, Transport
from tinyllm.models.wire import ChatDecoder, GenerateDecoder, PullDecoder

log = logging.getLogger(__name__)

AT_A_TIME = 16
"""Questions about models that a server is asked side by side."""
_TOLD_BESIDE = ("model", "created_at", "response", "done")


@dataclass(frozen=True, slots=True)
class GenerateResponse:
    """An answer of `generate`, with the fields of Ollama's `/api/generate`. Durations are nanoseconds."""

    model: str
    created_at: str
    response: str
    done: bool
    total_duration: int | None = None
    load_duration: int | None = None
    prompt_eval_count: int | None = None
    prompt_eval_duration: int | None = None
    eval_count: int | None = None
    eval_duration: int | None = None


class OllamaClient:
    """Speaks to one Ollama server; a Backend, and beside it the calls of the guide.

    Where a call takes a model, it takes an alias too.
    """

    def __init__(
        self,
        host: str | None = None,
        timeout_ms: float = 120_000,
        max_retries: int = 1,
        default_model: str | None = None,
        *,
        api_key: str | None = None,
        connect_timeout: float = 5.0,
        keep_alive: str | int = "5m",
        max_context_tokens: int = 8192,
        registry: ModelRegistry | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock | None = None,
    ) -> None:
        """`host` is what OLLAMA_HOST says where it is not given, else Ollama's own address on this machine.

        `timeout_ms` is the longest silence within an answer, `connect_timeout` the seconds to reach the server.
        `max_retries` counts further tries when no connection comes about, or one breaks before the answer begins.
        `max_context_tokens` bounds what `generate` lets a model work with; the `registry` knows the aliases, that of
        the process if none is given; `api_key` is what hosted ones want. Raises ValueError where `host` is no address
        or `api_key` no key.
        """
        self.address = server_address(host if host is not None else os.environ.get("OLLAMA_HOST", ""))
        self._registry = registry or get_model_registry()
        self._max_context_tokens = max_context_tokens
        self._current_model = default_model
        self._stats = Counter[str]()
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

    async def list_capabilities(self) -> list[ModelCapabilities]:
        places = asyncio.Semaphore(AT_A_TIME)

        async def completed(known: ModelCapabilities) -> ModelCapabilities:
            async with places:
                return await self._with_abilities(known)

        return await asyncio.gather(*map(completed, await self._listed()))

    async def _listed(self) -> list[ModelCapabilities]:
        listed = (await self._transport.facts("GET", "/api/tags")).get("models")
        if not isinstance(listed, list):
            raise AnswerGarbledError
        return [from_tags(entry) for entry in listed if isinstance(entry, Mapping)]

    async def _with_abilities(self, known: ModelCapabilities) -> ModelCapabilities:
        if known.problem:
            return known  # there is nothing to show, and what was shown before is not so any more
        key = f"{known.name}@{known.digest}"
        if key not in self._shown:
            try:
                shown = await self._transport.facts("POST", "/api/show", {"model": known.name})
            except BackendError as exc:
                log.debug("what the list says of %s must do: %s", known.name, exc)  # removed a moment ago, or broken
                return known
            self._shown[key] = with_show(known, shown)
        return self._shown[key]

    async def version(self) -> str | None:
        """What the server says that it is; None where it does not tell. Raises BackendError."""
        told = (await self._transport.facts("GET", "/api/version")).get("version")
        return told if isinstance(told, str) else None

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
        async with aclosing(self._streamed("/api/chat", body, ChatDecoder())) as events:
            async for event in events:
                yield event

    async def _streamed(
        self, path: str, body: Mapping[str, Any], decoder: ChatDecoder
    ) -> AsyncGenerator[ChatEvent, None]:
        async with self._transport.opened("POST", path, body) as response:
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
            raise DownloadError(model, str(exc)) from exc

    async def remove(self, model: str) -> None:
        async with self._transport.opened("DELETE", "/api/delete", {"model": model}):
            pass

    # The calls of the guide

    def set_model(self, model: str) -> None:
        """Make `model` the one that is used where none is named."""
        self._current_model = model

    def get_model(self) -> str | None:
        """The model that is used where none is named."""
        return self._current_model

    async def switch_model(self, model: str, check_compatibility: bool = True) -> tuple[bool, str | None]:
        """Make `model` the one that is used, unless the check fails; returns what the check does."""
        if not check_compatibility:
            self.set_model(model)
            return True, None
        known, warning = await self._checked(model, ["chat"])
        if known is not None:
            self.set_model(known.name)
        return known is not None, warning

    async def check_model_compatibility(
        self, model: str, required_features: str | Iterable[str] | None = None
    ) -> tuple[bool, str | None]:
        """Whether a model can be used, and a sentence where it cannot, or where something is to be known about it.

        Features are chat (the usual one), vision, tools, thinking, embedding, and `context:N` for N tokens of context.
        Raises ValueError for what is no feature.
        """
        known, warning = await self._checked(model, _features(required_features))
        return known is not None, warning

    async def _checked(self, model: str, features: list[str]) -> tuple[ModelCapabilities | None, str | None]:
        lacking(ModelCapabilities(""), features)  # raises where one is no feature, before anything is asked
        try:
            known = await self._find(model)
        except (BackendError, UnknownModelError) as exc:
            return None, str(exc)
        if known.problem:
            return None, str(BrokenModelError(known.name, known.problem))
        if missing := lacking(known, features):
            return None, f"{known.name} lacks {', '.join(missing)}."
        health = self._registry.get_health(known.name)
        if not health.is_healthy:
            return known, f"{known.name} has been failing lately: {health.last_error or 'too often'}"
        return known, None

    async def generate(
        self,
        prompt: str,
        model: str | None = None,
        system: str | None = None,
        temperature: float = 0.3,
        max_tokens: int = 2000,
        json_mode: bool = False,
    ) -> GenerateResponse:
        """One answer to one prompt, whole. Raises NoModelError (a ValueError) where no model is known, BackendError."""
        body = await self._generate_body(prompt, model, system, temperature, max_tokens, json_mode)
        decoder = GenerateDecoder()
        async with aclosing(self._generated(body, decoder)) as pieces:
            text = "".join([piece async for piece in pieces])
        last = decoder.last
        counted = {
            field.name: last.get(field.name) for field in fields(GenerateResponse) if field.name not in _TOLD_BESIDE
        }
        return GenerateResponse(
            str(last.get("model", body["model"])), str(last.get("created_at", "")), text, True, **counted
        )

    async def generate_stream(
        self,
        prompt: str,
        model: str | None = None,
        system: str | None = None,
        temperature: float = 0.3,
        max_tokens: int = 2000,
        json_mode: bool = False,
    ) -> AsyncGenerator[str, None]:
        """The same piece by piece. Raises as `generate`, what breaks an answer in its middle included."""
        body = await self._generate_body(prompt, model, system, temperature, max_tokens, json_mode)
        async with aclosing(self._generated(body, GenerateDecoder())) as pieces:
            async for piece in pieces:
                yield piece

    async def list_models(self) -> list[str]:
        """Names of the installed models. Raises BackendError."""
        return [model.name for model in await self._listed()]

    async def pull_model(self, model: str) -> bool:
        """Download a model; True when it is installed. Raises DownloadError, other BackendErrors."""
        async with aclosing(self.pull(self._registry.resolve_name(model))) as progress:
            async for _ in progress:
                pass
        return True

    async def check_health(self) -> bool:
        """Whether the server answers."""
        try:
            await self._listed()
        except BackendError as exc:
            log.info("%s", exc)
            return False
        return True

    def get_stats(self) -> dict[str, Any]:
        """What this client's `generate` and `generate_stream` have done so far."""
        counts = ("total_requests", "failed_requests", "prompt_tokens", "answer_tokens")
        return {"host": self.address, "model": self.get_model(), **{name: self._stats[name] for name in counts}}

    async def _find(self, name: str) -> ModelCapabilities:
        """The installed model that a name or alias means. Raises UnknownModelError, BackendError."""
        listed = await self._listed()
        meant = self._registry.resolve_name(name)
        by_name = {canonical(model.name): model for model in listed}
        found = by_name.get(canonical(name)) or by_name.get(canonical(meant))
        if found is None:
            target = None if canonical(meant) == canonical(name) else meant
            raise UnknownModelError(name, closest(name, [model.name for model in listed]), target=target)
        return await self._with_abilities(found)

    async def _generate_body(
        self, prompt: str, model: str | None, system: str | None, temperature: float, max_tokens: int, json_mode: bool
    ) -> dict[str, Any]:
        name = model or self._current_model
        if not name:
            raise NoModelError("No model is known. Name one, or create the client with `default_model=`.")
        meant = self._registry.resolve_name(name)
        known = await self._with_abilities(ModelCapabilities(meant))
        context = min(known.context_size or self._max_context_tokens, self._max_context_tokens)
        return {
            "model": meant,
            "prompt": storable(prompt),
            **({} if system is None else {"system": storable(system)}),
            **({"format": "json"} if json_mode else {}),
            "stream": True,
            "truncate": False,
            "shift": False,
            "keep_alive": self._keep_alive,
            "options": {"num_ctx": context, "temperature": temperature, "num_predict": max_tokens},
        }

    async def _generated(self, body: Mapping[str, Any], decoder: GenerateDecoder) -> AsyncGenerator[str, None]:
        """The pieces of an answer of `/api/generate`, counted."""
        self._stats["total_requests"] += 1
        try:
            async with aclosing(self._streamed("/api/generate", body, decoder)) as events:
                async for event in events:
                    if isinstance(event, Text):
                        yield event.text
                    elif isinstance(event, Finished):
                        self._stats["prompt_tokens"] += event.figures.prompt_tokens or 0
                        self._stats["answer_tokens"] += event.figures.answer_tokens or 0
        except BackendError:
            self._stats["failed_requests"] += 1
            raise


def _features(required: str | Iterable[str] | None) -> list[str]:
    """Features as they may be given: none, one, or several."""
    if not required:
        return ["chat"]
    return [required] if isinstance(required, str) else list(required)
