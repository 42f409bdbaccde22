import asyncio
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.clocks import ManualClock
from tinyllm.errors import StorageError
from tinyllm.models import ModelRegistry
from tinyllm.models.health import ModelHealth
from tinyllm.storage import Database, HealthTable, open_database


async def test_health_comes_back_as_it_went_in(database: Database) -> None:
    table = HealthTable(database)
    assert await table.read() == []
    count = ModelHealth("qwen3:8b", 3, 1, 250.5, 10.5, "Timeout: “x”", 9.5)
    unused = ModelHealth("tinyllama:latest")
    await table.add([count, unused])
    assert await table.read() == [count, unused]


async def test_counts_are_added_and_the_last_error_stays_until_there_is_a_newer_one(database: Database) -> None:
    table = HealthTable(database)
    await table.add([ModelHealth("x:1b", 2, 1, 100.0, 10.0, "old", 9.0)])
    await table.add([ModelHealth("X:1B", 1, 0, 50.0, 20.0)])
    assert await table.read() == [ModelHealth("x:1b", 3, 1, 150.0, 20.0, "old", 9.0)]
    await table.add([ModelHealth("x:1b", 1, 1, 0.0, 30.0, "new", 30.0)])
    assert await table.read() == [ModelHealth("x:1b", 4, 2, 150.0, 30.0, "new", 30.0)]


async def test_a_registry_saves_and_another_loads(database: Database, clock: ManualClock) -> None:
    table, one, other = HealthTable(database), ModelRegistry(clock.time), ModelRegistry(clock.time)
    one.record_request("TinyLlama", 100)
    one.record_request("tinyllama:latest", 0, False, "Timeout")
    await table.save(one)
    await table.save(one)
    await table.load(other)
    health = other.get_health("TINYLLAMA")
    assert (health.total_requests, health.failed_requests, health.average_latency_ms) == (2, 1, 100)
    assert not health.is_healthy
    clock.advance(60)
    assert health.is_healthy


async def test_loading_counts_nothing_twice(database: Database) -> None:
    table, registry = HealthTable(database), ModelRegistry()
    registry.record_request("x:1b", 100)
    await table.save(registry)
    registry.record_request("x:1b", 100)
    for _ in range(3):
        await table.load(registry)
        assert registry.get_health("x:1b").total_requests == 2
    await table.save(registry)
    await table.load(registry)
    assert registry.get_health("x:1b").total_requests == 2
    assert [count.total_requests for count in await table.read()] == [2]


async def test_two_processes_on_one_file_lose_nothing(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'tinyllm.db'}"
    async with open_database(url) as one, open_database(url) as other:

        async def work(database: Database) -> None:
            table, registry = HealthTable(database), ModelRegistry()
            for number in range(20):
                registry.record_request("x:1b", 10, success=number % 4 != 0)
                await table.save(registry)

        await asyncio.gather(work(one), work(other))
        (stored,) = await HealthTable(one).read()
    assert (stored.total_requests, stored.failed_requests, stored.total_latency_ms) == (40, 10, 300)


async def test_what_cannot_be_stored_is_kept_and_stored_later(database: Database) -> None:
    table, registry = HealthTable(database), ModelRegistry()
    registry.record_request("x:1b", 100)
    registry.record_request("y:1b", 100)
    async with database.transaction() as connection:
        await connection.execute(text("PRAGMA query_only = ON"))
    with pytest.raises(StorageError):
        await table.save(registry)
    registry.record_request("x:1b", 100)
    async with database.transaction() as connection:
        await connection.execute(text("PRAGMA query_only = OFF"))
    await table.save(registry)
    assert {count.model_name: count.total_requests for count in await table.read()} == {"x:1b": 2, "y:1b": 1}
    assert registry.get_health("x:1b").total_requests == 2
