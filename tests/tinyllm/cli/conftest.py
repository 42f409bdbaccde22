"""Commands run in this process, against a scripted model server and a database of their own."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
from typer.testing import CliRunner

from sandbox.models import ScriptedModels
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


@pytest.fixture
async def models() -> AsyncIterator[ScriptedModels]:
    async with ScriptedModels() as server:
        yield server


@pytest.fixture
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder without `.env`, and no setting from the machine that the tests run on but a new TINYLLM_HOME."""
    for name in list(os.environ):
        if name.upper().startswith("TINYLLM_") or name.upper() in ("OLLAMA_HOST", "DATABASE_URL", "DISCORD_TOKEN"):
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TINYLLM_HOME", str(home))
    return home


@pytest.fixture
def tinyllm(models: ScriptedModels, monkeypatch: pytest.MonkeyPatch, no_settings: Path, migrated: bytes) -> Shell:
    (no_settings / "tinyllm.db").write_bytes(migrated)
    monkeypatch.setenv("OLLAMA_HOST", models.url)
    return Shell(no_settings)
