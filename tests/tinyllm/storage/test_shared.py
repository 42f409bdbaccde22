"""What the processes of one installation learn of each other."""

import asyncio
import time

import pytest
from sqlalchemy import text

from tests.clocks import ManualClock
from tinyllm.clock import SystemClock
from tinyllm.errors import StorageError
from tinyllm.memory import TokenEstimates
from tinyllm.models import ModelRegistry
from tinyllm.models.aliases import BUILT_IN_ALIASES
from tinyllm.models.backend import ChatMessage, ChatRequest, Role
from tinyllm.models.requests import LoggedRequest, RequestFigures, RequestLog
from tinyllm.storage import Database, HealthTable, SharedState, open_database
from tinyllm.storage.requests import KEPT_FOR
from tinyllm.storage.schema import aliases


class Process:
    """A registry and its way to the database, as each process has them."""

    def __init__(self, database: Database, clock: ManualClock | None = None) -> None:
        self.registry = ModelRegistry(clock.time) if clock else ModelRegistry()
        self.log = RequestLog()
        self.estimates = TokenEstimates(clock.time if clock else time.time)
        self.shared = SharedState(
            database,
            registry=self.registry,
            estimates=self.estimates,
            requests=self.log,
            clock=clock or SystemClock(),
        )

    def requests(self, model: str = "x:1b") -> int:
        return self.registry.get_health(model).total_requests


@pytest.fixture
def one(database: Database, clock: ManualClock) -> Process:
    return Process(database, clock)


@pytest.fixture
def other(database: Database, clock: ManualClock) -> Process:
    return Process(database, clock)


async def test_one_saves_its_health_and_another_loads_it(one: Process, other: Process, clock: ManualClock) -> None:
    one.registry.record_request("TinyLlama", 100)
    one.registry.record_request("tinyllama:latest", 0, False, "Timeout")
    await one.shared.save()
    await one.shared.save()
    await other.shared.load()
    health = other.registry.get_health("TINYLLAMA")
    assert (health.total_requests, health.failed_requests, health.average_latency_ms) == (2, 1, 100)
    assert not health.is_healthy
    clock.advance(60)
    assert health.is_healthy


async def test_loading_counts_nothing_twice(one: Process, database: Database) -> None:
    one.registry.record_request("x:1b", 100)
    await one.shared.save()
    one.registry.record_request("x:1b", 100)
    for _ in range(3):
        await one.shared.load()
        assert one.requests() == 2
    await asyncio.gather(one.shared.save(), one.shared.load())
    assert one.requests() == 2
    assert [count.total_requests for count in await HealthTable(database).read()] == [2]


async def test_an_alias_that_one_adds_moves_or_removes_is_so_for_the_other(one: Process, other: Process) -> None:
    one.registry.add_alias("Quick", "qwen2.5:0.5b")
    one.registry.add_alias("fast", "tinyllama")
    one.registry.remove_alias("judge")
    await one.shared.save()
    await other.shared.load()
    expected = {**BUILT_IN_ALIASES, "quick": "qwen2.5:0.5b", "fast": "tinyllama"}
    del expected["judge"]
    assert other.registry.list_aliases() == expected
    other.registry.add_alias("judge", "qwen3:14b")
    other.registry.remove_alias("quick")
    await other.shared.save()
    await one.shared.load()
    assert one.registry.list_aliases() == {**BUILT_IN_ALIASES, "fast": "tinyllama"}


async def test_loading_does_not_undo_what_is_not_saved_yet(one: Process, other: Process) -> None:
    one.registry.add_alias("mine", "qwen3:8b")
    other.registry.add_alias("yours", "qwen3:8b")
    other.registry.remove_alias("tiny")
    await one.shared.save()
    await other.shared.load()
    assert {"mine", "yours"} <= other.registry.list_aliases().keys()
    assert "tiny" not in other.registry.list_aliases()
    await other.shared.save()
    await one.shared.load()
    assert one.registry.list_aliases() == other.registry.list_aliases()


async def test_requests_are_logged_and_summed_up_by_model(one: Process, other: Process, clock: ManualClock) -> None:
    now = clock.time()
    for second in range(1, 101):
        one.log.record(LoggedRequest(now - 3600 + second, "x", "channel:1", "done", second / 10, 0.5, 10, 20, 40.0))
    one.log.record(LoggedRequest(now - 10, "X:latest", "channel:1", "error", 0.1))
    one.log.record(LoggedRequest(now - 7200, "x", "channel:1", "done", 99.0))
    one.log.record(LoggedRequest(now - 10, "y:1b", "terminal:a", "stopped", 3.0))
    await one.shared.save()
    hour = await other.shared.requests.figures(now - 3600)
    assert hour["x:latest"] == RequestFigures(101, 1, pytest.approx(5.05), pytest.approx(9.505), 0.5, 40.0)
    assert hour["y:1b"] == RequestFigures(1, 0, 3.0, 3.0, None, None)
    assert (await other.shared.requests.figures(now - 86400))["x:latest"].requests == 102
    assert await other.shared.requests.figures(now) == {}


async def test_what_one_learned_of_a_models_tokens_the_other_knows(one: Process, other: Process) -> None:
    request = ChatRequest("TinyLlama", (ChatMessage(Role.USER, "x" * 6000),), 4096)
    one.estimates.overflowed(request, 3006)
    await one.shared.save()
    await other.shared.load()
    assert other.estimates.of("tinyllama:latest").characters_per_token == 2.0
    assert other.estimates.take_unsaved() == []


async def test_old_requests_are_forgotten(one: Process, clock: ManualClock) -> None:
    one.log.record(LoggedRequest(clock.time(), "old", "channel:1", "done", 1.0))
    await one.shared.save()
    clock.advance(KEPT_FOR + 1)
    one.log.record(LoggedRequest(clock.time(), "new", "channel:1", "done", 1.0))
    await one.shared.save()
    assert list(await one.shared.requests.figures(0)) == ["new:latest"]


async def test_two_halves_of_a_loop_from_two_processes_resolve_to_nothing_endless(one: Process, other: Process) -> None:
    one.registry.add_alias("a", "b")
    other.registry.add_alias("b", "a")
    await one.shared.save()
    await other.shared.save()
    await one.shared.load()
    assert one.registry.get_model("a") is None
    assert one.registry.resolve_name("a") in ("a", "b")
    assert one.registry.remove_alias("b")
    assert one.registry.resolve_name("a") == "b"


async def test_two_processes_on_one_database_lose_nothing(url: str) -> None:
    async with open_database(url) as first, open_database(url) as second:

        async def work(database: Database, name: str) -> None:
            process = Process(database)
            for number in range(20):
                process.registry.record_request("x:1b", 10, success=number % 4 != 0)
                process.registry.add_alias(f"{name}{number}", "x:1b")
                await process.shared.save()

        await asyncio.gather(work(first, "one"), work(second, "two"))
        process = Process(first)
        await process.shared.load()
        (stored,) = await HealthTable(first).read()
    assert (stored.total_requests, stored.failed_requests, stored.total_latency_ms) == (40, 10, 300)
    assert len(process.registry.list_aliases()) == len(BUILT_IN_ALIASES) + 40


async def test_what_cannot_be_stored_is_kept_and_stored_later(one: Process, other: Process, database: Database) -> None:
    one.registry.record_request("x:1b", 100)
    one.registry.record_request("y:1b", 100)
    one.registry.add_alias("mine", "x:1b")
    one.log.record(LoggedRequest(1_800_000_000.0, "x:1b", "channel:1", "done", 1.0))
    one.estimates.overflowed(ChatRequest("x:1b", (ChatMessage(Role.USER, "x" * 6000),), 4096), 3006)
    await _make_read_only(database, "on")
    with pytest.raises(StorageError):
        await one.shared.save()
    one.registry.record_request("x:1b", 100)
    one.registry.add_alias("mine", "y:1b")
    await _make_read_only(database, "off")
    await one.shared.save()
    await other.shared.load()
    assert (other.requests("x:1b"), other.requests("y:1b")) == (2, 1)
    assert other.registry.resolve_name("mine") == "y:1b"
    assert (await other.shared.requests.figures(0))["x:1b"].requests == 1
    assert other.estimates.of("x:1b").characters_per_token == 2.0
    assert one.requests("x:1b") == 2


async def _make_read_only(database: Database, switch: str) -> None:
    """Let the one connection in use refuse to write."""
    postgresql = "postgresql" in str(type(database.insert(aliases)))
    async with database.transaction() as connection:
        setting = "SET default_transaction_read_only" if postgresql else "PRAGMA query_only"
        await connection.execute(text(f"{setting} = {switch}"))
