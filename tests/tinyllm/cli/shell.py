"""Commands as a person would type them, run in this process."""

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from typer.testing import CliRunner

from tinyllm.cli import app
from tinyllm.models.registry import get_model_registry
from tinyllm.storage import Database, open_database


@dataclass(frozen=True)
class Said:
    """What a command printed, and how it ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return orjson.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


class Shell:
    """Runs commands as `tinyllm …` in a pipe, beside this thread's event loop, which the model server needs."""

    def __init__(self, home: Path) -> None:
        self.home = home

    async def __call__(self, *arguments: str, typed: str | None = None) -> Said:
        get_model_registry.cache_clear()  # each command is a process of its own
        result = await asyncio.to_thread(CliRunner().invoke, app, arguments, input=typed)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Said(result.exit_code, result.stdout, result.stderr)

    def database(self) -> AbstractAsyncContextManager[Database]:
        """The commands' database, opened."""
        return open_database(f"sqlite+aiosqlite:///{self.home / 'tinyllm.db'}")
