"""The core put together, the same for the bot and the terminal."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tinyllm.choices import Choices
from tinyllm.clock import Clock, SystemClock
from tinyllm.conversation import Conversations
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
    conversations: Conversations
    shared: SharedState
    clock: Clock


@asynccontextmanager
async def open_core(settings: Settings, clock: Clock | None = None) -> AsyncIterator[Core]:
    """Open the database and the way to the models. Raises StorageError; a model server may be down."""
    clock = clock or SystemClock()
    registry = get_model_registry()
    log = RequestLog()
    async with (
        open_database(settings.database) as database,
        OllamaClient(
            settings.ollama_host,
            settings.idle_timeout * 1000,
            connect_timeout=settings.connect_timeout,
            keep_alive=settings.keep_alive,
            max_context_tokens=settings.max_context_tokens,
            registry=registry,
            clock=clock,
        ) as backend,
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
            turns=turns,
            prompt=settings.system_prompt,
            max_context_tokens=settings.max_context_tokens,
            max_parallel=settings.max_parallel,
            clock=clock,
        )
        shared = SharedState(database, registry, log, clock)
        yield Core(registry, backend, choices, turns, conversations, shared, clock)
