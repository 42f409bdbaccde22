"""What the tests of the terminal need around it."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.models import DEFAULT_MODELS, ScriptedModels
from tests.tinyllm.cli.shell import Shell

ANSWERS = {
    "qwen2.5:0.5b": "Of course! What would you like to discuss?",
    "qwen2.5:1.5b": "I'm doing well, thank you! How can I help you today?",
    "qwen2.5:3b": None,
}


@pytest.fixture
async def models() -> AsyncIterator[ScriptedModels]:
    """The three models of the guide's transcripts; the biggest says what it is told to."""
    guide = [replace(model, answer=ANSWERS[model.name]) for model in DEFAULT_MODELS if model.name in ANSWERS]
    async with ScriptedModels(models=guide) as server:
        yield server


@pytest.fixture
def home(tmp_path: Path, migrated: bytes) -> Path:
    """A data folder with an empty database."""
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "tinyllm.db").write_bytes(migrated)
    return folder


@pytest.fixture
async def server() -> AsyncIterator[ScriptedModels]:
    """A server with the usual models."""
    async with ScriptedModels() as running:
        yield running


@pytest.fixture
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting comes from the machine that the tests run on, and none from a file."""
    for name in list(os.environ):
        if name.upper().startswith("TINYLLM_") or name.upper() in ("OLLAMA_HOST", "DATABASE_URL", "DISCORD_TOKEN"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def tinyllm(server: ScriptedModels, home: Path, no_settings: None, monkeypatch: pytest.MonkeyPatch) -> Shell:
    """The commands, against that server and a new database."""
    monkeypatch.setenv("TINYLLM_HOME", str(home))
    monkeypatch.setenv("OLLAMA_HOST", server.url)
    return Shell(home)
