"""The database: opened once, migrated at the door, its errors turned into ours."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, event, inspect
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from tinyllm.errors import StorageError

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = Path(__file__).parent / "migrations"
LOCK_PATIENCE = 5.0
"""Seconds that a SQLite statement waits for another process to finish writing."""


DRIVERS = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
"""The drivers that are meant by a URL that names none."""


class _NewerError(Exception):
    """The database has a revision that we do not know."""


class Database:
    """An open database. Every use is a transaction of its own."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """A connection whose work is committed at the end, or undone by an exception. Raises StorageError."""
        with _our_errors():
            async with self._engine.begin() as connection:
                yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A connection that only reads: whatever it changes is undone. Raises StorageError.

        Saves the commit, which with SQLite is a sixth of what a short query takes.
        """
        with _our_errors():
            async with self._engine.connect() as connection:
                yield connection

    def insert(self, table: Table) -> Any:
        """An INSERT of this database's dialect, which knows `on_conflict_do_update`."""
        if self._engine.dialect.name == "postgresql":
            from sqlalchemy.dialects.postgresql import insert  # a tenth of what a short command takes, if not needed

            return insert(table)
        return sqlite.insert(table)


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    """Open the database at an SQLAlchemy URL and bring its tables up to date. Raises StorageError."""
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database not in (None, "", ":memory:"):
        _make_folder(Path(str(parsed.database)))
    try:
        engine = create_async_engine(parsed)
    except (SQLAlchemyError, ImportError) as exc:
        raise StorageError(f"DATABASE_URL {shown_url(parsed)} cannot be used: {_reason(exc)}.") from exc
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine.sync_engine, "connect", _prepare_sqlite)
        event.listen(engine.sync_engine, "invalidate", _undo_cancelled)
    try:
        await _migrate(engine, parsed)
        yield Database(engine)
    finally:
        await engine.dispose()


@contextmanager
def _our_errors() -> Iterator[None]:
    """Turn the driver's errors into StorageError."""
    try:
        yield
    except (SQLAlchemyError, OSError) as exc:
        raise StorageError(f"The database could not be used: {_reason(exc)}.") from exc


def shown_url(url: URL) -> str:
    """The URL as it may be shown: without its password."""
    return url.render_as_string(hide_password=True)


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StorageError(
            "DATABASE_URL is no database URL; an example: sqlite+aiosqlite:////data/tinyllm.db"
        ) from None
    return parsed.set(drivername=DRIVERS.get(parsed.drivername, parsed.drivername))


def _make_folder(file: Path) -> None:
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as exc:
        raise StorageError(f"The database's folder {file.parent} cannot be made: {exc.strerror}.") from exc


def _prepare_sqlite(connection: Any, _: object) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {int(LOCK_PATIENCE * 1000)}")
    _write_ahead(cursor)
    cursor.execute("PRAGMA synchronous = NORMAL")  # a killed process loses nothing in WAL mode
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()


def _write_ahead(cursor: Any) -> None:
    """Switch to WAL mode, where readers and the one writer do not wait for each other."""
    patient_until = time.monotonic() + LOCK_PATIENCE
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            # Of two who switch a new file at once, one is refused without waiting, whatever its busy_timeout.
            if time.monotonic() > patient_until:
                raise
            time.sleep(0.005)
        else:
            return


def _undo_cancelled(connection: Any, _record: object, _exception: object) -> None:
    """Let go of the lock that a cancelled statement took: closing alone leaves it to the garbage collector."""
    with suppress(sqlite3.Error):  # the connection may be gone as well
        connection.rollback()


async def _migrate(engine: AsyncEngine, url: URL) -> None:
    try:
        async with engine.begin() as connection:
            if not await connection.run_sync(_is_current):
                await connection.run_sync(_upgrade)
    except _NewerError as exc:
        raise StorageError(
            f"The database {shown_url(url)} is of a newer TinyLLM: install that one, or set another DATABASE_URL."
        ) from exc
    except (SQLAlchemyError, OSError, sqlite3.Error) as exc:
        raise StorageError(f"The database {shown_url(url)} cannot be opened: {_reason(exc)}.") from exc


def newest_revision() -> str:
    """The migration that comes last; a migration's file begins with its number."""
    return max(file.name.partition("_")[0] for file in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _is_current(connection: Connection) -> bool:
    """Asked without alembic, whose import takes longer than all else that a short command does."""
    if not inspect(connection).has_table("alembic_version"):
        return False
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all() == [newest_revision()]


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    config = migration_config(connection)
    newest: Sequence[str] = ScriptDirectory.from_config(config).get_heads()
    if MigrationContext.configure(connection).get_current_heads() == tuple(newest):
        return
    if connection.dialect.name == "sqlite":
        # The driver opens no transaction for tables: half of them would stay when the process is killed, and
        # a second process that starts now would make them too.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        command.upgrade(config, "head")
    except CommandError as exc:
        raise _NewerError from exc


def migration_config(connection: Connection) -> Config:
    """Alembic's configuration for one open connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _reason(exc: BaseException) -> str:
    original = getattr(exc, "orig", None) or exc
    return " ".join(str(original).split()).rstrip(".")[:200]
