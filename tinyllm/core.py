"""The core put together, the same for the bot and the terminal."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tinyllm.choices import Choices
from tinyllm.clock import Clock, SystemClock
from tinyllm.conversation import Conversations
from tinyllm.memory import TokenEstimates
from tinyllm.memory.turns import MemoryTurns
from tinyllm.models.addresses import BackendAddress, Dialect
from tinyllm.models.backend import Backend
from tinyllm.models.client import OllamaClient
from tinyllm.models.registry import ModelRegistry, get_model_registry
from tinyllm.models.requests import RequestLog
from tinyllm.settings import Settings
from tinyllm.storage import ChoiceTable, SharedState, TurnTable, open_database


@dataclass(frozen=True, slots=True)
class Core:
    """Everything that a front end needs, open."""

    registry: ModelRegistry
    backend: Backend
    choices: Choices
    turns: TurnTable
    """What is remembered in the database."""
    conversations: Conversations
    shared: SharedState
    clock: Clock


@asynccontextmanager
async def open_core(settings: Settings, clock: Clock | None = None, *, remembering: bool = True) -> AsyncIterator[Core]:
    """Open the database and the way to the models. Raises StorageError; a model server may be down.

    Conversations that are not `remembering` know only what is said in this process, and leave nothing behind.
    """
    clock = clock or SystemClock()
    registry = get_model_registry()
    registry.give_aliases(settings.aliases)
    estimates = TokenEstimates(clock.time)
    requests = RequestLog()
    async with (
        open_database(settings.database) as database,
        open_backend(settings, registry, clock) as backend,
    ):
        choices = Choices(
            registry=registry,
            backend=backend,
            table=ChoiceTable(database),
            default_model=settings.default_model,
            clock=clock,
        )
        turns = TurnTable(database)
        conversations = Conversations(
            backend=backend,
            registry=registry,
            choices=choices,
            turns=turns if remembering else MemoryTurns(),
            estimates=estimates,
            requests=requests,
            prompt=settings.system_prompt,
            max_context_tokens=settings.max_context_tokens,
            max_parallel=settings.max_parallel,
            clock=clock,
        )
        shared = SharedState(database, registry=registry, estimates=estimates, requests=requests, clock=clock)
        yield Core(registry, backend, choices, turns, conversations, shared, clock)


@asynccontextmanager
async def open_backend(settings: Settings, registry: ModelRegistry, clock: Clock) -> AsyncIterator[Backend]:
    """The model server that the settings name, or all of them as one; closed at the end."""
    from tinyllm.models.backends import Backends

    clients = open_clients(settings, registry, clock)
    backend = clients[0] if len(clients) == 1 else Backends(clients)
    try:
        yield backend
    finally:
        await backend.close()


def open_clients(settings: Settings, registry: ModelRegistry, clock: Clock) -> list[Backend]:
    """A client for each model server that the settings name; whoever asks for them closes them."""
    return [_client(address, settings, registry, clock) for address in settings.backends]


def _client(address: BackendAddress, settings: Settings, registry: ModelRegistry, clock: Clock) -> Backend:
    if address.dialect is Dialect.OPENAI:
        from tinyllm.models.openai import OpenAIClient

        return OpenAIClient(
            address.url,
            api_key=address.api_key,
            idle_timeout=settings.idle_timeout,
            connect_timeout=settings.connect_timeout,
            clock=clock,
        )
    return OllamaClient(
        address.url,
        settings.idle_timeout * 1000,
        api_key=address.api_key,
        connect_timeout=settings.connect_timeout,
        keep_alive=settings.keep_alive,
        max_context_tokens=settings.max_context_tokens,
        registry=registry,
        clock=clock,
    )
