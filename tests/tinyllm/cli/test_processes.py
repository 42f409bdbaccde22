"""The real program in a real terminal, and in a pipe that closes."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox.models import ScriptedModel, ScriptedModels
from tests.tinyllm.cli.terminal import CTRL_C, environment, piped, terminal

BIG = ScriptedModel("big:1b", size=4_000_000_000)


@pytest.fixture
async def server() -> AsyncIterator[ScriptedModels]:
    async with ScriptedModels(models=[ScriptedModel("qwen3:8b")], catalogue=[BIG]) as running:
        yield running


async def test_a_terminal_gets_a_table_and_no_order_of_the_servers(server: ScriptedModels, home: Path) -> None:
    server.install(ScriptedModel("\x1b]0;owned\x07\x1b[31m[bold]evil[/bold]"))
    async with terminal("models", "list", home=home, models=server.url, columns=140) as seen:
        assert await seen.ended() == 0
    assert seen.lines[1].startswith("┃ Model")
    assert seen.lines[3].startswith("│ �]0;owned��[31m[bold]evil[/bold]:latest (default) │")
    assert seen.lines[4].startswith("│ qwen3:8b ")
    assert "Aliases:" in seen.lines
    assert b"owned\x07" not in seen.raw
    assert b"\x1b[31m" not in seen.raw


async def test_colours_are_left_out_where_nobody_wants_them(server: ScriptedModels, home: Path) -> None:
    async with terminal("tiers", home=home, models=server.url, columns=60, NO_COLOR="1") as seen:
        assert await seen.ended() == 0
    assert b"\x1b[3" not in seen.raw
    assert max(map(len, seen.lines)) <= 60


async def test_ctrl_c_stops_a_download_at_the_server(server: ScriptedModels, home: Path) -> None:
    server.hold(after=3)
    async with terminal("models", "pull", "big:1b", home=home, models=server.url) as seen:
        await seen.until("0.8/4.0 GB")
        seen.type(CTRL_C)
        assert await seen.ended() == 1
    await server.until(lambda running: running.requests[-1].outcome == "client left")
    assert seen.text.splitlines()[-1] == "The download was stopped. Pull it again, and it goes on where it stopped."
    assert seen.text.count("0.8/4.0 GB") == 1  # the bar is drawn once


async def test_the_bar_of_a_download_that_goes_on_begins_where_it_is(server: ScriptedModels, home: Path) -> None:
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
            home=home,
            models=str(other.make_url("")),
        ) as seen,
    ):
        await seen.until("0.6/1.0 GB")
        bar = next(line for line in seen.lines if "0.6/1.0" in line)
        assert bar.startswith("pulling 0123 ━━")
        assert bar.endswith("GB ? -:--:--")  # what was there before has no speed
        going_on.set()
        assert await seen.ended() == 0
    assert "1.0/1.0 GB" in seen.text
    assert seen.text.splitlines()[-1] == "Installed m."


@pytest.mark.parametrize(("answer", "status", "is_gone"), [("y", 0, True), (CTRL_C, 1, False), ("", 1, False)])
async def test_a_person_is_asked_before_a_model_is_removed(
    server: ScriptedModels, home: Path, answer: str, status: int, is_gone: bool
) -> None:
    async with terminal("models", "remove", "large", home=home, models=server.url) as seen:
        await seen.until("Remove qwen3:8b? [y/N]:")
        assert "qwen3:8b will be deleted from the model server: 700 MB." in seen.lines
        seen.say(answer)
        assert await seen.ended() == status
    assert any(request.method == "DELETE" for request in server.requests) is is_gone


async def test_a_reader_that_has_read_enough_is_no_traceback(server: ScriptedModels, home: Path) -> None:
    reader = await asyncio.create_subprocess_exec(
        "sh",
        "-c",
        f"({sys.executable} -m tinyllm models list; echo ended with $? >&2) | true",
        env=environment(home, server.url),
        cwd=home,
        stderr=asyncio.subprocess.PIPE,
    )
    _, err = await reader.communicate()
    assert err in (b"ended with 1\n", b"ended with 0\n")  # it may be done before nobody listens any more


async def test_bytes_that_are_no_text_and_a_terminal_that_knows_no_quotes(server: ScriptedModels, home: Path) -> None:
    name = b"\xff\xfe\x1b[31m".decode("utf-8", "surrogateescape")
    ended = await piped("models", "info", name, home=home, models=server.url, PYTHONIOENCODING="latin-1")
    assert ended == (1, b"", "????[31m? is not an installed model. Closest: qwen3:8b.\n")
