"""What the commands say of a model whose server says that it cannot be used."""

from dataclasses import replace
from pathlib import Path

import pytest

from sandbox.models import ScriptedModel, ScriptedModels
from tests.tinyllm.backends import CUT
from tests.tinyllm.cli.shell import Shell
from tests.tinyllm.cli.terminal import piped

BIG = ScriptedModel("big:9b", parameter_size="9B", size=1024, problem=CUT)
REFUSED = f"big:9b cannot be used: {CUT} Models that can: qwen3:8b, granite-code:3b, qwen2.5:3b.\n"


@pytest.fixture(autouse=True)
def broken(server: ScriptedModels) -> None:
    server.install(BIG)


async def test_the_list_marks_it_and_says_why(tinyllm: Shell) -> None:
    said = await tinyllm("models", "list")
    assert next(line.split()[:3] for line in said.lines if line.startswith("big")) == ["big:9b", "(broken)", "9B"]
    assert "qwen3:8b (default)" in said.out
    assert (said.status, said.err) == (0, f"big:9b cannot be used: {CUT}\n")
    told = (await tinyllm("models", "list", "--json")).json
    assert {model["name"]: model["problem"] for model in told["models"]}["big:9b"] == CUT
    assert told["default"] == "qwen3:8b"


async def test_its_description_says_why(tinyllm: Shell) -> None:
    said = await tinyllm("models", "info", "big:9b")
    facts = {label: fact.strip() for label, fact in (line.split(":", 1) for line in said.lines)}
    assert (facts["Problem"], facts["Health"], facts["Abilities"]) == (CUT, "broken", "-")
    assert (await tinyllm("models", "info", "big:9b", "--json")).json["problem"] == CUT
    assert "Problem" not in (await tinyllm("models", "info", "qwen3:8b")).out


async def test_it_cannot_be_chosen(tinyllm: Shell, server: ScriptedModels, home: Path) -> None:
    said = await tinyllm("models", "set-default", "big:9b")
    assert (said.status, said.out, said.err) == (1, "", REFUSED)
    asked = await piped("chat", "-m", "big:9b", home=home, models=server.url, question=b"hello")
    assert asked == (1, b"", REFUSED)


async def test_a_default_that_is_broken_is_skipped(tinyllm: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYLLM_DEFAULT_MODEL", "big:9b")
    said = await tinyllm("models", "set-default")
    assert said.out == "qwen3:8b is the default: the biggest healthy model, since none was set.\n"
    assert said.err == "“big:9b” was set as the default and is skipped, since it is broken.\n"


async def test_an_alias_of_it_is_marked(tinyllm: Shell) -> None:
    await tinyllm("models", "alias", "add", "judge", "big:9b")
    assert "judge   big:9b           broken" in (await tinyllm("models", "alias", "list")).lines
    assert "  judge -> big:9b (broken)" in (await tinyllm("models", "list")).lines
    tiers = await tinyllm("tiers")
    assert tiers.lines[-1].split()[3:6] == ["judge", "big:9b", "broken"]
    assert tiers.err == ""


async def test_the_doctor_finds_it_wrong_and_says_what_to_do(tinyllm: Shell) -> None:
    said = await tinyllm("doctor")
    place = next(number for number, line in enumerate(said.lines) if "model big:9b" in line)
    assert said.lines[place].split(maxsplit=3)[0::3] == ["wrong", f"cannot be used: {CUT}"]
    assert said.lines[place + 1].strip() == "-> Get its file again, or remove it: tinyllm models remove big:9b"
    assert (said.status, said.lines[-1]) == (1, "1 thing is wrong.")


async def test_everything_answers_all_the_same(tinyllm: Shell) -> None:
    said = await tinyllm("health")
    assert said.status == 0
    assert said.lines[0].endswith("version 0.33.0, 8 models, 6 can chat, 1 broken")


async def test_it_can_be_removed(tinyllm: Shell, server: ScriptedModels) -> None:
    said = await tinyllm("models", "remove", "big:9b", "--yes")
    assert (said.status, said.out) == (0, "Removed big:9b.\n")


async def test_a_good_copy_elsewhere_is_the_one_that_counts(
    tinyllm: Shell, server: ScriptedModels, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with ScriptedModels(models=[replace(BIG, problem="")]) as other:
        monkeypatch.setenv("TINYLLM_BACKENDS", f"{server.url}, {other.url}")
        monkeypatch.setenv("TINYLLM_DEFAULT_MODEL", "big:9b")
        listed = await tinyllm("models", "list")
        health = await tinyllm("health")
    assert "big:9b (default)" in listed.out
    assert "broken" not in listed.out + listed.err
    assert any(line.endswith("big:9b: the setting TINYLLM_DEFAULT_MODEL.") for line in health.lines)
