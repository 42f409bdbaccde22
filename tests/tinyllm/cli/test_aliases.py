import pytest

from sandbox.models import ScriptedModels
from tests.tinyllm.cli.shell import Shell
from tinyllm.storage import AliasTable


async def stored(tinyllm: Shell) -> dict[str, str | None]:
    async with tinyllm.database() as database:
        return await AliasTable(database).read()


async def test_the_list_says_what_leads_to_nothing(tinyllm: Shell) -> None:
    said = await tinyllm("models", "alias", "list")
    assert said.lines == [
        "Alias   Stands For       Model",
        "code    granite-code:3b  installed",
        "fast    qwen2.5:0.5b     installed",
        "judge   qwen3:14b        not installed",
        "large   qwen3:8b         installed",
        "medium  qwen2.5:3b       installed",
        "tiny    tinyllama        installed",
    ]
    first = {"alias": "code", "target": "granite-code:3b", "model": "granite-code:3b", "installed": True}
    assert (await tinyllm("models", "alias", "list", "--json")).json[0] == {**first, "problem": None}


async def test_an_alias_is_added_moved_and_removed(tinyllm: Shell) -> None:
    said = await tinyllm("models", "alias", "add", "Quick", "fast")
    assert (said.status, said.out, said.err) == (0, "quick stands for fast -> qwen2.5:0.5b now.\n", "")
    said = await tinyllm("models", "alias", "add", "quick", "qwen3:8b")
    assert said.out == "quick stands for qwen3:8b now (before: fast).\n"
    assert await stored(tinyllm) == {"quick": "qwen3:8b"}
    said = await tinyllm("models", "alias", "remove", "QUICK")
    assert (said.status, said.out) == (0, "quick is no alias any more. It stood for qwen3:8b.\n")
    assert await stored(tinyllm) == {"quick": None}


async def test_the_same_again_is_no_mistake(tinyllm: Shell) -> None:
    said = await tinyllm("models", "alias", "add", "fast", "qwen2.5:0.5b")
    assert (said.status, said.out) == (0, "fast stands for qwen2.5:0.5b now.\n")


async def test_changes_as_json(tinyllm: Shell) -> None:
    said = await tinyllm("models", "alias", "add", "quick", "fast", "--json")
    added = {"alias": "quick", "target": "fast", "model": "qwen2.5:0.5b", "installed": True, "problem": None}
    assert said.json == added
    said = await tinyllm("models", "alias", "remove", "quick", "--json")
    assert said.json == {"alias": "quick", "target": "fast", "removed": True}


async def test_a_target_that_is_missing_is_a_warning(tinyllm: Shell) -> None:
    said = await tinyllm("models", "alias", "add", "huge", "llama3:405b")
    assert (said.status, said.out) == (0, "huge stands for llama3:405b now.\n")
    assert said.err == "llama3:405b is not installed. Install it: tinyllm models pull huge\n"


@pytest.mark.parametrize(
    ("alias", "target", "told"),
    [
        ("qwen3:8b", "fast", "“qwen3:8b” is the name of an installed model and cannot be an alias too."),
        ("fast", "fast", "“fast” would stand for itself: fast → fast."),
        ("two words", "fast", "“two words” cannot be an alias: it must be one word of at most 100 characters."),
        ("quick", "", "“quick” must stand for a model or another alias, for example `qwen2.5:3b`."),
    ],
)
async def test_what_cannot_be_an_alias_is_refused(tinyllm: Shell, alias: str, target: str, told: str) -> None:
    said = await tinyllm("models", "alias", "add", alias, target)
    assert (said.status, said.out, said.err) == (1, "", f"{told}\n")
    assert await stored(tinyllm) == {}


async def test_an_unknown_alias_is_told_with_the_closest(tinyllm: Shell) -> None:
    said = await tinyllm("models", "alias", "remove", "jude")
    assert (said.status, said.out, said.err) == (1, "", "“jude” is no alias. Closest: judge, code.\n")


async def test_a_built_in_alias_can_be_removed_and_who_followed_it_is_told(tinyllm: Shell) -> None:
    await tinyllm("models", "alias", "add", "quick", "fast")
    said = await tinyllm("models", "alias", "remove", "fast")
    assert (said.status, said.out) == (0, "fast is no alias any more. It stood for qwen2.5:0.5b.\n")
    assert said.err == "quick stood for it and now leads nowhere.\n"
    assert "fast " not in (await tinyllm("models", "alias", "list")).out.replace("quick   fast", "")
    tiers = (await tinyllm("tiers")).out
    assert "no alias any more" in tiers


async def test_those_of_the_settings_can_be_removed_and_moved_like_built_in_ones(
    tinyllm: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINYLLM_ALIASES", "fast=qwen3:8b, mine=medium")
    lines = (await tinyllm("models", "alias", "list")).lines
    assert "fast    qwen3:8b              installed" in lines
    assert "mine    medium -> qwen2.5:3b  installed" in lines
    said = await tinyllm("models", "alias", "remove", "fast")
    assert said.out == "fast is no alias any more. It stood for qwen3:8b.\n"
    said = await tinyllm("models", "alias", "add", "mine", "tinyllama")
    assert said.out == "mine stands for tinyllama now (before: medium).\n"
    assert await stored(tinyllm) == {"fast": None, "mine": "tinyllama"}
    listed = {entry["alias"]: entry["target"] for entry in (await tinyllm("models", "alias", "list", "--json")).json}
    assert "fast" not in listed
    assert listed["mine"] == "tinyllama"


async def test_a_wrong_setting_of_aliases_stops_every_command_but_the_doctor(
    tinyllm: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINYLLM_ALIASES", "fast=large, large=fast")
    said = await tinyllm("models", "alias", "list")
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("TINYLLM_ALIASES is set wrongly: the name of entry 1 would stand for itself.")
    assert said.err.endswith("An example: TINYLLM_ALIASES=fast=qwen2.5:1.5b, large=mistral:7b\n")
    doctor = await tinyllm("doctor")
    assert (doctor.status, doctor.lines[-1]) == (1, "1 thing is wrong.")


async def test_the_doctor_shows_the_aliases_of_the_settings(tinyllm: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYLLM_ALIASES", "fast=qwen3:8b, mine=medium")
    row = next(line for line in (await tinyllm("doctor")).lines if line.startswith("TINYLLM_ALIASES"))
    assert row.split() == ["TINYLLM_ALIASES", "fast=qwen3:8b,", "mine=medium", "environment"]


async def test_aliases_work_while_the_server_is_down(tinyllm: Shell, server: ScriptedModels) -> None:
    server.down()
    said = await tinyllm("models", "alias", "add", "quick", "fast")
    assert (said.status, said.out) == (0, "quick stands for fast -> qwen2.5:0.5b now.\n")
    assert said.err.startswith("The model server at")
    assert said.err.endswith("So what is installed is not known.\n")
    assert (await tinyllm("models", "alias", "list")).lines[1] == "code    granite-code:3b       unknown"
    assert (await tinyllm("models", "alias", "list", "--json")).json[0]["installed"] is None
    assert (await tinyllm("models", "alias", "remove", "quick")).status == 0
    assert await stored(tinyllm) == {"quick": None}
