from sqlalchemy import select

from tinyllm.scopes import EVERYWHERE, channel_scope, guild_scope
from tinyllm.storage import ChoiceTable, Database
from tinyllm.storage.schema import choices

GUILD = guild_scope(9)
HERE = channel_scope(1, within=GUILD)


async def test_a_choice_is_kept_as_it_was_typed(database: Database) -> None:
    table = ChoiceTable(database)
    await table.write(HERE, "Large", chosen_by="7", chosen_at=1.5)
    await table.write(EVERYWHERE, "fast", chosen_by=None, chosen_at=2.5)
    assert await table.read(HERE.chain) == {"channel:1": "Large", "everywhere": "fast"}
    assert await table.read([GUILD]) == {}
    assert await table.read([]) == {}
    async with database.transaction() as connection:
        rows = (await connection.execute(select(choices).order_by(choices.c.scope))).all()
    assert [tuple(row) for row in rows] == [("channel:1", "Large", "7", 1.5), ("everywhere", "fast", None, 2.5)]


async def test_a_new_choice_takes_the_place_of_the_old_one(database: Database) -> None:
    table = ChoiceTable(database)
    await table.write(GUILD, "large", chosen_by="7", chosen_at=1.0)
    await table.write(GUILD, "fast", chosen_by=None, chosen_at=2.0)
    assert await table.read([GUILD]) == {"guild:9": "fast"}


async def test_clearing_says_whether_there_was_one(database: Database) -> None:
    table = ChoiceTable(database)
    await table.write(HERE, "large", chosen_by="7", chosen_at=1.0)
    assert not await table.clear(GUILD)
    assert await table.clear(HERE)
    assert not await table.clear(HERE)
    assert await table.read(HERE.chain) == {}
