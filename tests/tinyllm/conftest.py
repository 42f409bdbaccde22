"""Fixtures of the core's tests."""

import asyncio
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.clocks import ManualClock
from tests.tinyllm.house import House
from tinyllm.storage import Database, open_database


@pytest.fixture
def house(database: Database, clock: ManualClock) -> House:
    """Conversations with everything around them."""
    return House(database, clock)


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A new database file as the migrations make it, so that they run once and not for every test."""
    file = tmp_path_factory.mktemp("migrated") / "tinyllm.db"

    async def make() -> None:
        async with open_database(f"sqlite+aiosqlite:///{file}"):
            pass

    with ThreadPoolExecutor(1) as apart:  # this thread's event loop belongs to the tests
        apart.submit(asyncio.run, make()).result()
    return file.read_bytes()


@pytest.fixture
async def database(migrated: bytes, tmp_path: Path) -> AsyncIterator[Database]:
    """A new database file."""
    file = tmp_path / "tinyllm.db"
    file.write_bytes(migrated)
    async with open_database(f"sqlite+aiosqlite:///{file}") as opened:
        yield opened
