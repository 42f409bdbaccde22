"""The rooms and the arrows between them, and other rules that no linter knows."""

from __future__ import annotations

import ast
import gc
import importlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from bot.app import EXTENSIONS
from tests.stack import ROOT

PACKAGES = ("tinyllm", "bot", "cogs", "sandbox")
FORBIDDEN = {
    "tinyllm": {"bot", "cogs", "sandbox", "tests", "discord", "aiohttp"},
    "bot": {"cogs", "sandbox", "tests", "sqlalchemy", "alembic", "httpx"},
    "cogs": {"sandbox", "tests", "sqlalchemy", "alembic", "httpx", "aiohttp"},
    "sandbox": {"tinyllm", "bot", "cogs", "tests", "discord"},
}
"""What no file of a room may import; and no room knows the tests."""
SERVES = {"aiohttp"}
"""What only the core's model server may import."""
GUIDE = {
    "tinyllm.models": [
        "OllamaClient",
        "ModelRegistry",
        "ModelCapabilities",
        "RegistryModelHealth",
        "get_model_registry",
    ],
    "tinyllm.models.registry": ["get_model_registry", "ModelRegistry", "ModelCapabilities", "ModelHealth"],
    "tinyllm.models.client": ["OllamaClient"],
    "tinyllm.memory": ["MemoryStore"],
}
"""Names that programs written after the guide import."""
LONGEST_FILE = 400
LONGEST_FUNCTION = 50


def files(*rooms: str) -> list[Path]:
    return [path for room in rooms for path in sorted((ROOT / room).rglob("*.py"))]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@cache
def parsed(path: Path) -> ast.Module:
    """Without the collector, whose finalizers make CPython 3.11's parser lose count of its own depth."""
    gc.disable()
    try:
        return ast.parse(path.read_text())
    finally:
        gc.enable()


def imported(path: Path) -> Iterator[str]:
    """The top-level packages that a file imports, also inside functions and for types only."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


@pytest.mark.parametrize("path", files(*PACKAGES), ids=name)
def test_imports_follow_the_arrows(path: Path) -> None:
    room, *inner = path.relative_to(ROOT).parts
    forbidden = FORBIDDEN[room] - SERVES if inner[0] == "serve" else FORBIDDEN[room]

    assert {module.partition(".")[0] for module in imported(path)}.isdisjoint(forbidden)


@pytest.mark.parametrize("path", files("tinyllm"), ids=name)
def test_the_model_server_is_known_only_to_the_terminal(path: Path) -> None:
    inner = path.relative_to(ROOT).parts[1]

    assert inner in ("serve", "cli") or not any(module.startswith("tinyllm.serve") for module in imported(path))


@pytest.mark.parametrize("path", files("sandbox/models"), ids=name)
def test_the_scripted_model_server_knows_nothing_of_the_loopback_discord(path: Path) -> None:
    ours = {module for module in imported(path) if module.startswith("sandbox")}

    assert all(module.startswith("sandbox.models") for module in ours)


@pytest.mark.parametrize("path", files("cogs"), ids=name)
def test_the_bot_names_every_cog_and_only_as_a_string(path: Path) -> None:
    assert path.stem == "__init__" or f"cogs.{path.stem}" in EXTENSIONS


@pytest.mark.parametrize("path", files(*PACKAGES), ids=name)
def test_every_file_says_in_a_sentence_what_it_is_and_is_not_too_long(path: Path) -> None:
    text = path.read_text()
    tree = parsed(path)

    assert (ast.get_docstring(tree) or "").partition("\n")[0].endswith(".")
    assert text.count("\n") <= LONGEST_FILE
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert (node.end_lineno or 0) - node.lineno < LONGEST_FUNCTION, node.name


@pytest.mark.parametrize(("module", "names"), GUIDE.items(), ids=GUIDE)
def test_what_the_guide_imports_can_be_imported(module: str, names: list[str]) -> None:
    found = importlib.import_module(module)

    assert [each for each in names if not hasattr(found, each)] == []
