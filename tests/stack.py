"""The whole stack: a loopback Discord, a scripted model server, and the real bot process."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
STOP_PATIENCE = 15.0
"""Seconds that the bot gets to end after SIGTERM."""


class BotProcess:
    """`python -m bot` as a person would run it, told by its environment where everything is; it ends with us."""

    def __init__(self, home: Path, environment: Mapping[str, str]) -> None:
        """`home` is its data folder and where its log goes."""
        self.home = home
        self._environment = dict(environment)
        self._process: asyncio.subprocess.Process | None = None

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.home / "tinyllm.db"

    @property
    def log(self) -> str:
        """What it has written to stderr, over all its lives."""
        return (self.home / "bot.log").read_text()

    async def start(self) -> None:
        """Start it; it is not connected yet."""
        self.home.mkdir(parents=True, exist_ok=True)
        kept = {
            name: os.environ[name] for name in ("PATH", "HOME", "LANG", "COVERAGE_PROCESS_START") if name in os.environ
        }
        with (self.home / "bot.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "tests.leashed", "bot"),
                cwd=self.home,  # where there is no .env
                env={**kept, "PYTHONPATH": str(ROOT), "TINYLLM_HOME": str(self.home), **self._environment},
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=log,
            )

    async def stop(self) -> int:
        """End it as a service manager would; returns its exit status."""
        return await self._end(signal.SIGTERM)

    async def kill(self) -> int:
        """End it in the middle of whatever it does."""
        return await self._end(signal.SIGKILL)

    async def wait(self, timeout: float | None = STOP_PATIENCE) -> int:
        """Its exit status, when it ends by itself, within so many seconds. Raises TimeoutError."""
        assert self._process is not None
        async with asyncio.timeout(timeout):
            return await self._process.wait()

    async def _end(self, number: signal.Signals) -> int:
        assert self._process is not None
        if self._process.returncode is None:
            self._process.send_signal(number)
        return await self.wait()

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.returncode is None


def environment(*, api: str, gateway: str, token: str, ollama: str, **settings: str) -> dict[str, str]:
    """What tells the bot where everything is; `settings` are further variables, or win over the ones here."""
    addresses = {"TINYLLM_DISCORD_API": api, "TINYLLM_DISCORD_GATEWAY": gateway, "OLLAMA_HOST": ollama}
    return {"DISCORD_TOKEN": token, **addresses, **settings}


@asynccontextmanager
async def bot_process(
    home: Path, *, api: str, gateway: str, token: str, ollama: str, **settings: str
) -> AsyncIterator[BotProcess]:
    """The bot, started and in the end killed if it still runs; `settings` are further variables of its environment."""
    bot = BotProcess(home, environment(api=api, gateway=gateway, token=token, ollama=ollama, **settings))
    await bot.start()
    try:
        yield bot
    finally:
        if bot.runs:
            await bot.kill()
