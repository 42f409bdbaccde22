"""A bot that the tests answer for."""

from collections.abc import AsyncIterator

import pytest

from sandbox import Sandbox
from tests.sandbox.raw import Api, gateway
from tests.sandbox.scripted import Scripted, prepare


@pytest.fixture
async def scripted(sandbox: Sandbox, api: Api) -> AsyncIterator[Scripted]:
    async with gateway(sandbox) as line:
        yield await prepare(sandbox, api, line)
