import pytest

from sandbox.models import DEFAULT_MODELS, ScriptedModels
from tests.tinyllm.cli.shell import Shell
from tinyllm.scopes import EVERYWHERE, Scope, channel_scope, guild_scope
from tinyllm.storage import ChoiceTable


async def choose(tinyllm: Shell, choices: dict[Scope, str]) -> None:
    async with tinyllm.database() as database:
        for scope, typed in choices.items():
            await ChoiceTable(database).write(scope, typed, chosen_by=None, chosen_at=1.0)


def removed(server: ScriptedModels) -> list[str | None]:
    return [request.model for request in server.requests if request.method == "DELETE"]


async def test_a_model_is_removed_after_saying_who_used_it(tinyllm: Shell, server: ScriptedModels) -> None:
    await choose(
        tinyllm,
        {
            EVERYWHERE: "Medium",
            guild_scope(1): "qwen2.5:3b",
            channel_scope(1): "medium",
            channel_scope(2): "QWEN2.5:3B",
            channel_scope(3): "fast",
        },
    )
    said = await tinyllm("models", "remove", "medium", "--yes")
    assert (said.status, said.out) == (0, "Removed qwen2.5:3b.\n")
    assert said.err.splitlines() == [
        "qwen2.5:3b will be deleted from the model server: 1.9 GB.",
        "Aliases that lead to it: medium.",
        "It is the default, which then is the next best model.",
        "Chosen by 1 server and 2 channels, which then follow the default.",
    ]
    assert removed(server) == ["qwen2.5:3b"]


async def test_a_model_that_nobody_uses(tinyllm: Shell) -> None:
    said = await tinyllm("models", "remove", "qwen2.5:1.5b", "-y")
    assert said.err == "qwen2.5:1.5b will be deleted from the model server: 986 MB.\n"


async def test_the_removal_as_json(tinyllm: Shell) -> None:
    said = await tinyllm("models", "remove", "nomic-embed-text", "--yes", "--json")
    assert said.err == ""
    assert said.json == {
        "model": "nomic-embed-text:latest",
        "size_bytes": 274_302_450,
        "aliases": [],
        "default": False,
        "guilds": 0,
        "channels": 0,
        "removed": True,
    }


async def test_without_a_terminal_nobody_can_be_asked(tinyllm: Shell, server: ScriptedModels) -> None:
    said = await tinyllm("models", "remove", "medium", typed="y\n")
    assert (said.status, said.out) == (2, "")
    assert said.err == "Nobody can be asked here. Say --yes to remove it without a question.\n"
    assert removed(server) == []


@pytest.mark.parametrize("name", ["judge", "qwen9", ""])
async def test_what_is_not_installed_cannot_be_removed(tinyllm: Shell, server: ScriptedModels, name: str) -> None:
    said = await tinyllm("models", "remove", name, "--yes")
    assert (said.status, said.out) == (1, "")
    assert "not installed" in said.err or "not an installed model" in said.err
    assert removed(server) == []


async def test_the_last_model_can_be_removed(tinyllm: Shell, server: ScriptedModels) -> None:
    for model in DEFAULT_MODELS[1:]:
        server.remove(model.name)
    assert (await tinyllm("models", "remove", "fast", "--yes")).status == 0
