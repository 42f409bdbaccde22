"""The bot's lives: starting, being stopped, being killed, and starting again."""

from __future__ import annotations

import asyncio
import socket
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import orjson
import pytest

from sandbox import Sandbox
from sandbox.actor import Person
from sandbox.models import ScriptedModels
from tests.stack import BotProcess, bot_process, environment
from tests.whole.conftest import Stack, says


async def test_after_sigkill_models_and_memories_are_still_there(stack: Stack) -> None:
    await stack.ada.run("/model", "general", name="large")
    await stack.ada.run("/model", "random", name="fast")
    await stack.ask("general", "my cat is called Schrödinger")
    await stack.ask("random", "my dog is called Pavlov")
    await stack.bot.kill()
    await stack.sandbox.until_alone()
    await stack.bot.start()
    await stack.sandbox.until_connected()

    assert "qwen3:8b · " in (await stack.ask("general", "what is it called?")).content
    assert stack.given()[0] == "ada: my cat is called Schrödinger"
    assert "qwen2.5:0.5b · " in (await stack.ask("random", "what is it called?")).content
    assert stack.given()[0] == "ada: my dog is called Pavlov"


async def test_the_health_of_models_is_in_the_database_at_the_end_and_survives(stack: Stack) -> None:
    await stack.ask("general", "hello")
    assert await stack.bot.stop() == 0
    with closing(sqlite3.connect(stack.bot.database)) as connection:
        rows = connection.execute("SELECT model, total_requests, failed_requests FROM model_health").fetchall()
    assert rows == [("qwen2.5:3b", 1, 0)]

    await stack.sandbox.until_alone()
    await stack.bot.start()
    await stack.sandbox.until_connected()
    await stack.ask("general", "hello again")
    assert "**Requests:** 2, of which 0 failed" in (await stack.ada.run("/modelinfo", "general")).content


async def test_commands_are_registered_once_and_not_again_at_the_next_start(stack: Stack) -> None:
    await stack.bot.stop()
    await stack.sandbox.until_alone()
    await stack.bot.start()
    await stack.sandbox.until_connected()

    assert stack.sent("PUT", "/commands") == 1
    assert stack.sent("GET", "/commands") == 2


@pytest.mark.parametrize("settings", [{"TINYLLM_DEFAULT_MODEL": "medium"}])
async def test_sigterm_lets_a_running_answer_finish(stack: Stack) -> None:
    stack.models.hold(after=2)
    await stack.ada.say("general", "@TinyLLM count to 5")
    await stack.ada.wait_for("general", lambda message: message.content.startswith("1"))
    stopping = asyncio.create_task(stack.bot.stop())
    stack.models.release()

    assert await stopping == 0
    assert (await stack.ada.history("general"))[-1].content.startswith("1, 2, 3, 4, 5\n-# qwen2.5:3b · ")


async def test_sigterm_marks_an_answer_that_does_not_finish_and_keeps_it(stack: Stack) -> None:
    stack.models.hold(after=2)
    await stack.ada.say("general", "@TinyLLM count to 5")
    await stack.ada.wait_for("general", lambda message: message.content.startswith("1, 2"))
    assert await stack.bot.stop() == 0

    interrupted = (await stack.ada.history("general"))[-1]
    assert interrupted.content.startswith("1, 2,\n-# ⚠ Interrupted, because I am being restarted.")
    with closing(sqlite3.connect(stack.bot.database)) as connection:
        rows = connection.execute("SELECT role, text, state FROM turns ORDER BY id").fetchall()
    assert rows == [("user", "count to 5", "done"), ("assistant", "1, 2,", "interrupted")]


async def test_when_discord_ends_the_connection_for_good_a_running_answer_is_finished_first(stack: Stack) -> None:
    stack.models.hold(after=2)
    await stack.ada.say("general", "@TinyLLM count to 5")
    await stack.ada.wait_for("general", lambda message: message.content.startswith("1"))
    stack.sandbox.gateway_faults.close(4004)
    await stack.sandbox.until_alone()
    stack.models.release()

    assert await stack.bot.wait() == 1
    assert (await stack.ada.history("general"))[-1].content.startswith("1, 2, 3, 4, 5\n-# qwen2.5:3b · ")
    assert "Discord has closed the connection for good" in stack.bot.log


async def test_it_starts_while_the_model_server_is_down_and_recovers_by_itself(tmp_path: Path) -> None:
    async with Sandbox() as sandbox, ScriptedModels(port=0) as models, Person.join(sandbox.url, "ada") as ada:
        models.down()
        addresses = {"api": sandbox.api, "gateway": sandbox.gateway, "token": sandbox.token, "ollama": models.url}
        async with bot_process(tmp_path, **addresses) as bot:
            await sandbox.until_connected()
            await ada.say("general", "@TinyLLM hello")
            refused = await ada.wait_for("general", says("⚠"))
            await models.up()
            await ada.say("general", "@TinyLLM and now?")
            answer = await ada.wait_for("general", says(" tok/s"))
            assert await bot.stop() == 0

    assert "cannot be reached (connection refused)" in refused.content
    assert "qwen3:8b · " in answer.content  # nothing is chosen, so the biggest one


@pytest.mark.parametrize(
    ("settings", "status", "sentence"),
    [
        pytest.param({"DISCORD_TOKEN": ""}, 2, "DISCORD_TOKEN is missing.", id="no token"),
        pytest.param({"DISCORD_TOKEN": "not the one"}, 2, "DISCORD_TOKEN is set wrongly", id="a token with spaces"),
        pytest.param({"DISCORD_TOKEN": "s3cret-wrong"}, 1, "Discord refuses the DISCORD_TOKEN.", id="a wrong token"),
        pytest.param({"TINYLLM_IDLE_TIMEOUT": "soon"}, 2, "TINYLLM_IDLE_TIMEOUT is set wrongly", id="no number"),
        pytest.param({"OLLAMA_HOST": "ftp://box"}, 2, "OLLAMA_HOST is set wrongly", id="no address of a model server"),
        pytest.param({"TINYLLM_DISCORD_API": "http://127.0.0.1:9"}, 1, "(Connection refused)", id="no Discord"),
        pytest.param({"DATABASE_URL": "sqlite+aiosqlite:////proc/no/db"}, 1, "cannot be", id="no place for a database"),
        pytest.param({"DATABASE_URL": "s3cret-nonsense"}, 1, "DATABASE_URL is no database URL", id="no database URL"),
    ],
)
async def test_a_wrong_setting_stops_the_start_with_a_sentence_that_names_it(
    tmp_path: Path, settings: dict[str, str], status: int, sentence: str
) -> None:
    async with Sandbox() as sandbox:
        addresses = {"api": sandbox.api, "gateway": sandbox.gateway, "token": sandbox.token, "ollama": "127.0.0.1:9"}
        bot = BotProcess(tmp_path, environment(**addresses, **settings))
        await bot.start()
        assert await bot.wait() == status

    assert sentence in bot.log
    assert "Traceback" not in bot.log
    assert "s3cret" not in bot.log


async def test_it_waits_for_a_gateway_that_is_not_there_at_the_start(tmp_path: Path) -> None:
    async with Sandbox() as sandbox, ScriptedModels(port=0) as models:
        port = free_port()
        gateway = f"ws://127.0.0.1:{port}/gateway"
        async with bot_process(
            tmp_path, api=sandbox.api, gateway=gateway, token=sandbox.token, ollama=models.url
        ) as bot:
            while "gateway cannot be reached; trying again" not in bot.log:
                assert bot.runs, bot.log
                await asyncio.sleep(0.05)  # the log is all that tells
            async with forwarding(port, sandbox):
                await sandbox.until_connected()
                assert await bot.stop() == 0
            assert "Traceback" not in bot.log


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@asynccontextmanager
async def forwarding(port: int, sandbox: Sandbox) -> AsyncIterator[None]:
    """Whoever connects to the port talks to the sandbox."""
    to = int(sandbox.url.rpartition(":")[2])

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", to)
        await asyncio.gather(pump(reader, back), pump(there, writer), return_exceptions=True)

    server = await asyncio.start_server(serve, "127.0.0.1", port)
    try:
        yield
    finally:
        server.close()


@pytest.mark.parametrize("settings", [{"TINYLLM_LOG_LEVEL": "debug", "TINYLLM_LOG_FORMAT": "json"}])
async def test_the_token_is_in_no_log_however_much_is_logged(stack: Stack) -> None:
    await stack.ask("general", "hello")
    assert await stack.bot.stop() == 0

    lines = [orjson.loads(line) for line in stack.bot.log.splitlines()]
    assert {line["level"] for line in lines} >= {"debug", "info"}
    assert stack.sandbox.token not in stack.bot.log
