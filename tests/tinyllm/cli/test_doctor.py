import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import metadata
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from sandbox.models import DEFAULT_MODELS, ScriptedModels
from tests.cast import write_cast
from tests.tinyllm.cli.shell import Said, Shell
from tinyllm import __version__
from tinyllm.cli.diagnosis import masked
from tinyllm.serve.catalogue import CATALOGUE
from tinyllm.serve.server import ModelServer
from tinyllm.settings import BotSettings, environment_name
from tinyllm.storage.database import newest_revision

TOKEN = "MTk4NjIyNDgzNDcxOTI1MjQ4.Cl2FMQ.ZnCjm1XVW7vRze4b7Cq4se7kKWs"
AS_ROOT = pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")


@asynccontextmanager
async def discord(status: int, body: object = None) -> AsyncIterator[str]:
    """A Discord that says this of any token; the address of its API."""

    async def me(request: web.Request) -> web.Response:
        assert request.headers["Authorization"] == f"Bot {TOKEN}"
        return web.json_response(body, status=status)

    app = web.Application()
    app.router.add_get("/api/v10/users/@me", me)
    async with TestServer(app) as running:
        yield str(running.make_url("/api"))


def line(said: Said, name: str) -> str:
    """The line about one thing."""
    return next(line for line in said.lines if name in line)


def remedy(said: Said, name: str) -> str:
    """What the line below it says."""
    place = next(number for number, line in enumerate(said.lines) if name in line)
    return said.lines[place + 1].strip()


async def test_all_is_well_with_a_note_about_the_token(tinyllm: Shell, server: ScriptedModels) -> None:
    said = await tinyllm("doctor")
    assert (said.status, said.err, said.lines[-1]) == (0, "", "All is well.")
    for name, field in BotSettings.model_fields.items():
        assert any(line.startswith(f"{environment_name(name, field)} ") for line in said.lines)
    assert line(said, "OLLAMA_HOST").split() == ["OLLAMA_HOST", server.url, "environment"]
    assert line(said, "TINYLLM_MAX_PARALLEL").split() == ["TINYLLM_MAX_PARALLEL", "2", "default"]
    assert line(said, "TINYLLM_HOME  ").startswith("TINYLLM_HOME ")
    assert line(said, "database  ").startswith("ok    database")
    assert f"opens and can be written, revision {newest_revision()}" in line(said, "database  ")
    assert "version 0.33.0, 7 models, 6 can chat" in line(said, f"model server {server.url}")
    assert line(said, "Discord token").startswith("note  Discord token")
    assert remedy(said, "Discord token").startswith("-> For the bot: make an application at https://discord.com/")


async def test_the_doctor_as_json(tinyllm: Shell, server: ScriptedModels) -> None:
    told = (await tinyllm("doctor", "--json")).json
    assert told["status"] == "ok"
    assert {"name": "DISCORD_TOKEN", "value": "not set", "source": "default", "problem": None} in told["settings"]
    named = {check["name"]: check["status"] for check in told["checks"]}
    assert list(named)[3:] == [
        f"model server {server.url}",
        "engine of tinyllm serve",
        "model smollm2:135m",
        "Discord token",
    ]
    assert set(named.values()) == {"ok", "note"}
    assert set(told["checks"][0]) == {"name", "status", "detail", "remedy"}


async def test_every_wrong_setting_is_told_and_the_rest_is_looked_at_all_the_same(
    tinyllm: Shell, server: ScriptedModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINYLLM_MAX_PARALLEL", "0")
    monkeypatch.setenv("TINYLLM_KEEP_ALIVE", "soon")
    monkeypatch.setenv("TINYLLM_LOG_LEVL", "debug")
    monkeypatch.setenv("DISCORD_TOKEN", "two words")
    said = await tinyllm("doctor")
    assert (said.status, said.lines[-1]) == (1, "3 things are wrong.")
    assert line(said, "TINYLLM_KEEP_ALIVE ").split() == ["TINYLLM_KEEP_ALIVE", "wrong", "environment"]
    assert "wrong  TINYLLM_MAX_PARALLEL is set wrongly: " in said.out
    assert "An example: TINYLLM_MAX_PARALLEL=4" in said.out
    assert "two words" not in said.out
    assert "TINYLLM_LOG_LEVL is no setting and has no effect. Is TINYLLM_LOG_LEVEL meant?" in said.out
    assert "version 0.33.0" in line(said, f"model server {server.url}")
    assert "can be written" in line(said, "database  ")


async def test_an_address_that_is_wrong_is_told(tinyllm: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "ftp://x")
    monkeypatch.setenv("TINYLLM_CONNECT_TIMEOUT", "0.05")
    said = await tinyllm("doctor")
    assert said.status == 1
    assert "An example: OLLAMA_HOST=gpu-box:11434" in said.out


async def test_secrets_are_never_shown(tinyllm: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://me:se/cr@et@127.0.0.1:1/x?password=hidden")
    async with discord(200, {"username": f"Tiny\x1b[2J{TOKEN}"}) as api:
        monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
        monkeypatch.setenv("TINYLLM_DISCORD_API", api)
        for options in ([], ["--json"]):
            said = await tinyllm("doctor", *options)
            assert said.status == 1  # that database
            assert not [secret for secret in (TOKEN, "se/cr", "cr@et", "hidden") if secret in said.out + said.err]
            assert "valid: the bot is called Tiny" in said.out
            assert "\x1b" not in said.out


@pytest.mark.parametrize(
    ("status", "told", "to_do"),
    [
        (401, "Discord refuses it", "-> Reset it at https://discord.com/developers/applications under Bot"),
        (503, "Discord answered 503", "-> Try again in a minute."),
    ],
)
async def test_a_token_that_is_not_accepted(
    tinyllm: Shell, monkeypatch: pytest.MonkeyPatch, status: int, told: str, to_do: str
) -> None:
    async with discord(status) as api:
        monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
        monkeypatch.setenv("TINYLLM_DISCORD_API", api)
        said = await tinyllm("doctor")
    assert said.status == 1
    assert line(said, "Discord token").startswith("wrong  Discord token ")
    assert line(said, "Discord token").endswith(f" {told}")
    assert remedy(said, "Discord token").startswith(to_do)


async def test_a_discord_that_cannot_be_reached(
    tinyllm: Shell, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    monkeypatch.setenv("DISCORD_TOKEN", TOKEN)
    monkeypatch.setenv("TINYLLM_DISCORD_API", f"http://127.0.0.1:{unused_tcp_port}")
    said = await tinyllm("doctor")
    assert said.status == 1
    assert f"Discord cannot be reached at http://127.0.0.1:{unused_tcp_port}/v10 (ConnectError)" in said.out


async def test_the_file_counts_and_is_checked(tinyllm: Shell, tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("TINYLLM_MAX_PARALLEL=4\nTINYLLM_HOMES=/x\nthis is nothing\n")
    said = await tinyllm("doctor")
    assert line(said, "TINYLLM_MAX_PARALLEL").split() == ["TINYLLM_MAX_PARALLEL", "4", ".env"]
    assert "Is TINYLLM_HOME meant?" in said.out
    assert "line 3 is no NAME=value and has no effect" in line(said, "file .env")
    file.write_text("DISCORD_TOKEN=two words\n")
    file.chmod(0o644)
    said = await tinyllm("doctor")
    assert remedy(said, "file .env") == "-> chmod 600 .env"
    file.write_text("DISCORD_TOKEN=\n")
    assert line(await tinyllm("doctor"), "file .env").endswith(" 1 settings")


async def test_a_file_that_cannot_be_read_is_left_out(tinyllm: Shell, tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"TINYLLM_MAX_PARALLEL=\xff\xfe\n")
    said = await tinyllm("doctor")
    assert said.status == 1
    assert "it is no text in UTF-8; it was left out here" in line(said, "file .env")
    assert line(said, "TINYLLM_MAX_PARALLEL").split()[-1] == "default"


async def test_a_database_that_cannot_be_used_has_its_remedy(
    tinyllm: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TINYLLM_HOME", str(tmp_path / "file" / "below"))
    said = await tinyllm("doctor")
    assert (said.status, said.lines[-1]) == (1, "2 things are wrong.")
    assert line(said, "TINYLLM_HOME   ").startswith("TINYLLM_HOME")
    assert "cannot be made" in line(said, "database  ")
    assert remedy(said, "database  ").startswith("-> Make its folder and file yours")


@AS_ROOT
async def test_a_folder_that_cannot_be_written(tinyllm: Shell) -> None:
    tinyllm.home.chmod(0o500)
    said = await tinyllm("doctor")
    tinyllm.home.chmod(0o700)
    assert f"nothing can be written to {tinyllm.home}: Permission denied" in said.out


async def test_a_server_without_a_chat_model(tinyllm: Shell, server: ScriptedModels) -> None:
    for model in DEFAULT_MODELS:
        if model.can("completion"):
            server.remove(model.name)
    said = await tinyllm("doctor")
    assert said.status == 1
    assert remedy(said, f"model server {server.url}") == "-> Install a model: tinyllm models pull qwen2.5:3b"


async def test_a_server_that_is_down(tinyllm: Shell, server: ScriptedModels) -> None:
    server.down()
    said = await tinyllm("doctor")
    assert (said.status, said.lines[-1]) == (1, "1 thing is wrong.")
    assert "Is it running? Ollama starts with `ollama serve`." in said.out


# Without Ollama


async def test_the_server_of_the_box_is_called_that(
    tinyllm: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write_cast(tmp_path, "tiny-a")
    async with ModelServer(tmp_path, packages=False) as server:
        monkeypatch.setenv("OLLAMA_HOST", server.url)
        said = await tinyllm("doctor")
        assert f"tinyllm serve {__version__}, 1 model, 1 can chat" in line(said, f"model server {server.url}")
        (tmp_path / "tiny-a.gguf").unlink()
        said = await tinyllm("doctor")
        assert remedy(said, f"model server {server.url}") == "-> Install a model: tinyllm models pull smollm2:135m"


async def test_what_a_server_of_the_box_needs_is_there_or_how_to_get_it_is_told(
    tinyllm: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = await tinyllm("doctor")
    assert f"llama.cpp is installed (xllamacpp {metadata.version('xllamacpp')})" in line(
        said, "engine of tinyllm serve"
    )

    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    monkeypatch.setattr(metadata, "distributions", lambda **_: ())
    said = await tinyllm("doctor")
    assert (said.status, said.lines[-1]) == (0, "All is well.")
    assert line(said, "engine of tinyllm serve").startswith("note  ")
    assert remedy(said, "engine of tinyllm serve") == "-> pip install 'tinyllm[embedded]'"
    assert line(said, "model smollm2:135m").startswith("note  ")
    assert remedy(said, "model smollm2:135m") == "-> tinyllm chat --serve -m smollm2:135m"


async def test_an_engine_that_cannot_be_loaded_is_wrong(
    tinyllm: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "xllamacpp.py").write_text("raise ImportError('libgomp.so.1: cannot open shared object file')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    said = await tinyllm("doctor")
    assert said.status == 1
    assert "cannot be loaded: ImportError: libgomp.so.1: cannot open" in line(said, "engine of tinyllm serve")
    assert remedy(said, "engine of tinyllm serve") == "-> On Debian it needs libgomp1."


async def test_a_small_model_that_is_broken_is_wrong(tinyllm: Shell) -> None:
    (known,) = CATALOGUE
    (tinyllm.home / "models").mkdir()
    with (tinyllm.home / "models" / known.file).open("wb") as file:
        file.truncate(known.size)
    said = await tinyllm("doctor")
    assert said.status == 1
    assert "cannot be used: It is no GGUF file" in line(said, "model smollm2:135m")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("http://127.0.0.1:11434", "http://127.0.0.1:11434"),
        ("postgresql://me:a/b@c@host/x", "postgresql://…@host/x"),
        ("postgresql://host/x?user=me&password=abc&ssl=1", "postgresql://host/x?user=me&password=…&ssl=1"),
        ("https://host/?api_key=abc", "https://host/?api_key=…"),
    ],
)
def test_what_may_be_a_secret_is_masked(text: str, shown: str) -> None:
    assert masked(text) == shown
