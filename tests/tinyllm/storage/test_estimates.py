from tinyllm.memory.tokens import LearnedRatio
from tinyllm.storage import Database, EstimateTable


async def test_ratios_come_back_as_they_went_in_and_the_later_one_stays(database: Database) -> None:
    table = EstimateTable(database)
    assert await table.read() == []
    one, other = LearnedRatio("a:1b", 2.5, 10.5), LearnedRatio("b:1b", 3.25, 9.0)
    await table.write([one, other])
    assert await table.read() == [one, other]
    newer = LearnedRatio("b:1b", 3.0, 10.0)
    await table.write([LearnedRatio("a:1b", 1.0, 10.0), newer])
    assert await table.read() == [one, newer]
