"""A sandbox, a real bot on it, and people."""

from collections.abc import AsyncIterator, Iterator

import aiohttp
import pytest

from sandbox import Limits, ManualClock, Sandbox
from sandbox.actor import Person
from tests.openapi.watching import watched
from tests.sandbox.bots import TryBot, living
from tests.sandbox.houses import HouseApi, HouseBot, opened
from tests.sandbox.raw import Api, calling


@pytest.fixture(autouse=True)
def said_as_described() -> Iterator[None]:
    """What a sandbox says in a test is what Discord says that it would say."""
    with watched():
        yield


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def limits() -> bool | Limits:
    """Off, because on a clock that stands still no bucket ever fills again; tests of the limits define their own."""
    return False


@pytest.fixture
async def sandbox(clock: ManualClock, limits: bool | Limits) -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=clock, limits=limits) as opened:
        yield opened


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[TryBot]:
    async with living(TryBot(), sandbox) as running:
        yield running


@pytest.fixture
async def ada(sandbox: Sandbox) -> AsyncIterator[Person]:
    async with Person.join(sandbox.url, "ada") as person:
        yield person


@pytest.fixture
async def ben(sandbox: Sandbox) -> AsyncIterator[Person]:
    async with Person.join(sandbox.url, "ben") as person:
        yield person


@pytest.fixture
async def cleo(sandbox: Sandbox) -> AsyncIterator[Person]:
    async with Person.join(sandbox.url, "cleo") as person:
        yield person


@pytest.fixture
async def api(sandbox: Sandbox) -> AsyncIterator[Api]:
    async with calling(sandbox) as caller:
        yield caller


@pytest.fixture
async def house(clock: ManualClock) -> AsyncIterator[Sandbox]:
    async with opened(clock) as sandbox:
        yield sandbox


@pytest.fixture
async def robo(house: Sandbox) -> AsyncIterator[HouseBot]:
    """A bot in the house, with all intents."""
    bot = HouseBot()
    async with living(bot, house):
        yield bot


@pytest.fixture
async def rest(house: Sandbox) -> AsyncIterator[HouseApi]:
    async with aiohttp.ClientSession() as http:
        yield HouseApi(house, http)


@pytest.fixture
async def olga(house: Sandbox) -> AsyncIterator[Person]:
    async with Person.join(house.url, "olga") as person:
        yield person


@pytest.fixture
async def adam(house: Sandbox) -> AsyncIterator[Person]:
    async with Person.join(house.url, "adam") as person:
        yield person


@pytest.fixture
async def mona(house: Sandbox) -> AsyncIterator[Person]:
    async with Person.join(house.url, "mona") as person:
        yield person


@pytest.fixture
async def paul(house: Sandbox) -> AsyncIterator[Person]:
    async with Person.join(house.url, "paul") as person:
        yield person
