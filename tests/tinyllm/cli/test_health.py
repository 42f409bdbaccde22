import time

import pytest

from sandbox.models import DEFAULT_MODELS, Fault, ScriptedModels
from tests.tinyllm.cli.shell import Shell
from tinyllm.models.health import ModelHealth
from tinyllm.storage import HealthTable


async def counted(tinyllm: Shell, *health: ModelHealth) -> None:
    async with tinyllm.database() as database:
        await HealthTable(database).add(health)


async def test_everything_that_answers_is_a_line(tinyllm: Shell, server: ScriptedModels) -> None:
    await counted(tinyllm, ModelHealth("qwen2.5:3b", 20, 1, 2850.0, 2.0, "Timeout", time.time() - 7200))
    said = await tinyllm("health")
    assert (said.status, said.err) == (0, "")
    assert [line.split()[0] for line in said.lines[:-1]] == ["ok"] * 4
    assert said.lines[0].startswith(f"ok  model server {server.url}  ")
    assert said.lines[0].split("  ")[-1].strip() == "version 0.33.0, 7 models, 6 can chat"
    assert said.lines[1].split()[:2] == ["ok", "database"]
    assert said.lines[2].endswith("qwen3:8b: the biggest healthy model, since none was set.")
    error = "95.0% of 20 requests succeeded, 150 ms on average; last error 2 h ago: Timeout"
    assert said.lines[3].split(maxsplit=3) == ["ok", "model", "qwen2.5:3b", error]
    assert said.lines[4].startswith("healthy: 4 checks, ")


async def test_health_as_json(tinyllm: Shell, server: ScriptedModels) -> None:
    told = (await tinyllm("health", "--json")).json
    assert set(told) == {"status", "checks", "timestamp"}
    assert told["status"] == "healthy"
    assert told["timestamp"].endswith("+00:00")
    first, database, default = told["checks"]
    assert first.pop("ms") > 0
    assert first == {
        "name": f"model server {server.url}",
        "status": "healthy",
        "detail": "version 0.33.0, 7 models, 6 can chat",
    }
    assert (database["name"], database["status"]) == ("database", "healthy")
    assert default["detail"].startswith("qwen3:8b: ")


async def test_a_server_that_is_down_is_unhealthy(tinyllm: Shell, server: ScriptedModels) -> None:
    server.down()
    said = await tinyllm("health")
    assert said.status == 1
    assert [line.split()[0] for line in said.lines[:-1]] == ["failed", "ok", "failed"]
    assert "cannot be reached (connection refused)" in said.lines[0]
    assert said.lines[2].endswith("no model server answers")
    assert said.lines[-1].startswith("unhealthy: 2 of 3 checks failed, ")


async def test_a_database_that_cannot_be_opened_is_unhealthy(tinyllm: Shell) -> None:
    (tinyllm.home / "tinyllm.db").write_text("this is no database, and long enough to be looked at " * 100)
    told = await tinyllm("health", "--json")
    assert (told.status, told.json["status"]) == (1, "unhealthy")
    assert [check["status"] for check in told.json["checks"]] == ["healthy", "unhealthy"]
    assert "file is not a database" in told.json["checks"][1]["detail"]


async def test_a_model_that_failed_a_moment_ago_is_unhealthy(tinyllm: Shell) -> None:
    await counted(tinyllm, ModelHealth("qwen3:8b", 3, 1, 100.0, 2.0, "It \x1b[31mbroke.", time.time() - 5))
    said = await tinyllm("health")
    assert said.status == 1
    assert said.lines[3].startswith("failed  model qwen3:8b")
    assert said.lines[3].endswith("s ago: It �[31mbroke.")


async def test_a_model_that_is_gone_is_nobodys_fault(tinyllm: Shell) -> None:
    await counted(tinyllm, ModelHealth("gone:latest", 3, 3, 0.0, 2.0, "gone", 2.0))
    said = await tinyllm("health")
    assert said.status == 0
    assert said.lines[3].endswith("; not installed any more")


async def test_without_a_chat_model_the_default_is_unhealthy(tinyllm: Shell, server: ScriptedModels) -> None:
    for model in DEFAULT_MODELS:
        if model.can("completion"):
            server.remove(model.name)
    said = await tinyllm("health")
    assert said.status == 1
    assert said.lines[2].startswith("failed  default model")
    assert "No model that can chat is installed" in said.lines[2]


async def test_a_default_that_is_missing_is_told(tinyllm: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYLLM_DEFAULT_MODEL", "judge")
    said = await tinyllm("health")
    assert said.status == 0
    assert said.lines[2].endswith("“judge” was set as the default and is skipped, since it is not installed.")


async def test_each_server_is_looked_at_whatever_it_speaks(
    tinyllm: Shell, server: ScriptedModels, monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int
) -> None:
    old, gone = server.url.removeprefix("http://"), f"127.0.0.1:{unused_tcp_port}"
    monkeypatch.setenv("TINYLLM_BACKENDS", f"openai://:sk-secret@{old}, http://{gone}, ollama://{old}")
    told = await tinyllm("health", "--json")
    assert told.status == 1
    looks = [(check["name"], check["status"]) for check in told.json["checks"]]
    assert looks == [
        (f"model server http://{old}/v1", "healthy"),
        (f"model server http://{gone}", "unhealthy"),
        (f"model server http://{old}", "healthy"),
        ("database", "healthy"),
        ("default model", "healthy"),
    ]
    assert told.json["checks"][0]["detail"] == "7 models, 6 can chat"
    doctor = await tinyllm("doctor")
    assert doctor.status == 1
    assert "sk-secret" not in told.out + doctor.out
    assert any(line.split() == ["TINYLLM_BACKENDS", "set", "environment"] for line in doctor.lines)


async def test_a_version_that_is_not_told_is_no_fault(tinyllm: Shell, server: ScriptedModels) -> None:
    server.fault(Fault.NOT_FOUND, "/api/version")
    assert (await tinyllm("health", "--json")).json["checks"][0]["detail"] == "7 models, 6 can chat"
