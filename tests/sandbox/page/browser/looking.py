"""One open page, by the words that its visitors use for what is on it."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, ConsoleMessage, Locator, Page, Request, expect

from sandbox import Sandbox

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
PATIENCE = 10_000  # milliseconds, for a slow machine


def find_browser() -> str | None:
    """The path of this machine's Chromium, if it has one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Look:
    """`troubles` are errors of the page, and requests to anywhere else than the sandbox."""

    def __init__(self, page: Page, sandbox: Sandbox) -> None:
        self.page = page
        self.troubles: list[str] = []
        self._url = sandbox.url
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("request", self._requested)
        page.on("dialog", lambda dialog: self.troubles.append(f"a dialog: {dialog.message}"))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.troubles.append(f"{message.type}: {message.text}")

    def _requested(self, request: Request) -> None:
        if not request.url.startswith((f"{self._url}/", "data:")):
            self.troubles.append(f"asked for {request.url}")

    @property
    def composer(self) -> Locator:
        return self.page.get_by_role("combobox", name="Message")

    @property
    def messages(self) -> Locator:
        return self.page.locator("#log > li.message")

    @property
    def last(self) -> Locator:
        return self.messages.last

    def message(self, text: str) -> Locator:
        return self.messages.filter(has_text=text)

    def option(self, name: str) -> Locator:
        return self.page.get_by_role("option", name=name)

    def channel(self, name: str) -> Locator:
        return self.page.locator("#side").get_by_role("button", name=name)

    async def say(self, text: str) -> None:
        await self.composer.fill(text)
        await self.composer.press("Enter")
        await expect(self.composer).to_have_value("")

    async def use(self, command: str) -> None:
        """A command without options."""
        await self.type_command(command)
        await self.page.keyboard.press("Enter")

    async def type_command(self, command: str) -> None:
        """Up to where its options are filled in."""
        await self.composer.press_sequentially(f"/{command}")
        await expect(self.option(f"/{command}").first).to_be_visible()
        await self.page.keyboard.type(" ")
        await expect(self.page.get_by_role("form", name=f"Command {command}")).to_be_visible()

    async def act(self, message: Locator, what: str) -> None:
        """Something of a message's own menu."""
        await message.click(button="right", position={"x": 300, "y": 5})
        await self.page.get_by_role("menuitem", name=what).click()


@asynccontextmanager
async def looking(browser: Browser, sandbox: Sandbox, person: str, **options: Any) -> AsyncIterator[Look]:
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, **options)
    context.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)
    try:
        look = Look(await context.new_page(), sandbox)
        await look.page.goto(f"{sandbox.url}/?as={person}")
        await expect(look.composer).to_be_focused()
        yield look
    finally:
        await context.close()
