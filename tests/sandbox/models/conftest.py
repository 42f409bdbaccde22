"""A running double and a client for it."""

from collections.abc import AsyncIterator

import httpx
import pytest

from sandbox.models import ScriptedModels
from tests.sandbox.models.asking import double


@pytest.fixture
async def pair() -> AsyncIterator[tuple[ScriptedModels, httpx.AsyncClient]]:
    async with double() as both:
        yield both


@pytest.fixture
def server(pair: tuple[ScriptedModels, httpx.AsyncClient]) -> ScriptedModels:
    return pair[0]


@pytest.fixture
def client(pair: tuple[ScriptedModels, httpx.AsyncClient]) -> httpx.AsyncClient:
    return pair[1]
