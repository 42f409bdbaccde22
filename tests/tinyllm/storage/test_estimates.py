import pytest
from sqlalchemy import text

from tests.clocks import ManualClock
from tinyllm.errors import StorageError
from tinyllm.memory.tokens import LearnedRatio, TokenEstimates
from tinyllm.models.backend import ChatMessage, ChatRequest, Role
from tinyllm.storage import Database, EstimateTable


def learned(estimates: TokenEstimates, model: str, characters_per_token: float) -> None:
    messages = (ChatMessage(Role.USER, "x" * 6000),)
    estimates.overflowed(ChatRequest(model, messages, 4096), int(6000 / characters_per_token) + 6)


async def test_ratios_come_back_as_they_went_in_and_the_later_one_stays(database: Database) -> None:
    table = EstimateTable(database)
    assert await table.read() == []
    one, other = LearnedRatio("a:1b", 2.5, 10.5), LearnedRatio("b:1b", 3.25, 9.0)
    await table.write([one, other])
    assert await table.read() == [one, other]
    newer = LearnedRatio("b:1b", 3.0, 10.0)
    await table.write([LearnedRatio("a:1b", 1.0, 10.0), newer])
    assert await table.read() == [one, newer]


async def test_one_process_learns_and_another_knows(database: Database, clock: ManualClock) -> None:
    table, one, other = EstimateTable(database), TokenEstimates(clock.time), TokenEstimates(clock.time)
    await table.save(one)
    learned(one, "TinyLlama", 2.0)
    await table.save(one)
    await table.load(other)
    assert other.of("tinyllama:latest") == one.of("tinyllama:latest")
    assert other.of("tinyllama").characters_per_token == 2.0
    assert other.take_unsaved() == []


async def test_what_cannot_be_stored_is_kept_and_stored_later(database: Database, clock: ManualClock) -> None:
    table, estimates = EstimateTable(database), TokenEstimates(clock.time)
    learned(estimates, "a:1b", 2.0)
    async with database.transaction() as connection:
        await connection.execute(text("PRAGMA query_only = ON"))
    with pytest.raises(StorageError):
        await table.save(estimates)
    learned(estimates, "b:1b", 2.0)
    async with database.transaction() as connection:
        await connection.execute(text("PRAGMA query_only = OFF"))
    await table.save(estimates)
    assert [one.model for one in await table.read()] == ["a:1b", "b:1b"]
