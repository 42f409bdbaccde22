"""Conversations with everything around them, for the tests of the use case."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing

from tests.clocks import ManualClock
from tests.tinyllm.backends import ScriptedBackend, model
from tinyllm.choices import Choices
from tinyllm.conversation import Conversations
from tinyllm.errors import (
    StorageError,
)
from tinyllm.events import Ended, Event, Said
from tinyllm.halt import Halt
from tinyllm.memory import Author, MemoryTurns, TokenEstimates, Turn, TurnStore
from tinyllm.memory.turns import Excerpt
from tinyllm.models import ModelRegistry
from tinyllm.models.backend import Backend, ChatRequest, Role
from tinyllm.models.requests import RequestLog
from tinyllm.prompt import Surroundings
from tinyllm.scopes import Scope, channel_scope, guild_scope
from tinyllm.storage import ChoiceTable, Database

GUILD = guild_scope(9)
HERE = channel_scope(1)
THERE = channel_scope(2)
ELSEWHERE = channel_scope(3)
ANN = Author("7", "Ann")
BIG, SMALL = model("qwen3:8b", "8.2B"), model("qwen2.5:3b", "3.1B", context_size=2048)


def said(words: str, *message_ids: int) -> Said:
    return Said(words, ANN, Surroundings("Tiny", "Home", "#general"), message_ids)


class FailingTurns(MemoryTurns):
    """Turns that cannot be stored, or not be read, while a test says so."""

    refuses: Callable[[Turn], bool] = staticmethod(lambda turn: False)
    unreadable = False

    async def append(self, scope: Scope, turn: Turn) -> Turn:
        if self.refuses(turn):
            raise StorageError("The disk is full.")
        return await super().append(scope, turn)

    async def newest(self, scope: Scope) -> AsyncGenerator[Turn, None]:
        if self.unreadable:
            raise StorageError("The disk is gone.")
        async with aclosing(super().newest(scope)) as turns:
            async for turn in turns:
                yield turn

    async def excerpt(self, scope: Scope, limit: int, *, since: int = 0, before: int | None = None) -> Excerpt:
        if self.unreadable:
            raise StorageError("The disk is gone.")
        return await super().excerpt(scope, limit, since=since, before=before)


class House:
    """Conversations with everything around them."""

    def __init__(self, database: Database, clock: ManualClock) -> None:
        self.database = database
        self.clock = clock
        self.backend = ScriptedBackend(BIG, SMALL)
        self.registry = ModelRegistry(clock.time)
        self.registry.sync_from_ollama(self.backend.installed)
        self.turns: TurnStore = MemoryTurns()
        self.requests = RequestLog()
        self.estimates = TokenEstimates(clock.time)

    def conversations(
        self, *, backend: Backend | None = None, prompt: str = "You are {bot}.", max_parallel: int = 2
    ) -> Conversations:
        used = backend or self.backend
        self.choices = Choices(
            registry=self.registry,
            backend=used,
            table=ChoiceTable(self.database),
            default_model=None,
            clock=self.clock,
        )
        return Conversations(
            backend=used,
            registry=self.registry,
            choices=self.choices,
            turns=self.turns,
            estimates=self.estimates,
            requests=self.requests,
            prompt=prompt,
            max_context_tokens=4096,
            max_parallel=max_parallel,
            clock=self.clock,
        )

    async def ask(self, words: str, scope: Scope = HERE, halt: Halt | None = None) -> list[Event]:
        return await heard(self.conversations(), words, scope, halt)

    async def kept(self, scope: Scope = HERE) -> list[tuple[str, str, str]]:
        """What is remembered, oldest first: role, text, state."""
        return [(turn.role, turn.text, turn.state) async for turn in self.turns.newest(scope)][::-1]

    async def remember(self, count: int, length: int = 400, scope: Scope = HERE) -> None:
        """Let an earlier conversation have taken place."""
        for number in range(count):
            role = (Role.USER, Role.ASSISTANT)[number % 2]
            await self.turns.append(scope, Turn(role, f"{number} ".ljust(length, "x")))


async def heard(conversations: Conversations, words: str, scope: Scope = HERE, halt: Halt | None = None) -> list[Event]:
    return [event async for event in conversations.ask(scope, said(words), halt or Halt())]


def told(request: ChatRequest) -> list[str]:
    """What a model was given, without the system prompt."""
    return [message.content for message in request.messages[1:]]


def ended(events: Sequence[Event]) -> Ended:
    """The end of an answer, which must be its last event and its only end."""
    assert [isinstance(event, Ended) for event in events] == [False] * (len(events) - 1) + [True]
    last = events[-1]
    assert isinstance(last, Ended)
    return last


async def settle() -> None:
    """Let every task go as far as it can; the database answers from a thread."""
    for _ in range(3):
        await asyncio.to_thread(lambda: None)
        for _ in range(20):
            await asyncio.sleep(0)


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not is_so():  # noqa: ASYNC110 - the work that it waits for runs in this loop, without sleeping
            await asyncio.sleep(0)
