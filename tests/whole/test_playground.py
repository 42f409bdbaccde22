"""`make try`: everything started with one command, and stopped with Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from sandbox.actor import Person
from sandbox.models import ScriptedModel, ScriptedModels
from tests.cast import write_cast
from tests.stack import ROOT
from tests.whole.conftest import is_done

PATIENCE = 60.0
"""Seconds that the very small model gets where many tests run side by side."""


class Playground:
    """The process, as somebody sees it who typed `make try`."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.printed = ""

    async def page(self) -> str:
        """The address that it invites to. Raises AssertionError if it ends before."""
        assert self.process.stdout is not None
        async with asyncio.timeout(60):
            while not (found := re.search(r"^  (http://\S+)$", self.printed, re.MULTILINE)):
                line = await self.process.stdout.readline()
                assert line, self.printed
                self.printed += line.decode()
        return found[1]

    async def ended(self) -> int:
        """Its exit status."""
        async with asyncio.timeout(30):
            out, err = await self.process.communicate()
        self.printed += out.decode() + err.decode()
        return self.process.returncode or 0

    async def interrupt(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return await self.ended()


@asynccontextmanager
async def playground(home: Path, *, port: int = 0, ollama: str = "127.0.0.1:1") -> AsyncIterator[Playground]:
    """Without a model server, unless one is named."""
    pipe = asyncio.subprocess.PIPE
    environment = {**os.environ, "OLLAMA_HOST": ollama}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.playground", "--home", str(home), "--port", str(port)),
        cwd=ROOT,
        env=environment,
        stdout=pipe,
        stderr=pipe,
    )
    try:
        yield Playground(process)
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGINT)
            await process.communicate()


def remembered(home: Path) -> list[tuple[str, str | None]]:
    """Who said something to the bot or answered: roles and models, oldest first."""
    with closing(sqlite3.connect(home / "bot" / "tinyllm.db")) as database:
        return database.execute("SELECT role, model FROM turns ORDER BY id").fetchall()


async def test_without_a_model_server_a_very_small_model_answers_and_a_second_start_goes_on(tmp_path: Path) -> None:
    async with playground(tmp_path) as trial, Person.join(await trial.page(), "ada") as ada:
        await ada.say("general", "@TinyLLM What is the capital of France? In one word, please.")
        first = await ada.wait_for("general", is_done, PATIENCE)
        assert await trial.interrupt() == 0
    assert "Models: smollm2:135m and smollm2:brief, run here by tinyllm serve, because no model" in trial.printed
    assert "A very small model: good for trying things out, and often wrong." in trial.printed
    assert f"That folder is {tmp_path / 'models'}." in trial.printed
    assert "-# smollm2:135m · " in first.content

    async with playground(tmp_path) as trial, Person.join(await trial.page(), "ada") as ada:
        assert any("capital of France" in message.content for message in await ada.history("general"))
        switched = await ada.run("/model", "general", name="fast")
        assert "Switched to `smollm2:brief` (`fast`)." in switched.content
        await ada.say("general", "@TinyLLM Are you sure?")
        answer = await ada.wait_for("general", is_done, PATIENCE)
        assert "-# smollm2:brief · " in answer.content
    small, brief = ("assistant", "smollm2:135m"), ("assistant", "smollm2:brief")
    assert remembered(tmp_path) == [("user", None), small, ("user", None), brief]


async def test_what_an_earlier_start_chose_from_other_models_is_passed_over(tmp_path: Path) -> None:
    async with (
        ScriptedModels(0, [ScriptedModel("mine:1b"), ScriptedModel("qwen3:8b")]) as models,
        playground(tmp_path, ollama=models.url) as trial,
        Person.join(await trial.page(), "ada") as ada,
    ):
        for channel, name in (("general", "mine:1b"), ("garden", "large")):
            await ada.run("/model", channel, name=name)
    async with playground(tmp_path) as trial, Person.join(await trial.page(), "ada") as ada:
        for channel in ("general", "garden"):
            await ada.say(channel, "@TinyLLM Hello!")
        chosen = await ada.wait_for("general", is_done, PATIENCE)
        alias = await ada.wait_for("garden", is_done, PATIENCE)

    assert "-# mine:1b is not installed, so smollm2:135m answers." in chosen.content
    assert "-# smollm2:135m · " in alias.content
    assert "not installed" not in alias.content


async def test_it_talks_to_the_persons_own_models_where_there_are_any(tmp_path: Path) -> None:
    async with (
        ScriptedModels(0, [ScriptedModel("mine:1b", answer="I am your own.")]) as models,
        playground(tmp_path, ollama=models.url) as trial,
        Person.join(await trial.page(), "ada") as ada,
    ):
        await ada.say("general", "@TinyLLM Who are you?")
        answer = await ada.wait_for("general", is_done)

    assert "I am your own." in answer.content
    assert f"Models: your own, at {models.url}." in trial.printed


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="the end of a process that is no child is told by Linux only")
async def test_killed_in_the_middle_of_an_answer_it_leaves_neither_the_bot_nor_an_engine(tmp_path: Path) -> None:
    (models := tmp_path / "models").mkdir()
    write_cast(models, "slow")
    async with playground(tmp_path) as trial, Person.join(await trial.page(), "ada") as ada:
        await ada.run("/model", "general", name="slow")
        await ada.say("general", "@TinyLLM Tick!")
        await ada.wait_for("general", lambda message: "tick" in message.content, PATIENCE)
        started = children(trial.process.pid)
        ends = [asyncio.create_task(ended(pid)) for pid in started]
        await asyncio.sleep(0)  # they are watched now
        trial.process.kill()
        async with asyncio.timeout(40):
            await asyncio.gather(*ends)

    assert len(started) >= 2


def children(pid: int) -> list[int]:
    """What a process has started, and still runs."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


async def ended(pid: int) -> None:
    """Until a process is gone that is no child of ours."""
    watched = os.pidfd_open(pid)
    gone = asyncio.Event()
    asyncio.get_running_loop().add_reader(watched, gone.set)
    try:
        await gone.wait()
    finally:
        asyncio.get_running_loop().remove_reader(watched)
        os.close(watched)


async def test_it_takes_another_port_and_says_so(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with playground(tmp_path, port=port) as trial:
            assert not (await trial.page()).endswith(f":{port}")
            assert f"Port {port} cannot be used" in trial.printed


async def test_one_folder_is_used_once_at_a_time(tmp_path: Path) -> None:
    async with playground(tmp_path) as first:
        await first.page()
        async with playground(tmp_path) as second:
            assert await second.ended() == 1
    assert "Another sandbox keeps its world in" in second.printed
    assert "Traceback" not in second.printed
