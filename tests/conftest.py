"""Fixtures of all rings."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.clocks import ManualClock
from tinyllm.storage import Database, open_database

# A busy machine makes no test fail: nothing here is timed.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


# Model engines here have one thread each: those of one that share a processor with another test wait for each other.
os.environ["OMP_THREAD_LIMIT"] = "1"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    """A new database file."""
    async with open_database(f"sqlite+aiosqlite:///{tmp_path / 'tinyllm.db'}") as opened:
        yield opened
