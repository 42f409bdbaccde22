"""The real program in a real terminal, and in a pipe that closes."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox.models import ScriptedModel, ScriptedModels
from tests.stack import ROOT
from tests.tinyllm.cli.terminal import CTRL_C, ENTER, terminal

BIG = ScriptedModel("big:1b", size=4_000_000_000)


@pytest.fixture
async def server() -> AsyncIterator[ScriptedModels]:
    async with ScriptedModels(models=[ScriptedModel("qwen3:8b")], catalogue=[BIG]) as running:
        yield running


@pytest.fixture
def environment(server: ScriptedModels, migrated: bytes, tmp_path: Path) -> dict[str, str]:
    (tmp_path / "tinyllm.db").write_bytes(migrated)
    return {"OLLAMA_HOST": server.url, "TINYLLM_HOME": str(tmp_path)}


async def in_pipes(*arguments: str | bytes, environment: dict[str, str], folder: Path) -> asyncio.subprocess.Process:
    """The program with a pipe at stdout and stderr each."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tinyllm",
        *arguments,
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_a_terminal_gets_a_table_and_no_order_of_the_servers(
    environment: dict[str, str], server: ScriptedModels, tmp_path: Path
) -> None:
    server.install(ScriptedModel("\x1b]0;owned\x07\x1b[31m[bold]evil[/bold]"))
    async with terminal("models", "list", environment=environment, folder=tmp_path, columns=140) as seen:
        assert await seen.ended() == 0
    assert seen.lines[1].startswith("┃ Model")
    assert seen.lines[3].startswith("│ �]0;owned��[31m[bold]evil[/bold]:latest (default) │")
    assert seen.lines[4].startswith("│ qwen3:8b ")
    assert "Aliases:" in seen.lines
    assert b"owned\x07" not in seen.raw
    assert b"\x1b[31m" not in seen.raw


async def test_colours_are_left_out_where_nobody_wants_them(environment: dict[str, str], tmp_path: Path) -> None:
    async with terminal("tiers", environment={**environment, "NO_COLOR": "1"}, folder=tmp_path, columns=60) as seen:
        assert await seen.ended() == 0
    assert b"\x1b[3" not in seen.raw
    assert max(map(len, seen.lines)) <= 60


async def test_ctrl_c_stops_a_download_at_the_server(
    environment: dict[str, str], server: ScriptedModels, tmp_path: Path
) -> None:
    server.hold(after=3)
    async with terminal("models", "pull", "big:1b", environment=environment, folder=tmp_path) as seen:
        await seen.shows("0.8/4.0 GB")
        seen.press(CTRL_C)
        assert await seen.ended() == 1
    await server.until(lambda running: running.requests[-1].outcome == "client left")
    assert seen.lines[-1] == "The download was stopped. Pull it again, and it goes on where it stopped."
    assert seen.text.count("0.8/4.0 GB") == 1  # the bar is drawn once


async def test_the_bar_of_a_download_that_goes_on_begins_where_it_is(
    environment: dict[str, str], tmp_path: Path
) -> None:
    going_on = asyncio.Event()

    async def pull(request: web.Request) -> web.StreamResponse:
        layer = {"status": "pulling 0123", "digest": "sha256:0123", "total": 1_000_000_000}
        response = web.StreamResponse()
        await response.prepare(request)
        for step in ({}, {"completed": 600_000_000}):
            await response.write(orjson.dumps(layer | step) + b"\n")
        await going_on.wait()
        for last in ({**layer, "completed": 2**63 - 1}, {"status": "success"}):
            await response.write(orjson.dumps(last) + b"\n")
        return response

    app = web.Application()
    app.router.add_post("/api/pull", pull)
    async with (
        TestServer(app) as other,
        terminal(
            "models",
            "pull",
            "m",
            environment={**environment, "OLLAMA_HOST": str(other.make_url(""))},
            folder=tmp_path,
        ) as seen,
    ):
        await seen.shows("0.6/1.0 GB")
        bar = next(line for line in seen.lines if "0.6/1.0" in line)
        assert bar.startswith("pulling 0123 ━━")
        assert bar.endswith("GB ? -:--:--")  # what was there before has no speed
        going_on.set()
        assert await seen.ended() == 0
    assert "1.0/1.0 GB" in seen.text
    assert seen.lines[-1] == "Installed m."


@pytest.mark.parametrize(("answer", "status", "is_gone"), [("y", 0, True), (CTRL_C, 1, False), ("", 1, False)])
async def test_a_person_is_asked_before_a_model_is_removed(
    environment: dict[str, str], server: ScriptedModels, tmp_path: Path, answer: str, status: int, is_gone: bool
) -> None:
    async with terminal("models", "remove", "large", environment=environment, folder=tmp_path) as seen:
        await seen.shows("Remove qwen3:8b? [y/N]:")
        assert "qwen3:8b will be deleted from the model server: 700 MB." in seen.lines
        seen.press(answer + ENTER)
        assert await seen.ended() == status
    assert any(request.method == "DELETE" for request in server.requests) is is_gone


async def test_a_reader_that_has_read_enough_is_no_error(environment: dict[str, str], tmp_path: Path) -> None:
    process = await in_pipes("models", "list", environment=environment, folder=tmp_path)
    assert process.stdout is not None
    process.stdout._transport.close()  # type: ignore[attr-defined]
    _, err = await process.communicate()
    assert (process.returncode, err) == (1, b"")


async def test_bytes_that_are_no_text_and_a_terminal_that_knows_no_quotes(
    environment: dict[str, str], tmp_path: Path
) -> None:
    plain = {**environment, "PYTHONIOENCODING": "latin-1"}
    process = await in_pipes("models", "info", b"\xff\xfe\x1b[31m", environment=plain, folder=tmp_path)
    out, err = await process.communicate()
    assert (process.returncode, out) == (1, b"")
    assert err == b"????[31m? is not an installed model. Closest: qwen3:8b.\n"
