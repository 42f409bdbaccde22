"""A real browser, and people who sit before it.

The browser is started once for all tests of a worker, so everything here shares one event loop: a module of tests says
`pytestmark = in_one_loop`.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from sandbox import ManualClock, Sandbox
from sandbox.permissions import Permission
from tests.sandbox.bots import TryBot, living
from tests.sandbox.page.browser.looking import ARGUMENTS, Look, find_browser, looking
from tests.sandbox.worlds import able

Open = Callable[..., Awaitable[Look]]
in_one_loop = pytest.mark.asyncio(loop_scope="session")
_fixture = pytest_asyncio.fixture(loop_scope="session")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    found = find_browser()
    if found is None:
        pytest.skip("no Chromium is installed here")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        yield browser
        await browser.close()


@_fixture
async def sandbox(clock: ManualClock) -> AsyncIterator[Sandbox]:
    world = able(Permission.SEND_POLLS, Permission.MANAGE_WEBHOOKS)
    async with Sandbox(world=world, clock=clock, limits=False) as opened:  # a standing clock fills no bucket
        yield opened


@_fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[TryBot]:
    async with living(TryBot(), sandbox) as running:
        yield running


@_fixture
async def look(chromium: Browser, sandbox: Sandbox) -> AsyncIterator[Open]:
    """Opens the page as somebody, in a browser of their own; at the end nothing may have gone wrong in any of them."""
    async with AsyncExitStack() as stack:
        opened: list[Look] = []

        async def opens(person: str = "ada", **options: object) -> Look:
            page = await stack.enter_async_context(looking(chromium, sandbox, person, **options))
            opened.append(page)
            return page

        yield opens
        assert [trouble for each in opened for trouble in each.troubles] == []


@_fixture
async def ada_looks(look: Open) -> Look:
    return await look("ada")
