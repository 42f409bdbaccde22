"""`python -m sandbox` as a process."""

import asyncio
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from sandbox.__main__ import main
from sandbox.actor import Person
from tests.sandbox.raw import soon


@asynccontextmanager
async def _process(*arguments: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, dict[str, str]]]:
    """The process, and the addresses that it prints."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", *arguments, stdout=pipe, stderr=pipe
    )
    try:
        assert process.stdout is not None
        lines = [(await soon(process.stdout.readline())).decode().split() for _ in range(4)]
        yield process, dict(lines)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_it_prints_its_addresses_and_ends_cleanly(number: signal.Signals) -> None:
    async with _process("--port", "0", "--token", "t") as (process, printed):
        assert printed["api"] == printed["sandbox"] + "/api"
        assert printed["gateway"] == printed["sandbox"].replace("http", "ws") + "/gateway"
        assert printed["token"] == "t"
        async with Person.join(printed["sandbox"], "ada") as ada:
            await ada.say("general", "hello from another process")
            process.send_signal(number)
            assert await soon(process.wait()) == 0


async def test_it_takes_another_port_if_the_wanted_one_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        async with _process("--port", str(port)) as (process, printed):
            assert not printed["sandbox"].endswith(f":{port}")
            process.terminate()
            _, errors = await soon(process.communicate())
            assert f"port {port} cannot be used" in errors.decode()


@pytest.mark.parametrize(("arguments", "on"), [([], True), (["--no-limits"], False)], ids=["as on Discord", "without"])
async def test_the_rate_limits_can_be_left_out(arguments: list[str], on: bool) -> None:
    async with (
        _process("--port", "0", *arguments) as (_, printed),
        aiohttp.ClientSession() as http,
        http.get(f"{printed['sandbox']}/sandbox/limits") as response,
    ):
        assert await response.json() == {"on": on, "refused": []}


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["--world", "nowhere"], 1, "There is no world 'nowhere'"),
        (["--intents", "everything"], 2, "'everything' is not one of members, presences, message-content"),
        (["--port", "many"], 2, "'many' is no port"),
    ],
)
async def test_wrong_usage_is_told_in_a_sentence(arguments: list[str], status: int, said: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    _, errors = await soon(process.communicate())
    assert process.returncode == status
    assert said in errors.decode()
    assert "Traceback" not in errors.decode()


async def test_it_goes_on_with_what_its_folder_holds(tmp_path: Path) -> None:
    for text in ("first", "second"):
        async with _process("--port", "0", "--data", str(tmp_path), "--intents", "all", "--bot", "Robo") as (
            process,
            printed,
        ):
            async with Person.join(printed["sandbox"], "ada") as ada:
                await ada.say("general", text)
                said = [message.content for message in await ada.history("general")]
            process.terminate()
            assert await soon(process.wait()) == 0
    assert said == ["first", "second"]


@pytest.mark.parametrize("port", ["65536", "-1", "x"])
def test_what_is_no_port_is_a_wrong_usage(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([f"--port={port}"])
    assert ended.value.code == 2
    assert f"'{port}' is no port" in capsys.readouterr().err
