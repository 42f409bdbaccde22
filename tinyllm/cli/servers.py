"""A look at each model server: whether it answers, what it is, and what it has."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tinyllm.cli.facts import counted
from tinyllm.cli.running import sentence
from tinyllm.clock import SystemClock
from tinyllm.core import open_clients
from tinyllm.errors import BackendError
from tinyllm.models.client import OllamaClient
from tinyllm.models.registry import get_model_registry

if TYPE_CHECKING:
    from tinyllm.models.backend import Backend
    from tinyllm.models.capabilities import ModelCapabilities
    from tinyllm.settings import Settings

OURS = "+tinyllm."
"""Stands before the version of a `tinyllm serve`."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look at one server showed."""

    address: str
    milliseconds: float
    models: tuple[ModelCapabilities, ...] = ()
    version: str | None = None
    """As the server tells it; None where it does not."""
    problem: str | None = None
    """Why it cannot be used; None for one that answers."""

    @property
    def chat_models(self) -> list[str]:
        """Names of those that can chat."""
        return [model.name for model in self.models if model.chat_support]

    @property
    def broken_models(self) -> dict[str, str]:
        """Names of those that cannot be used, and why."""
        return {model.name: model.problem for model in self.models if model.problem}

    @property
    def is_ours(self) -> bool:
        """Whether it is `tinyllm serve`, which tells both the Ollama that it is like and its own version."""
        return OURS in (self.version or "")

    @property
    def _program(self) -> str:
        return (
            f"tinyllm serve {self.version.partition(OURS)[2]}"
            if self.version and self.is_ours
            else f"version {self.version}"
        )

    @property
    def detail(self) -> str:
        """What to say of it in a line."""
        if self.problem is not None:
            return self.problem
        version = f"{self._program}, " if self.version else ""
        broken = f", {len(self.broken_models)} broken" if self.broken_models else ""
        return f"{version}{counted(len(self.models), 'model')}, {len(self.chat_models)} can chat{broken}"


async def look_at_servers(settings: Settings) -> list[Seen]:
    """All of them at once, each through a client of its own."""
    clients = open_clients(settings, get_model_registry(), SystemClock())
    told = sentence if len(clients) == 1 else str  # where there are others, nobody needs one more
    return list(await asyncio.gather(*(_look_at(client, told) for client in clients)))


async def _look_at(server: Backend, told: Callable[[BackendError], str]) -> Seen:
    """`told` says what is wrong."""
    began = time.perf_counter()
    try:
        models = await server.list_capabilities()
        version = await _version(server)
    except BackendError as exc:
        return Seen(server.address, _since(began), problem=told(exc))
    finally:
        await server.close()
    return Seen(server.address, _since(began), tuple(models), version)


async def _version(server: Backend) -> str | None:
    """None where it does not tell, which is no fault."""
    if not isinstance(server, OllamaClient):
        return None
    try:
        return await server.version()
    except BackendError:
        return None


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000
