"""The programs in docs/sandbox.md run as they stand there."""

import asyncio
import os
import re
import sys
from pathlib import Path
from typing import Any

import discord
import pytest
from discord import app_commands, ui

from sandbox import Sandbox
from sandbox.actor import Person
from sandbox.building import build
from sandbox.describing import find_world
from tests.sandbox.bots import OwnBot, living

PAGE = Path(__file__).parents[2] / "docs" / "sandbox.md"
BLOCKS = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
TEN_LINES, ANY_BOT, PEOPLE = BLOCKS[:3]


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


class Reason(ui.Modal, title="Reason"):
    why: ui.Label[Any] = ui.Label(text="Why", component=ui.TextInput(custom_id="why"))
    who: ui.Label[Any] = ui.Label(text="Who", component=ui.UserSelect(custom_id="who"))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.edit_message(content="thanks", view=None)


class Explain(ui.View):
    @ui.button(label="Explain")
    async def explain(self, interaction: discord.Interaction[Any], button: ui.Button[Any]) -> None:
        await interaction.response.send_modal(Reason())


class French(app_commands.Translator):
    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, context: app_commands.TranslationContextTypes
    ) -> str | None:
        return "lire" if locale is discord.Locale.french and string.message == "read" else None


class Reader(OwnBot):
    async def setup_hook(self) -> None:
        await self.tree.set_translator(French())
        await super().setup_hook()


async def test_the_people_of_the_documentation_use_a_bot(sandbox: Sandbox, capsys: pytest.CaptureFixture[str]) -> None:
    @app_commands.command(name=app_commands.locale_str("read"), description="d")
    async def read(interaction: discord.Interaction, file: discord.Attachment, quietly: bool = False) -> None:
        await interaction.response.send_message(f"{file.size} bytes", ephemeral=quietly, view=Explain())

    program: dict[str, Any] = {}
    exec(PEOPLE, program)
    async with living(Reader(read), sandbox):
        await program["try_the_bot"](sandbox)
    assert capsys.readouterr().out == "ben is not offered /read there\n"
