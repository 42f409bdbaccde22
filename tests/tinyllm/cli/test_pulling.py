from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import orjson
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox.models import DEFAULT_CATALOGUE, Fault, ScriptedModels
from tests.tinyllm.cli.shell import Shell


@pytest.fixture
async def server() -> AsyncIterator[ScriptedModels]:
    async with ScriptedModels(catalogue=DEFAULT_CATALOGUE) as running:
        yield running


@asynccontextmanager
async def saying(steps: Sequence[object]) -> AsyncIterator[str]:
    """A server that answers every pull with these lines; its address."""

    async def pull(_: web.Request) -> web.Response:
        return web.Response(body=b"".join(orjson.dumps(step) + b"\n" for step in steps))

    app = web.Application()
    app.router.add_post("/api/pull", pull)
    async with TestServer(app) as running:
        yield str(running.make_url(""))


async def test_a_pull_in_a_pipe_is_a_line_for_each_change(tinyllm: Shell) -> None:
    said = await tinyllm("models", "pull", "qwen3:14b")
    assert (said.status, said.err) == (0, "")
    assert said.lines[:2] == ["Pulling qwen3:14b ...", "pulling manifest"]
    assert said.lines[2].startswith("pulling ")
    assert said.lines[2].endswith(" (9.3 GB, 10% is there)")
    assert said.lines[3:] == ["verifying sha256 digest", "writing manifest", "Installed qwen3:14b."]


async def test_an_alias_pulls_what_it_stands_for(tinyllm: Shell, server: ScriptedModels) -> None:
    said = await tinyllm("models", "pull", "Judge")
    assert said.lines[0] == "Pulling qwen3:14b, which Judge stands for ..."
    assert said.lines[-1] == "Installed qwen3:14b."
    assert [request.model for request in server.requests if request.path == "/api/pull"] == ["qwen3:14b"]


async def test_the_name_that_is_said_is_the_installed_one(tinyllm: Shell) -> None:
    assert (await tinyllm("models", "pull", "tiny")).lines[-1] == "Installed tinyllama:latest."


async def test_a_pull_as_json_is_an_object_a_line(tinyllm: Shell) -> None:
    said = await tinyllm("models", "pull", "judge", "--json")
    steps = [orjson.loads(line) for line in said.lines]
    assert steps[0] == {"status": "pulling manifest"}
    layer = [step for step in steps if "digest" in step]
    assert [step["completed"] for step in layer] == [9_276_198_565 * tenth // 10 for tenth in range(1, 11)]
    assert steps[-2:] == [{"status": "success"}, {"status": "installed", "model": "qwen3:14b"}]


@pytest.mark.parametrize("options", [[], ["--json"]])
async def test_what_does_not_exist_is_told_although_the_server_said_200(tinyllm: Shell, options: list[str]) -> None:
    said = await tinyllm("models", "pull", "nope", *options)
    assert said.status == 1
    assert said.err == (
        "“nope” could not be downloaded. The model server reported an error: pull model manifest: "
        "file does not exist. Is the name right?\n"
    )


async def test_a_download_that_breaks_off_says_that_it_can_be_taken_up_again(
    tinyllm: Shell, server: ScriptedModels
) -> None:
    server.fault(Fault.CUT, "/api/pull", after=4)
    said = await tinyllm("models", "pull", "judge")
    assert said.status == 1
    assert said.err.endswith("Pull it again: the download goes on where it stopped.\n")


async def test_what_cannot_be_a_name_is_not_asked_for(tinyllm: Shell, server: ScriptedModels) -> None:
    for name in ("", "two words", "x" * 301):
        said = await tinyllm("models", "pull", name)
        assert said.status == 1
        assert said.err.endswith("cannot be the name of a model; an example: qwen2.5:7b\n")
    assert [request.path for request in server.requests] == []


async def test_a_server_that_means_ill_cannot_draw_on_the_terminal(
    tinyllm: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = [
        {"status": "\x1b[2Jpulling [bold]\n\x9b31m" + "x" * 100_000},
        {"status": "pulling", "digest": "\x1b[2J", "completed": 2**63 - 1, "total": -3},
        {"status": "pulling", "digest": "d", "completed": -7, "total": 2},
        {"status": 7, "digest": 8, "total": "many"},
        {"status": "success"},
    ]
    async with saying(steps) as address:
        monkeypatch.setenv("OLLAMA_HOST", address)
        for options in ([], ["--json"]):
            said = await tinyllm("models", "pull", "medium", *options)
            assert said.status == 0
            assert not {character for character in said.out if not character.isprintable()} - {"\n"}
