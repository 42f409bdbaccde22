"""What the documents say is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.settings_docs import EXAMPLE, README, example, readme
from tests.stack import ROOT

LOCKS = ["requirements.lock", "requirements-dev.lock"]


def test_the_readme_and_the_example_show_the_settings_as_they_are() -> None:
    assert README.read_text() == readme(), "run `make docs`"
    assert EXAMPLE.read_text() == example(), "run `make docs`"


def test_every_make_target_in_the_documents_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        target
        for document in ("README.md", "CONTRIBUTING.md")
        for target in re.findall(r"(?:^|`)\s*make ([a-z]+)", (ROOT / document).read_text(), re.MULTILINE)
    }

    assert {"demo", "test", "run"} <= named <= targets


def test_every_path_in_the_documents_exists() -> None:
    named = [
        path
        for document in ("README.md", "CONTRIBUTING.md")
        for path in re.findall(r"`((?:tinyllm|bot|cogs|sandbox|tests)/[\w./-]*)`", (ROOT / document).read_text())
    ]

    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_the_locks_pin_everything_with_hashes_and_name_no_index(lock: str) -> None:
    text = (ROOT / lock).read_text()
    pinned = re.findall(r"^[\w.-]+(?:\[[\w,]+\])?==", text, re.MULTILINE)

    assert len(pinned) > 20
    assert text.count("--hash=sha256:") >= len(pinned)
    assert not re.search(r"https?://|--(extra-)?index|find-links", text)


def test_every_command_is_in_the_readme() -> None:
    rows = re.findall(r"^\| `/([\w ]+?)(?: \[\w+\])*` \|", README.read_text(), re.MULTILINE)
    sources = "".join(path.read_text() for path in Path(ROOT / "cogs").glob("*.py"))
    commands = re.findall(r"@app_commands\.command\((?:name=\"(\w+)\")?\)\n(?:    @.*\n)*    async def (\w+)", sources)

    assert sorted(row.split()[-1] for row in rows) == sorted(name or function for name, function in commands)
