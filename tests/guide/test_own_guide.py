"""Every block of docs/guide.md does what the page says."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from sandbox.models import DEFAULT_CATALOGUE, ScriptedModels
from tests import recitals
from tests.guide.blocks import Block, Program, blocks
from tests.guide.sessions import matches, replay_chat, run_commands, serving
from tests.stack import ROOT
from tinyllm.models import get_model_registry

PAGE = ROOT / "docs" / "guide.md"
BLOCKS = blocks(PAGE)
KINDS = {"python", "output", "sh", "console", "chat", "serve"}
PORT = "11435"
"""Where the page lets its own server listen; on a machine with tests it may be taken."""


@pytest.fixture
async def models(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[ScriptedModels]:
    """What the page says there is, at OLLAMA_HOST."""
    async with ScriptedModels(catalogue=DEFAULT_CATALOGUE) as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url)
        monkeypatch.setenv("TINYLLM_HOME", str(tmp_path))
        yield server


@pytest.fixture(autouse=True)
def new_registry() -> Iterator[None]:
    get_model_registry.cache_clear()
    yield
    get_model_registry.cache_clear()


def test_every_block_is_of_a_kind_that_is_run() -> None:
    assert {block.language for block in BLOCKS} <= KINDS


async def test_every_python_block_prints_what_the_page_shows(models: ScriptedModels) -> None:
    python = [block for block in BLOCKS if block.language == "python"]
    printed = await asyncio.to_thread(Program(PAGE).run, iter(python))

    shown = {block.line: after.text for block, after in pairwise(BLOCKS) if after.language == "output"}
    assert len(shown) >= 9
    for block in python:
        expected = shown.get(block.line, "")
        assert matches(printed[block.line].strip(), expected.strip()), f"line {block.line}: {printed[block.line]}"


async def test_every_command_and_every_chat_shows_what_the_page_shows(
    models: ScriptedModels, tmp_path: Path, unused_tcp_port: int
) -> None:
    (tmp_path / "models").mkdir()
    recitals.write(tmp_path / "models" / "parrot.gguf", ("I", " am", " a", " parrot", "."))
    async with AsyncExitStack() as running:
        for each in BLOCKS:
            block = replace(each, text=each.text.replace(PORT, str(unused_tcp_port)))
            if block.language == "chat":
                await replay_chat(block, home=tmp_path, models=models.url)
            elif block.language in ("console", "sh"):
                await run_commands(block, home=tmp_path, models=models.url, folder=tmp_path)
            elif block.language == "serve":
                await running.enter_async_context(serving(block, home=tmp_path, models=models.url, folder=tmp_path))


def test_every_heading_is_linked_at_the_top() -> None:
    text = PAGE.read_text()
    anchors = [re.sub(r"[^\w -]", "", title).strip().lower().replace(" ", "-") for title in _headings(BLOCKS, text)]

    assert sorted(re.findall(r"\]\(#([\w-]+)\)", text)) == sorted(anchors)


def _headings(found: list[Block], text: str) -> list[str]:
    for block in found:
        text = text.replace(block.text, "")
    return re.findall(r"^###? (.+)$", text, re.MULTILINE)
