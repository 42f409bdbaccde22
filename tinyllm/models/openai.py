"""The client of servers that speak the OpenAI dialect: vLLM, llama.cpp, LM Studio, LiteLLM, and hosted ones."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, aclosing
from typing import Any

import httpx

from tinyllm.clock import Clock
from tinyllm.errors import AnswerGarbledError, RefusedError, UnsupportedError
from tinyllm.models.addresses import server_address
from tinyllm.models.backend import ChatEvent, ChatRequest, PullProgress
from tinyllm.models.capabilities import ModelCapabilities, from_openai
from tinyllm.models.sse import CompletionDecoder
from tinyllm.models.transport import Transport


class OpenAIClient:
    """Speaks to one server; a Backend. How long a context is and what stays loaded, the server decides."""

    def __init__(
        self,
        address: str,
        *,
        api_key: str | None = None,
        idle_timeout: float = 120.0,
        connect_timeout: float = 5.0,
        max_retries: int = 1,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock | None = None,
    ) -> None:
        """`address` is the base URL with its path, such as `http://127.0.0.1:8000/v1`; the timeouts are seconds.

        `idle_timeout` is the longest silence within an answer. `max_retries` counts further tries when no connection
        comes about, or one breaks before the answer begins. Raises ValueError where `address` or `api_key` is none.
        """
        self.address = server_address(address)
        self._tells_usage = True
        self._transport = Transport(
            self.address,
            is_ollama=False,
            api_key=api_key,
            idle_timeout=idle_timeout,
            connect_timeout=connect_timeout,
            max_retries=max_retries,
            transport=transport,
            clock=clock,
        )

    async def __aenter__(self) -> OpenAIClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close every connection; running answers end."""
        await self._transport.close()

    async def list_capabilities(self) -> list[ModelCapabilities]:
        return [from_openai(entry) for entry in await self._listed()]

    async def list_loaded(self) -> list[str]:
        """Those of which a llama.cpp says so: its router marks them, and alone it has one model, which is loaded."""
        return [str(entry["id"]) for entry in await self._listed() if _is_loaded(entry)]

    async def _listed(self) -> list[Mapping[str, Any]]:
        listed = (await self._transport.facts("GET", "/models")).get("data")
        if not isinstance(listed, list):
            raise AnswerGarbledError
        return [entry for entry in listed if isinstance(entry, Mapping) and entry.get("id")]

    async def warm_up(self, model: str, context_size: int) -> None:
        """Nothing: the dialect has no question for it, and an answer that nobody reads may cost money."""

    async def chat(self, request: ChatRequest) -> AsyncGenerator[ChatEvent, None]:
        body = {
            "model": request.model,
            "messages": [{"role": message.role, "content": message.content} for message in request.messages],
            "stream": True,
        }
        decoder = CompletionDecoder(self._transport.scrubbed)
        async with AsyncExitStack() as stack:
            response = await self._asked(stack, body)
            chunks = await stack.enter_async_context(aclosing(self._transport.chunks(response)))
            async for chunk in chunks:
                for event in decoder.feed(chunk):
                    yield event
            for event in decoder.flush():
                yield event

    async def _asked(self, stack: AsyncExitStack, body: Mapping[str, Any]) -> httpx.Response:
        """The answer to a question, with figures at its end where the server can tell them."""
        if self._tells_usage:
            telling = {**body, "stream_options": {"include_usage": True}}
            try:
                return await stack.enter_async_context(self._transport.opened("POST", "/chat/completions", telling))
            except RefusedError as exc:
                if "stream_options" not in str(exc) and "include_usage" not in str(exc):
                    raise
                self._tells_usage = False  # Mistral's server and some gateways refuse a field that they do not know
        return await stack.enter_async_context(self._transport.opened("POST", "/chat/completions", body))

    async def pull(self, model: str) -> AsyncGenerator[PullProgress, None]:
        raise UnsupportedError(self.address, "download models")
        yield

    async def remove(self, model: str) -> None:
        raise UnsupportedError(self.address, "delete models")


def _is_loaded(listed: Mapping[str, Any]) -> bool:
    status = listed.get("status")
    if isinstance(status, Mapping):
        return status.get("value") == "loaded"
    return isinstance(listed.get("meta"), Mapping)
