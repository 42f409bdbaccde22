"""A model server with the real engine over models that recite, which the tests of a module share."""

from __future__ import annotations

import hashlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tinyllm.serve.catalogue import KnownModel
from tinyllm.serve.engine import Engine
from tinyllm.serve.server import ModelServer

in_one_loop = pytest.mark.asyncio(loop_scope="module")
"""Server and tests of a module share a loop, since each load of a model takes its time."""
SAYS_HELLO = (
    "Hello! I am a small model that recites one sentence with an ümlaut, an emoji 🦙 and code:"
    '\n\n```python\nprint("hi")\n```\nDone.'
)


@dataclass(frozen=True)
class Served:
    """A running server, and a client for it."""

    server: ModelServer
    http: httpx.AsyncClient

    @property
    def url(self) -> str:
        return self.server.url

    async def ask(self, path: str, body: Any) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body)
        return await self.http.post(path, content=content)

    async def chat(self, model: str = "hello", said: str = "Hi", **more: Any) -> httpx.Response:
        """An answer that is not streamed, unless `more` says so."""
        body = {"model": model, "messages": [{"role": "user", "content": said}], "stream": False, **more}
        return await self.ask("/api/chat", body)

    def engine(self, model: str) -> Engine:
        """The one that runs the file of this name, which is loaded."""
        (found,) = (one.engine for one in self.server.pool.loaded if one.load.path.stem == model)
        assert found is not None
        return found


@asynccontextmanager
async def serving(home: Path, cast: Path, **settings: Any) -> AsyncIterator[Served]:
    """The models in the folder `cast`; what is made or deleted is so in `home`. No certificates are loaded."""
    async with (
        ModelServer(home, folders=[cast], packages=False, **settings) as server,
        httpx.AsyncClient(base_url=server.url, verify=False, timeout=30) as http,
    ):
        yield Served(server, http)


def known(file: Path, name: str, **parameters: Any) -> KnownModel:
    """A model that the server knows by itself, and that needs no download."""
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    return KnownModel(
        name,
        package="none",
        lock="none",
        file=file.name,
        size=file.stat().st_size,
        sha256=digest,
        download=0,
        system="",
        parameters=parameters,
    )
