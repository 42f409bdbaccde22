"""`make try`: everything started with one command, and stopped with Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sandbox.actor import Person
from sandbox.models import ScriptedModel, ScriptedModels
from tests.stack import ROOT
from tests.whole.conftest import is_done


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


async def test_a_second_start_continues_the_first(tmp_path: Path) -> None:
    async with playground(tmp_path) as trial, Person.join(await trial.page(), "ada") as ada:
        await ada.say("general", "@TinyLLM My cat is called Schrödinger.")
        await ada.wait_for("general", is_done)
        assert await trial.interrupt() == 0
    assert "a scripted stand-in that runs no language model, because no model server answers" in trial.printed

    async with playground(tmp_path) as trial, Person.join(await trial.page(), "ada") as ada:
        assert any("Schrödinger" in message.content for message in await ada.history("general"))
        await ada.say("general", "@TinyLLM What is my cat called?")
        answer = await ada.wait_for("general", is_done)
        assert "2 earlier messages" in answer.content


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
