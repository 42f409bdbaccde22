"""The programs in docs/sandbox.md run as they stand there."""

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

from sandbox import Sandbox
from sandbox.actor import Person
from sandbox.building import build
from sandbox.describing import find_world

PAGE = Path(__file__).parents[2] / "docs" / "sandbox.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
TEN_LINES, ANY_BOT = BLOCKS[:2]


@pytest.mark.parametrize("wrapped", [False, True], ids=["ten lines", "an unchanged bot"])
async def test_the_bot_of_the_documentation_answers(tmp_path: Path, wrapped: bool) -> None:
    async with Sandbox() as sandbox, Person.join(sandbox.url, "ada") as ada:
        here = sandbox.url.removeprefix("http://")
        (tmp_path / "on_sandbox.py").write_text(ANY_BOT.replace("127.0.0.1:8770", here))
        bot = "\n".join(line for line in TEN_LINES.splitlines() if not wrapped or "127.0.0.1" not in line)
        (tmp_path / "bot.py").write_text(bot.replace("127.0.0.1:8770", here))
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, *(["on_sandbox.py"] if wrapped else []), "bot.py"),
            cwd=tmp_path,
            env={**os.environ, "PYTHONWARNINGS": "default"},
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            await sandbox.until_connected()
            await ada.say("general", "@TinyLLM hello")
            answer = await ada.wait_for("general", lambda message: message.bot)
        finally:
            process.terminate()
            await process.communicate()

    assert answer.content == "You said: @TinyLLM hello"


def test_the_described_world_can_be_opened(tmp_path: Path) -> None:
    (described,) = re.findall(r"^```toml\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    (tmp_path / "office.toml").write_text(described)

    (guild,) = build(find_world(str(tmp_path / "office.toml"))).guilds.values()

    assert {channel.name for channel in guild.channels.values()} >= {"staff room", "questions", "Which door?"}


def test_ten_lines_are_ten_lines() -> None:
    assert len([line for line in TEN_LINES.splitlines() if line]) <= 10
