from tinyllm.models.health import ModelHealth
from tinyllm.storage import Database, HealthTable


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
