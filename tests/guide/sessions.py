"""Sessions at a terminal as documents show them: replayed, and compared line by line."""

from __future__ import annotations

import asyncio
import os
import re
import shlex
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.guide.blocks import Block
from tests.stack import ROOT
from tests.tinyllm.cli.terminal import Terminal, terminal

ANYTHING = "…"
"""Stands for any text in what a document expects."""
PROMPT = re.compile(r"^You \((?P<model>[^)]+)\): ?(?P<typed>.*)$")
PATIENCE = 60.0
"""Seconds for one command."""


def matches(shown: str, expected: str) -> bool:
    """Whether a text is the expected one."""
    pattern = ".*".join(map(re.escape, expected.split(ANYTHING)))
    return re.fullmatch(pattern, shown, re.DOTALL) is not None


async def replay_chat(block: Block, *, home: Path, models: str) -> None:
    """Type what is typed in a chat, and compare all that is to be seen. The first line may be the command itself."""
    lines = block.text.rstrip().split("\n")
    command = ["tinyllm", "chat"]
    if lines[0].startswith("$ "):
        command = shlex.split(lines.pop(0).removeprefix("$ "))
    elif first := PROMPT.match(lines[0]):
        command += ["-m", first["model"]]
    said = [match for line in lines if (match := PROMPT.match(line))]
    async with terminal(*command[1:], home=home, models=models, columns=120, rows=60) as screen:
        for match in said:
            await screen.until_asked(match["model"])
            screen.say(match["typed"])
            await screen.until(_echoed(match["typed"]))
        await _until_all_is_shown(screen, lines)
    compare(screen.text.split("\n"), lines, f"line {block.line}")


async def type_into_chat(typed: str, expected: str, *, home: Path, models: str) -> None:
    """Type one line into a new chat, and wait until a text is shown."""
    async with terminal("chat", home=home, models=models) as screen:
        await screen.until_asked()
        screen.say(typed)
        await screen.until(expected)


def compare(shown: list[str], expected: list[str], where: str) -> None:
    """Every expected line, one after the other, from where the first of them is."""
    start = next((at for at, line in enumerate(shown) if expected[0] and matches(line, expected[0])), 0)
    for number, line in enumerate(expected):
        found = shown[start + number] if start + number < len(shown) else "(nothing)"
        assert matches(found, line.rstrip()), f"{where} + {number}: {line!r} is expected, {found!r} is shown"


async def run_commands(block: Block, *, home: Path, models: str, folder: Path) -> None:
    """Run the commands of a block and compare what each prints, if the document shows it.

    With `$ ` before the commands the other lines are what they print; without, every line is a command that succeeds.
    """
    with_output = block.text.startswith("$ ")
    parts = re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:] if with_output else [block.text]
    for part in parts:
        command, _, expected = part.partition("\n") if with_output else (part, "", ANYTHING)
        status, printed = await _run(command, home=home, models=models, folder=folder)
        assert with_output or status == 0, f"line {block.line}: {command} ended with {status}: {printed}"
        assert matches(printed.strip(), expected.strip()), f"line {block.line}: {command} printed {printed}"


@asynccontextmanager
async def serving(block: Block, *, home: Path, models: str, folder: Path) -> AsyncIterator[None]:
    """A command that runs on while others do, and ends at Ctrl-C; what it says first is compared."""
    command, _, expected = block.text.removeprefix("$ ").partition("\n")
    process = await _started(f"exec {command}", home=home, models=models, folder=folder)
    assert process.stdout is not None
    try:
        async with asyncio.timeout(PATIENCE):
            for number, line in enumerate(expected.strip().split("\n"), 1):
                shown = (await process.stdout.readline()).decode().rstrip()
                assert matches(shown, line), f"line {block.line} + {number}: {line!r} is expected, {shown!r} is shown"
        yield
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(PATIENCE):
            await process.communicate()
        assert process.returncode == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def _run(command: str, *, home: Path, models: str, folder: Path) -> tuple[int, str]:
    """The exit status of a command, and what it printed, problems included."""
    process = await _started(command, home=home, models=models, folder=folder)
    async with asyncio.timeout(PATIENCE):
        printed, _ = await process.communicate()
    return process.returncode or 0, printed.decode()


async def _started(command: str, *, home: Path, models: str, folder: Path) -> asyncio.subprocess.Process:
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "LANG": "C.UTF-8",
        "TINYLLM_HOME": str(home),
        "OLLAMA_HOST": models,
    }
    return await asyncio.create_subprocess_exec(
        "bash",
        "-c",
        command,
        cwd=folder,
        env=environment,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


def _echoed(typed: str) -> str:
    return f"): {typed}".rstrip()


async def _until_all_is_shown(screen: Terminal, expected: list[str]) -> None:
    last = next(line for line in reversed(expected) if line.strip())
    if PROMPT.match(last):
        await screen.ended()
    else:
        await screen.until(lambda terminal: any(matches(line, last.rstrip()) for line in terminal.lines))
