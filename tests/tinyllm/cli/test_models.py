import time

import pytest

from sandbox.models import DEFAULT_MODELS, Fault, ScriptedModel, ScriptedModels
from tests.tinyllm.cli.shell import Shell
from tinyllm.models.health import ModelHealth
from tinyllm.models.remarks import VERY_SMALL
from tinyllm.models.requests import LoggedRequest
from tinyllm.scopes import EVERYWHERE
from tinyllm.storage import ChoiceTable, HealthTable
from tinyllm.storage.requests import RequestTable

COLUMNS = ["Model", "Parameters", "Context Size", "Requests", "Success Rate", "Avg Latency"]
USED = ModelHealth("qwen2.5:3b", 20, 1, 2850.0, 1_700_000_000.0, "Timeout", 1_700_000_000.0)


async def counted(tinyllm: Shell, *health: ModelHealth) -> None:
    async with tinyllm.database() as database:
        await HealthTable(database).add(health)


async def chosen(tinyllm: Shell) -> str | None:
    """The choice for everywhere."""
    async with tinyllm.database() as database:
        return (await ChoiceTable(database).read([EVERYWHERE])).get("everywhere")


async def test_the_list_has_the_columns_of_the_guide_and_the_aliases_below(tinyllm: Shell) -> None:
    await counted(tinyllm, USED)
    said = await tinyllm("models", "list")
    assert (said.status, said.err) == (0, "")
    assert [column.strip() for column in said.lines[0].split("  ") if column.strip()] == COLUMNS
    rows = {line.split()[0]: line.split() for line in said.lines[1 : 1 + len(DEFAULT_MODELS)]}
    assert rows["qwen2.5:3b"] == ["qwen2.5:3b", "3.1B", "32,768", "20", "95.0%", "150", "ms"]
    assert rows["qwen3:8b"] == ["qwen3:8b", "(default)", "8.2B", "40,960", "0", "-", "-"]
    assert said.lines[1 + len(DEFAULT_MODELS) :] == [
        "",
        "Aliases:",
        "  code -> granite-code:3b",
        "  fast -> qwen2.5:0.5b",
        "  judge -> qwen3:14b (not installed)",
        "  large -> qwen3:8b",
        "  medium -> qwen2.5:3b",
        "  tiny -> tinyllama",
    ]


async def test_the_list_as_json(tinyllm: Shell, server: ScriptedModels) -> None:
    await counted(tinyllm, USED)
    told = (await tinyllm("models", "list", "--json")).json
    assert told["default"] == "qwen3:8b"
    by_name = {model["name"]: model for model in told["models"]}
    assert by_name["qwen2.5:3b"] == {
        "name": "qwen2.5:3b",
        "family": "qwen2",
        "parameters": "3.1B",
        "quantization": "Q4_K_M",
        "context_size": 32_768,
        "size_bytes": 1_929_912_432,
        "abilities": ["chat", "tools"],
        "abilities_guessed": False,
        "problem": None,
        "requests": 20,
        "failed_requests": 1,
        "success_rate": 95.0,
        "average_latency_ms": 150.0,
        "last_used": "2023-11-14T22:13:20+00:00",
        "last_error": "Timeout",
        "last_error_time": "2023-11-14T22:13:20+00:00",
        "healthy": True,
        "default": False,
        "loaded": False,
    }
    assert by_name["qwen3:8b"]["default"] is True
    judge = {"alias": "judge", "target": "qwen3:14b", "model": "qwen3:14b", "installed": False, "problem": None}
    tiny = {"alias": "tiny", "target": "tinyllama", "model": "tinyllama:latest", "installed": True, "problem": None}
    assert judge in told["aliases"]
    assert tiny in told["aliases"]


async def test_the_list_does_without_knowing_what_is_loaded(tinyllm: Shell, server: ScriptedModels) -> None:
    server.fault(Fault.ERROR_500, "/api/ps", times=None)
    said = await tinyllm("models", "list", "--json")
    assert said.status == 0
    assert {model["loaded"] for model in said.json["models"]} == {None}


async def test_a_default_that_cannot_be_used_is_told(tinyllm: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYLLM_DEFAULT_MODEL", "judge")
    said = await tinyllm("models", "list")
    assert "qwen3:8b (default)" in said.out
    assert said.err == "“judge” was set as the default and is skipped, since it is not installed.\n"


async def test_an_empty_list_says_how_to_install_a_model(tinyllm: Shell, server: ScriptedModels) -> None:
    for model in DEFAULT_MODELS:
        server.remove(model.name)
    said = await tinyllm("models", "list")
    assert (said.status, said.lines[0]) == (0, "No model is installed. Install one: tinyllm models pull qwen2.5:3b")
    assert (await tinyllm("models", "list", "--json")).json["default"] is None


@pytest.mark.parametrize("command", [["list"], ["info", "qwen3:8b"], ["set-default", "qwen3:8b"], ["set-default"]])
async def test_a_server_that_is_down_is_one_sentence(
    tinyllm: Shell, server: ScriptedModels, command: list[str]
) -> None:
    server.down()
    said = await tinyllm("models", *command)
    assert (said.status, said.out) == (1, "")
    assert said.err.startswith(f"The model server at {server.url} cannot be reached (connection refused).")
    assert said.err.count("\n") == 1


async def test_info_tells_what_a_model_can_and_how_it_did(tinyllm: Shell) -> None:
    await counted(tinyllm, USED)
    said = await tinyllm("models", "info", "Medium")
    facts = dict(line.split(":", 1) for line in said.lines)
    assert {label: fact.strip() for label, fact in facts.items()} | {"Last Used": "", "Last Error": ""} == {
        "Model": "qwen2.5:3b",
        "Family": "qwen2",
        "Parameters": "3.1B",
        "Quantization": "Q4_K_M",
        "Context Size": "32,768 tokens",
        "Size on Disk": "1.9 GB",
        "Abilities": "chat, tools",
        "Vision Support": "no",
        "Aliases": "medium",
        "Requests": "20, 1 failed",
        "Success Rate": "95.0%",
        "Avg Latency": "150 ms",
        "Last Used": "",
        "Last Error": "",
        "Health": "healthy",
        "Last Hour": "no requests",
        "Last Day": "no requests",
    }
    assert "d ago)" in facts["Last Used"]
    assert facts["Last Error"].strip().startswith("Timeout (20")


async def test_info_tells_how_it_did_lately(tinyllm: Shell) -> None:
    now = time.time()
    logged = [
        LoggedRequest(now - 60 * minute, "QWEN2.5:3B", "channel:1", "done", 2.0, 0.5, 9, 80, 40.0) for minute in (1, 2)
    ]
    async with tinyllm.database() as database:
        failed = LoggedRequest(now - 7200, "qwen2.5:3b", "channel:1", "error", 9.0)
        await RequestTable(database).add([*logged, failed], now=now)
    lines = (await tinyllm("models", "info", "medium")).lines
    assert lines[-2:] == [
        "Last Hour:       2 requests, p50 2.0 s, p95 2.0 s, 40 tok/s",
        "Last Day:        3 requests, 1 failed, p50 2.0 s, p95 2.0 s, 40 tok/s",
    ]
    told = (await tinyllm("models", "info", "medium", "--json")).json
    assert (told["last_hour"]["requests"], told["last_day"]["failed"]) == (2, 1)


async def test_info_says_of_a_very_small_model_that_it_is_one(tinyllm: Shell, server: ScriptedModels) -> None:
    server.install(ScriptedModel("smollm2:135m", parameter_size="134.52M"))
    assert f"Remark:          {VERY_SMALL}" in (await tinyllm("models", "info", "smollm2:135m")).lines
    assert (await tinyllm("models", "info", "smollm2:135m", "--json")).json["remark"] == VERY_SMALL
    assert (await tinyllm("models", "info", "fast", "--json")).json["remark"] is None


async def test_info_marks_what_is_guessed(tinyllm: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    async with ScriptedModels(version="0.24") as old:
        old.fault(Fault.ERROR_500, "/api/show", times=None)
        monkeypatch.setenv("OLLAMA_HOST", old.url)
        said = await tinyllm("models", "info", "nomic-embed-text")
        told = (await tinyllm("models", "info", "nomic-embed-text", "--json")).json
    assert "Abilities:       embedding (guessed from the name)" in said.lines
    assert (told["abilities_guessed"], told["aliases"]) == (True, [])


async def test_an_unknown_model_is_told_with_the_closest(tinyllm: Shell) -> None:
    said = await tinyllm("models", "info", "qwen3:9b")
    assert (said.status, said.out) == (1, "")
    assert said.err.startswith("“qwen3:9b” is not an installed model. Closest: qwen3:8b")
    said = await tinyllm("models", "info", "judge")
    assert said.err.startswith("“judge” stands for qwen3:14b, which is not installed.")
    assert said.err.endswith("Install it: tinyllm models pull judge\n")


async def test_the_default_is_set_for_everywhere_as_it_was_typed(tinyllm: Shell) -> None:
    said = await tinyllm("models", "set-default", "qwen2.5:3b")
    assert (said.status, said.out) == (0, "qwen2.5:3b is the default now.\n")
    said = await tinyllm("models", "set-default", "Medium")
    assert (said.status, said.out) == (0, "Medium is the default now. It stands for qwen2.5:3b.\n")
    assert await chosen(tinyllm) == "Medium"
    said = await tinyllm("models", "set-default")
    assert said.out == "qwen2.5:3b is the default: set as the default everywhere, as “Medium”.\n"
    told = (await tinyllm("models", "set-default", "--json")).json
    assert told == {"model": "qwen2.5:3b", "as": "Medium", "why": "everywhere"}


async def test_the_default_is_given_up_again(tinyllm: Shell) -> None:
    await tinyllm("models", "set-default", "fast")
    said = await tinyllm("models", "set-default", "--clear")
    assert (said.status, said.err) == (0, "The default was given up.\n")
    assert said.out == "qwen3:8b is the default: the biggest healthy model, since none was set.\n"
    assert await chosen(tinyllm) is None
    assert (await tinyllm("models", "set-default", "--clear")).err == "No default had been set.\n"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("nomic-embed-text", "nomic-embed-text:latest makes embeddings and cannot chat. Models that can: qwen3:8b,"),
        ("qwen9:1b", "“qwen9:1b” is not an installed model. Closest:"),
        ("judge", "“judge” stands for qwen3:14b, which is not installed."),
        ("", "“” is not an installed model."),
    ],
)
async def test_what_cannot_be_the_default_is_refused(tinyllm: Shell, name: str, told: str) -> None:
    said = await tinyllm("models", "set-default", name)
    assert (said.status, said.out) == (1, "")
    assert said.err.startswith(told)
    assert await chosen(tinyllm) is None


async def test_a_name_and_clear_are_wrong_usage(tinyllm: Shell) -> None:
    said = await tinyllm("models", "set-default", "fast", "--clear")
    assert (said.status, said.err) == (2, "Either a name or --clear, not both.\n")


async def test_a_default_that_fails_is_set_with_a_warning(tinyllm: Shell) -> None:
    await counted(tinyllm, ModelHealth("qwen2.5:3b", 4, 3, 10.0, 1.0, "x", 1.0))
    said = await tinyllm("models", "set-default", "medium")
    assert said.status == 0
    assert said.err == "qwen2.5:3b has been failing lately. See: tinyllm models info qwen2.5:3b\n"


async def test_a_wrong_setting_is_wrong_usage(tinyllm: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYLLM_MAX_PARALLEL", "many")
    said = await tinyllm("models", "list")
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("TINYLLM_MAX_PARALLEL is set wrongly:")


HOSTILE = "\x1b]0;owned\x07\x1b[31m[bold red]" + "\x9b2J" + "é" * 300


async def test_nothing_that_a_server_says_reaches_a_terminal_as_an_order(
    tinyllm: Shell, server: ScriptedModels
) -> None:
    server.install(ScriptedModel(HOSTILE, parameter_size="\x1b[2J\n\r1B", family="\x1b[5m", quantization="\u202eQ4"))
    for command in (["models", "list"], ["models", "info", HOSTILE], ["health"], ["tiers"], ["doctor"]):
        for options in ([], ["--json"]):
            said = await tinyllm(*command, *options)
            assert not {character for character in said.out + said.err if not character.isprintable()} - {"\n"}
    said = await tinyllm("models", "list")
    assert any("[bold red]" in line and "…" in line and "� ]0" not in line for line in said.lines)
    assert max(map(len, said.lines)) < 400


NAMES = {
    "escape": "\x1b[31mred",
    "lines": "two\nlines",
    "emoji": "🦙🦙🦙",
    "long": "x" * 100_000,
    "no text": "\udcff\udcfe",
    "markup": "[red]x[/red]",
    "blank": " ",
}
COMMANDS = (["set-default"], ["pull"], ["remove", "--yes"], ["alias", "remove"], ["alias", "add", "fast"], ["info"])


@pytest.mark.parametrize(
    ("command", "name"),
    [*((["info"], name) for name in NAMES), *((command, "escape") for command in COMMANDS), (["pull"], "long")],
    ids=str,
)
async def test_any_name_is_answered_in_one_sentence(tinyllm: Shell, command: list[str], name: str) -> None:
    said = await tinyllm("models", *command, "--", NAMES[name])
    assert (said.status, said.out) == (1, "")
    assert said.err.count("\n") == 1
    assert len(said.err) < 600
    assert not {character for character in said.err if not character.isprintable()} - {"\n"}
