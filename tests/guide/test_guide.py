"""The guide that this product implements, run as it is written; its text is not part of this repository."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import tinyllm.cli.chat
import tinyllm.models.registry
from sandbox.models import DEFAULT_CATALOGUE, DEFAULT_MODELS, ScriptedModel, ScriptedModels
from tests.guide.blocks import Block, Program, blocks
from tests.guide.sessions import replay_chat, run_commands, type_into_chat
from tests.stack import ROOT
from tinyllm.models import ModelCapabilities, ModelRegistry, OllamaClient, get_model_registry
from tinyllm.models.health import ModelHealth
from tinyllm.storage import HealthTable, open_database

GUIDE = ROOT.parent / "shared" / "seed" / "model-switching-guide.md"
SEVEN = ScriptedModel("qwen2.5:7b", "7.6B", 7_615_616_512, "Q4_K_M", "qwen2", 4_683_087_332, 32_768, 3584)

pytestmark = pytest.mark.skipif(not GUIDE.exists(), reason=f"the guide is not at {GUIDE}")


@pytest.fixture
def registry() -> Iterator[ModelRegistry]:
    """The registry of the process, new."""
    get_model_registry.cache_clear()
    yield get_model_registry()
    get_model_registry.cache_clear()


@pytest.fixture
async def models(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ScriptedModels]:
    """The models that the guide talks of, at OLLAMA_HOST."""
    async with ScriptedModels(models=[*DEFAULT_MODELS, SEVEN], catalogue=DEFAULT_CATALOGUE) as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url)
        yield server


def python_blocks() -> Iterator[Block]:
    return (block for block in blocks(GUIDE) if block.language == "python")


async def test_every_python_block_runs_and_prints_what_it_says(models: ScriptedModels, registry: ModelRegistry) -> None:
    program = Program(GUIDE, capabilities=ModelCapabilities("qwen2.5:3b", 32_768, parameter_count="3.1B"))

    printed = await asyncio.to_thread(program.run, python_blocks())

    assert len(printed) == 8
    said = "".join(printed.values())
    assert re.search(r"^Success rate: 66\.7%\nAverage latency: 162\.5ms\nIs healthy: False$", said, re.MULTILINE)
    assert "Model not available: “new-model” is not an installed model" in said
    assert program.names["info"]["name"] == "qwen2.5:3b"
    assert program.names["healthy_models"] == []
    assert program.names["response"].response
    assert program.names["client"].get_model() == "qwen2.5:7b"
    assert "my-fast-model" not in registry.list_aliases()


async def test_the_example_of_switching_hands_the_conversation_over(
    models: ScriptedModels, registry: ModelRegistry
) -> None:
    await asyncio.to_thread(Program(GUIDE).run, (block for block in python_blocks() if "MemoryStore" in block.text))

    asked = [request.json for request in models.requests if request.path == "/api/generate"]
    assert [body["model"] for body in asked] == ["qwen2.5:1.5b", "qwen2.5:7b"]
    assert [body["prompt"] for body in asked] == [
        "Explain quantum computing",
        "Can you provide a more detailed explanation?",
    ]
    assert "user: Explain quantum computing\nassistant: This is qwen2.5:1.5b." in asked[1]["system"]


def test_what_the_comments_of_the_guide_promise(registry: ModelRegistry) -> None:
    promised = [
        match.groups()
        for block in python_blocks()
        for match in re.finditer(r"^(\w.*\))\s+# Returns (.*)$", block.text, re.MULTILINE)
    ]
    assert promised == [('registry.resolve_name("fast")', '"qwen2.5:0.5b"')]
    for call, value in promised:
        assert eval(call, {"registry": registry}) == eval(value)


def test_the_built_in_aliases_are_those_of_the_guide(registry: ModelRegistry) -> None:
    listed = re.findall(r"^- `(\w+)` -> `(.+)`$", GUIDE.read_text(), re.MULTILINE)

    assert dict(listed) == registry.list_aliases()
    assert len(listed) == 6


def test_every_name_in_the_guide_is_there(registry: ModelRegistry) -> None:
    text = GUIDE.read_text()
    named = set(re.findall(r"`(\w+)\(\)`", text)) | set(re.findall(r"\b(\w+(?:Registry|Health|Capabilities))\b", text))
    homes = (OllamaClient, OllamaClient(), tinyllm.models, tinyllm.models.registry, tinyllm.cli.chat)

    assert {"switch_model", "generate_stream", "RegistryModelHealth", "ModelHealth"} <= named
    assert [name for name in sorted(named) if not any(hasattr(home, name) for home in homes)] == []
    assert hasattr(OllamaClient(), "_current_model")


# The terminal


def sessions() -> list[Block]:
    return [block for block in blocks(GUIDE) if "You (" in block.text] if GUIDE.exists() else []


def commands() -> list[Block]:
    shell = [block for block in blocks(GUIDE) if block.language == "bash"] if GUIDE.exists() else []
    return [block for block in shell if block not in sessions()]


@pytest.fixture
async def terminal_models() -> AsyncIterator[ScriptedModels]:
    """The three models of the guide's sessions, which say there what they say here."""
    answers = {
        "qwen2.5:0.5b": "Of course! What would you like to discuss?",
        "qwen2.5:1.5b": "I'm doing well, thank you! How can I help you today?",
        "qwen2.5:3b": None,
    }
    there = [replace(model, answer=answers[model.name]) for model in DEFAULT_MODELS if model.name in answers]
    async with ScriptedModels(models=there) as server:
        yield server


@pytest.mark.parametrize("session", sessions(), ids=lambda block: f"line{block.line}")
async def test_every_session_is_as_it_is_shown(session: Block, terminal_models: ScriptedModels, tmp_path: Path) -> None:
    async with open_database(f"sqlite+aiosqlite:///{tmp_path / 'tinyllm.db'}") as database:
        await HealthTable(database).add(
            [ModelHealth("qwen2.5:0.5b", 10, 0, 1500.0, 1.0), ModelHealth("qwen2.5:1.5b", 20, 1, 3800.0, 1.0, "x", 1.0)]
        )

    await replay_chat(session, home=tmp_path, models=terminal_models.url)


@pytest.mark.parametrize("block", commands(), ids=lambda block: f"line{block.line}")
async def test_every_command_does_what_it_should(block: Block, tmp_path: Path) -> None:
    there = [model for model in DEFAULT_MODELS if model.name != "qwen2.5:7b"]
    async with ScriptedModels(models=there, catalogue=[*DEFAULT_MODELS, SEVEN]) as server:
        await run_commands(block, home=tmp_path, models=server.url, folder=ROOT / "tests")


async def test_the_advice_to_use_an_alias_works_with_its_comment(
    terminal_models: ScriptedModels, tmp_path: Path
) -> None:
    (block,) = [block for block in blocks(GUIDE) if block.text.startswith("/model fast")]

    await type_into_chat(
        block.text.strip(), "Switched to model: qwen2.5:0.5b", home=tmp_path, models=terminal_models.url
    )
