"""How long it takes from `make try` to the first answer on its page: `python -m benchmarks.first_answer [rounds]`.

Each round begins with an empty folder and the program of `make try`, opens the page that it invites to in Chromium as
soon as it is told, asks something, and waits for the answer's last line. Everything is installed already, and no model
server answers, so that the embedded model does.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import re
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, async_playwright, expect

from tests.sandbox.page.browser.looking import ARGUMENTS, find_browser

ROOT = Path(__file__).parents[1]
ALLOWED = 10.0
"""Seconds to the first word of the answer."""
PATIENCE = 120_000
"""Milliseconds."""
DONE = re.compile(r"tok/s")
"""What the last line of an answer has."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds since the command."""

    invited: float
    first: float
    whole: float


@asynccontextmanager
async def playground(home: str) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    """The page's address, and the program that serves it."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.playground", "--home", home, "--port", "0"),
        cwd=ROOT,
        env={**os.environ, "OLLAMA_HOST": "127.0.0.1:1"},
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        async for line in process.stdout:
            if found := re.fullmatch(r"  (http://\S+)\s*", line.decode()):
                yield found[1], process
                break
    finally:
        process.send_signal(signal.SIGINT)
        await process.communicate()


async def once(browser: Browser) -> Taken:
    with tempfile.TemporaryDirectory() as home:
        began = time.perf_counter()
        async with playground(home) as (url, _):
            invited = time.perf_counter() - began
            page = await browser.new_page()
            await page.goto(f"{url}/?as=ada")
            composer = page.get_by_role("combobox", name="Message")
            await composer.fill("@TinyLLM What is the capital of France?")
            await composer.press("Enter")
            answer = page.locator("#log > li.message").filter(has=page.get_by_text("TinyLLM", exact=True)).last
            await expect(answer).to_contain_text(re.compile(r"\w{3,}.*\w"), timeout=PATIENCE)
            first = time.perf_counter() - began
            await expect(answer).to_contain_text(DONE, timeout=PATIENCE)
            whole = time.perf_counter() - began
            await page.close()
    return Taken(invited, first, whole)


async def measure(rounds: int) -> bool:
    """Whether it is as quick as promised. Raises SystemExit where there is no browser."""
    found = find_browser()
    if found is None:
        raise SystemExit("There is no Chromium here to open the page in.")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=found, args=ARGUMENTS)
        taken = [await once(browser) for _ in range(rounds)]
        await browser.close()
    for each in taken:
        print(f"invited after {each.invited:4.1f} s, first words {each.first:4.1f} s, whole answer {each.whole:4.1f} s")
    median = statistics.median(each.first for each in taken)
    print(f"first words after {median:.1f} s in the median (at most {ALLOWED:g} s)")
    return median <= ALLOWED


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.first_answer", description=__doc__)
    parser.add_argument("rounds", nargs="?", type=int, default=3)
    return 0 if asyncio.run(measure(parser.parse_args().rounds)) else 1


if __name__ == "__main__":
    sys.exit(main())
