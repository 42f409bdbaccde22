"""People who look at the page."""

from collections.abc import AsyncIterator

import pytest

from sandbox import Sandbox
from tests.sandbox.page.asking import Visitor, visiting


@pytest.fixture
async def ada_looks(sandbox: Sandbox) -> AsyncIterator[Visitor]:
    async with visiting(sandbox, "ada") as visitor:
        yield visitor


@pytest.fixture
async def ben_looks(sandbox: Sandbox) -> AsyncIterator[Visitor]:
    async with visiting(sandbox, "ben") as visitor:
        yield visitor
