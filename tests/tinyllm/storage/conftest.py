"""The storage tests run on every database."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from tests.postgres import postgres_server, programs
from tinyllm.storage import Database, open_database

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A server with a database `template` that has our tables; the URL lacks the database's name."""
    if programs() is None:
        pytest.skip("no PostgreSQL server is installed")
    with postgres_server() as server, ThreadPoolExecutor(1) as apart:  # this thread's loop belongs to the tests
        apart.submit(asyncio.run, _make_template(server)).result()
        yield server


async def _make_template(server: str) -> None:
    await _run(server, "CREATE DATABASE template")
    async with open_database(f"{server}/template"):
        pass


async def _run(server: str, statement: str) -> None:
    engine = create_async_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(statement))
    await engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
async def url(request: pytest.FixtureRequest, migrated: bytes, tmp_path: Path) -> str:
    """Where a new database is."""
    if request.param == "sqlite":
        file = tmp_path / "tinyllm.db"
        file.write_bytes(migrated)
        return f"sqlite+aiosqlite:///{file}"
    server = request.getfixturevalue("postgres")
    name = f"test{next(_numbers)}"
    await _run(server, f"CREATE DATABASE {name} TEMPLATE template")
    return f"{server}/{name}"


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """A new database of each kind."""
    async with open_database(url) as opened:
        yield opened
