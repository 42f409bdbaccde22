"""Draws the pictures of the README anew: `python -m tests.screenshots`, with Chromium installed."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from playwright.async_api import Browser, async_playwright, expect

from sandbox import Sandbox
from sandbox.actor import Person
from sandbox.models import DEFAULT_MODELS, ScriptedModels
from tests.sandbox.page.browser.looking import ARGUMENTS, Look, find_browser, looking
from tests.stack import bot_process

PICTURES = Path(__file__).parents[1] / "docs" / "images"
MODEL = "qwen2.5:3b"
ANSWER = """\
Take the **middle** of what is left until it is what you look for:

```python
def search(items: list[int], wanted: int) -> int | None:
    low, high = 0, len(items)
    while low < high:
        middle = (low + high) // 2
        if items[middle] < wanted:
            low = middle + 1  # it is further right
        else:
            high = middle
    return low if low < len(items) and items[low] == wanted else None
```

1. The list has to be *sorted*.
2. Every step halves what is left, so that `log2(n)` steps are enough."""


@asynccontextmanager
async def _workshop(home: Path) -> AsyncIterator[Sandbox]:
    """With the real bot, whose model gives the answer."""
    paced = {"answer": ANSWER, "first_token": 0.2, "tokens_per_second": 80.0}
    scripted = [replace(model, **paced) if model.name == MODEL else model for model in DEFAULT_MODELS]
    async with (
        Sandbox() as sandbox,
        ScriptedModels(0, scripted) as models,
        bot_process(
            home,
            api=sandbox.api,
            gateway=sandbox.gateway,
            token=sandbox.token,
            ollama=models.url,
            TINYLLM_DEFAULT_MODEL=MODEL,
        ),
    ):
        await sandbox.until_connected()
        yield sandbox


async def _talk(sandbox: Sandbox) -> None:
    async with Person.join(sandbox.url, "ada") as ada, Person.join(sandbox.url, "ben") as ben:
        await ben.say("general", "How does a **binary search** go? Mine ends in an `IndexError`.")
        await ada.say("general", "@TinyLLM show us a binary search in Python, please")
        await ada.wait_for("general", lambda message: "tok/s" in message.content)


async def _draw(browser: Browser, sandbox: Sandbox) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    async with looking(browser, sandbox, "ada") as ada:
        await expect(ada.last).to_contain_text("tok/s")
        await ada.page.screenshot(path=PICTURES / "page-chat.png")
        await _choose_model(ada)
        await ada.page.screenshot(path=PICTURES / "page-model.png")


async def _choose_model(ada: Look) -> None:
    await ada.type_command("model")
    await ada.page.keyboard.type("qwen")
    await expect(ada.option("qwen2.5:0.5b").last).to_be_visible()


async def main() -> None:
    found = find_browser()
    if found is None:
        sys.exit("No Chromium is installed here.")
    with tempfile.TemporaryDirectory() as home:
        async with _workshop(Path(home)) as sandbox, async_playwright() as playwright:
            await _talk(sandbox)
            browser = await playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
            await _draw(browser, sandbox)
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
