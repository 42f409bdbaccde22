import asyncio
import re
import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.engine import make_url

from tinyllm.errors import StorageError
from tinyllm.memory import Turn
from tinyllm.models.backend import Role
from tinyllm.scopes import EVERYWHERE
from tinyllm.storage import ChoiceTable, Database, TurnTable, open_database
from tinyllm.storage.checkup import revision
from tinyllm.storage.database import MIGRATIONS, migration_config, newest_revision, shown_url
from tinyllm.storage.schema import choices, metadata


def url(file: Path) -> str:
    return f"sqlite+aiosqlite:///{file}"


async def opened(address: str) -> None:
    async with open_database(address):
        pass


async def choose(database: Database, model: str) -> None:
    await ChoiceTable(database).write(EVERYWHERE, model, chosen_by=None, chosen_at=0.0)


async def no_driver_is_left() -> None:
    """Wait for the thread of a connection that never came about: its last word must find the loop open."""
    async with asyncio.timeout(5):
        while any("_connection_worker_thread" in thread.name for thread in threading.enumerate()):  # noqa: ASYNC110
            await asyncio.sleep(0)


async def test_the_migrations_make_what_the_schema_says(database: Database) -> None:
    def differences(connection: Connection) -> Any:
        options = {"compare_type": True, "compare_server_default": True}
        return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)

    async with database.transaction() as connection:
        assert await connection.run_sync(differences) == []


async def test_keys_and_indexes_are_named_as_in_the_schema(database: Database) -> None:
    def names(connection: Connection) -> set[str | None]:
        found: set[str | None] = set()
        for table in metadata.tables:
            looked = inspect(connection)
            found.add(looked.get_pk_constraint(table)["name"])
            found.update(key["name"] for key in looked.get_foreign_keys(table))
            found.update(index["name"] for index in looked.get_indexes(table))
        return found

    async with database.transaction() as connection:
        assert await connection.run_sync(names) - {
            None,
            "pk_turns",
        } == {  # SQLite forgets the name of a key that counts up
            "pk_turn_messages",
            "pk_choices",
            "pk_model_health",
            "fk_turn_messages_turn_id",
            "ix_turns_scope_id",
            "ix_turns_scope_pinned_id",
            "ix_turn_messages_turn_id",
            "ix_requests_asked_at",
            "pk_aliases",
            "pk_requests",
            "pk_token_estimates",
        }


async def test_the_migrations_can_be_undone(database: Database) -> None:
    def undo(connection: Connection) -> list[str]:
        command.downgrade(migration_config(connection), "base")
        return inspect(connection).get_table_names()

    async with database.transaction() as connection:
        assert await connection.run_sync(undo) == ["alembic_version"]


async def test_opening_twice_keeps_what_is_there(tmp_path: Path) -> None:
    file = tmp_path / "a folder" / "another" / "tinyllm.db"
    async with open_database(url(file)) as database:
        await choose(database, "large")
    async with open_database(url(file)) as one, open_database(url(file)) as other:
        assert await ChoiceTable(one).read([EVERYWHERE]) == {"everywhere": "large"}
        assert await ChoiceTable(other).read([EVERYWHERE]) == {"everywhere": "large"}


async def test_several_may_open_a_new_database_at_the_same_time(tmp_path: Path) -> None:
    await asyncio.gather(*(opened(url(tmp_path / "new.db")) for _ in range(4)))


async def test_a_migration_that_is_broken_off_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "migrations"
    (broken / "versions").mkdir(parents=True)
    shutil.copy(MIGRATIONS / "env.py", broken)
    (broken / "versions" / "0001.py").write_text(
        "from alembic import op\nimport sqlalchemy as sa\nrevision, down_revision = '0001', None\n"
        "def upgrade():\n    op.create_table('half', sa.Column('id', sa.Integer))\n    op.execute('nonsense')\n"
    )
    with monkeypatch.context() as patched:
        patched.setattr("tinyllm.storage.database.MIGRATIONS", broken)
        with pytest.raises(StorageError, match="cannot be opened"):
            await opened(url(tmp_path / "a.db"))
    with closing(sqlite3.connect(tmp_path / "a.db")) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []
    await opened(url(tmp_path / "a.db"))


async def test_a_database_in_memory_works() -> None:
    async with open_database("sqlite+aiosqlite:///:memory:") as database:
        await choose(database, "large")
        assert await ChoiceTable(database).read([EVERYWHERE]) == {"everywhere": "large"}


async def test_a_new_folder_is_for_its_owner_only(tmp_path: Path) -> None:
    await opened(url(tmp_path / "new" / "tinyllm.db"))
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700


# What cannot be opened


async def test_a_database_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "tinyllm.db"
    await opened(url(file))
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StorageError, match="is of a newer TinyLLM: install that one, or set another DATABASE_URL"):
        await opened(url(file))


async def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "letter.txt"
    file.write_text("Dear reader,\n" * 1000)
    with pytest.raises(StorageError, match=r"letter\.txt cannot be opened: file is not a database\."):
        await opened(url(file))
    assert file.read_text() == "Dear reader,\n" * 1000


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "folder"
    with pytest.raises(StorageError, match=rf"The database's folder {re.escape(str(folder))} cannot be made"):
        await opened(url(folder / "tinyllm.db"))


async def test_a_folder_in_the_place_of_the_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="cannot be opened: unable to open database file"):
        await opened(url(tmp_path))
    await no_driver_is_left()


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("tinyllm.db", id="no URL"),
        pytest.param("", id="nothing"),
        pytest.param("sqlite+pysqlite:///tinyllm.db", id="a driver that waits"),
        pytest.param("oracle+nothing://u:hush@h/x", id="an unknown driver"),
        pytest.param("postgresql+asyncpg://u:hush@h:port/x", id="a port that is no number"),
    ],
)
async def test_a_url_that_cannot_be_used_is_refused_without_its_password(address: str) -> None:
    with pytest.raises(StorageError, match="DATABASE_URL") as caught:
        await opened(address)
    assert "hush" not in str(caught.value)


async def test_a_url_that_names_no_driver_means_ours(tmp_path: Path) -> None:
    await opened(f"sqlite:///{tmp_path / 'plain.db'}")
    assert (tmp_path / "plain.db").exists()


def test_a_url_is_shown_without_its_password() -> None:
    assert shown_url(make_url("postgresql+asyncpg://u:hush@h/x")) == "postgresql+asyncpg://u:***@h/x"


# Transactions


async def test_an_exception_undoes_the_work(database: Database) -> None:
    async def fail() -> None:
        async with database.transaction() as connection:
            await connection.execute(choices.insert().values(scope="s", model="m", chosen_at=0.0))
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        await fail()
    assert await ChoiceTable(database).read([EVERYWHERE]) == {}


async def test_reading_changes_nothing(database: Database) -> None:
    await choose(database, "large")
    async with database.reading() as connection:
        await connection.execute(choices.delete())
    assert await ChoiceTable(database).read([EVERYWHERE]) == {"everywhere": "large"}


@pytest.mark.parametrize("use", [Database.transaction, Database.reading])
async def test_an_error_of_the_database_is_ours(database: Database, use: Any) -> None:
    async def fail() -> None:
        async with use(database) as connection:
            await connection.execute(text("SELECT nonsense"))

    with pytest.raises(StorageError, match=r"The database could not be used: .*nonsense.*\."):
        await fail()


async def test_a_database_that_is_locked_for_too_long_is_an_error_of_ours(tmp_path: Path) -> None:
    file = tmp_path / "tinyllm.db"
    async with open_database(url(file)) as database:
        async with database.transaction() as connection:
            await connection.execute(text("PRAGMA busy_timeout = 1"))
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(StorageError, match="database is locked"):
                await choose(database, "large")
            assert await ChoiceTable(database).read([EVERYWHERE]) == {}
            other.execute("ROLLBACK")
        await choose(database, "large")


async def test_a_database_that_is_read_only_can_be_read(tmp_path: Path) -> None:
    async with open_database(url(tmp_path / "tinyllm.db")) as database:
        await choose(database, "large")
        async with database.transaction() as connection:
            await connection.execute(text("PRAGMA query_only = ON"))
        with pytest.raises(StorageError, match="readonly"):
            await choose(database, "fast")
        assert await ChoiceTable(database).read([EVERYWHERE]) == {"everywhere": "large"}


async def test_many_transactions_at_a_time_lose_nothing(database: Database) -> None:
    async def add(number: int) -> None:
        async with database.transaction() as connection:
            await connection.execute(choices.insert().values(scope=str(number), model="m", chosen_at=0.0))

    await asyncio.gather(*(add(number) for number in range(50)))
    async with database.transaction() as connection:
        assert len((await connection.execute(select(choices))).all()) == 50


async def test_a_cancelled_write_leaves_no_lock_behind(tmp_path: Path) -> None:
    file = tmp_path / "tinyllm.db"
    async with open_database(url(file)) as database:
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            writing = asyncio.create_task(TurnTable(database).append(EVERYWHERE, Turn(Role.USER, "never")))
            for _ in range(50):
                await asyncio.to_thread(lambda: None)  # by then it waits for the other
            writing.cancel()
            other.execute("ROLLBACK")
            await asyncio.wait([writing])
        assert writing.cancelled()
        await TurnTable(database).append(EVERYWHERE, Turn(Role.USER, "later"))
        assert [turn.text async for turn in TurnTable(database).newest(EVERYWHERE)] == ["later"]


async def test_the_newest_revision_is_known_without_alembic(database: Database) -> None:
    async with database.transaction() as connection:
        heads = await connection.run_sync(
            lambda inner: ScriptDirectory.from_config(migration_config(inner)).get_heads()
        )

    assert heads == [newest_revision()]


async def test_a_database_tells_its_revision(database: Database) -> None:
    assert await revision(database) == newest_revision()


async def test_a_database_that_cannot_be_written_does_not_pass_for_one_that_can(tmp_path: Path) -> None:
    async with open_database(url(tmp_path / "tinyllm.db")) as database:
        async with database.transaction() as connection:
            await connection.exec_driver_sql("PRAGMA query_only = ON")
        with pytest.raises(StorageError, match="attempt to write a readonly database"):
            await revision(database)
