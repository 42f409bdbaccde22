"""How the tests talk to the double: one question, and its streamed lines."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx

from sandbox.models import ScriptedModels


@asynccontextmanager
async def double(**settings: Any) -> AsyncIterator[tuple[ScriptedModels, httpx.AsyncClient]]:
    """A running double and a client for it; for plain HTTP no certificates are loaded, which takes its time."""
    async with (
        ScriptedModels(**settings) as server,
        httpx.AsyncClient(base_url=server.url, verify=False) as client,
    ):
        yield server, client


def question(text: str = "count to 8", model: str = "qwen3:8b", **more: Any) -> dict[str, Any]:
    return {"model": model, "messages": [{"role": "user", "content": text}], **more}


async def ask(client: httpx.AsyncClient, text: str = "count to 8", **more: Any) -> list[dict[str, Any]]:
    """The lines of a streamed answer; raises what httpx raises."""
    return [line async for line in streamed(client, text, **more)]


async def streamed(client: httpx.AsyncClient, text: str, **more: Any) -> AsyncIterator[dict[str, Any]]:
    async with client.stream("POST", "/api/chat", json=question(text, **more)) as response:
        async for line in response.aiter_lines():
            yield json.loads(line)


def said(answered: list[dict[str, Any]]) -> str:
    return "".join(line["message"]["content"] for line in answered)
