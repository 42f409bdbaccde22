"""`make try`: the real bot on a loopback Discord with a page to talk to it, until Ctrl-C.

Everything is kept in one folder, so that a second start goes on where the first one stopped.
"""

from __future__ import annotations

import argparse
import asyncio
import secrets
import signal
import sys
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path

from sandbox import Sandbox
from sandbox.__main__ import DEFAULT_PORT
from sandbox.keeping import KeepingError
from sandbox.world import TOWN
from tests.inference import HOME, find_models
from tests.stack import BotProcess, bot_process
from tinyllm.errors import SettingsError

READY_PATIENCE = 60.0
"""Seconds that the bot gets to connect on a slow machine."""


class PlaygroundError(Exception):
    """It cannot go on; the text is a sentence."""


def main(arguments: Sequence[str] | None = None) -> int:
    """0: ended with Ctrl-C; 1: it could not run."""
    parser = argparse.ArgumentParser(prog="make try", description=__doc__)
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="where the page is, if that port is free")
    parser.add_argument("--home", type=Path, default=HOME, help="the folder in which everything is kept")
    asked = parser.parse_args(arguments)
    try:
        asyncio.run(run(asked.home.absolute(), asked.port))
    except (PlaygroundError, KeepingError, SettingsError) as exc:
        print(f"This cannot be tried now. {exc}", file=sys.stderr)
        return 1
    return 0


async def run(home: Path, port: int) -> None:
    """Raises PlaygroundError or KeepingError with a sentence."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        sandbox = await open_sandbox(stack, home, port)
        models = await stack.enter_async_context(find_models(home / "models"))
        tell(f"Models: {models.said}")
        tell("The bot is starting ...")
        bot = await stack.enter_async_context(
            bot_process(
                home / "bot",
                api=sandbox.api,
                gateway=sandbox.gateway,
                token=sandbox.token,
                ollama=models.ollama,
                **models.settings,
            )
        )
        await until_ready(sandbox, bot, stop)
        if not stop.is_set():
            invite(sandbox, home)
            await until_stopped(bot, stop)
        tell("\nStopping ...")
        await bot.stop()


async def open_sandbox(stack: AsyncExitStack, home: Path, port: int) -> Sandbox:
    """On the wanted port, or on any other if that one is taken."""
    # Another token at every start: a bot that outlived a killed playground is turned away instead of answering too.
    token = secrets.token_urlsafe(24)

    def sandbox(at: int) -> Sandbox:
        return Sandbox(at, token=token, world=TOWN, data=home / "sandbox")

    try:
        return await stack.enter_async_context(sandbox(port))
    except OSError as exc:
        tell(f"Port {port} cannot be used ({exc.strerror}), so another one is taken.")
    return await stack.enter_async_context(sandbox(0))


async def until_ready(sandbox: Sandbox, bot: BotProcess, stop: asyncio.Event) -> None:
    """Raises PlaygroundError if the bot ends or does not connect."""
    ready = asyncio.create_task(sandbox.until_connected(READY_PATIENCE))
    if not await first(ready, bot, stop):
        raise PlaygroundError(f"The bot did not connect within {READY_PATIENCE:g} s; its log:\n\n{bot.log[-2000:]}")


async def until_stopped(bot: BotProcess, stop: asyncio.Event) -> None:
    """Raises PlaygroundError if the bot ends by itself."""
    await first(asyncio.create_task(stop.wait()), bot, stop)


async def first(awaited: asyncio.Task[object], bot: BotProcess, stop: asyncio.Event) -> bool:
    """Whether the task came to its end, or everything is to stop. Raises PlaygroundError if the bot ended."""
    stopped = asyncio.create_task(stop.wait())
    ended = asyncio.create_task(bot.wait(timeout=None))
    try:
        await asyncio.wait({awaited, stopped, ended}, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            return True
        if ended.done():
            raise PlaygroundError(f"The bot has ended by itself; the end of its log:\n\n{bot.log[-2000:]}")
        return awaited.exception() is None
    finally:
        for task in (awaited, stopped, ended):
            task.cancel()
        await asyncio.gather(awaited, stopped, ended, return_exceptions=True)


def invite(sandbox: Sandbox, home: Path) -> None:
    tell(
        f"\n  {sandbox.url}\n\n"
        "Open that page and mention @TinyLLM, write to it alone, or type / for its commands.\n"
        f"Everything is kept in {home}; the bot's log is {home / 'bot' / 'bot.log'}.\n"
        "Ctrl-C stops it."
    )


def tell(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
