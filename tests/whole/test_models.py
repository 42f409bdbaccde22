"""/model and its kin: who may choose what where, and who follows whom."""

from __future__ import annotations

import pytest

from sandbox.actor import NotAllowed
from sandbox.models import Fault, ScriptedModel
from tests.tinyllm.backends import CUT
from tests.whole.conftest import Stack
from tinyllm.models.remarks import VERY_SMALL

WARMED_UP = "/api/generate"


async def test_after_a_switch_the_next_answer_comes_from_the_other_model_which_knows_what_was_said(
    stack: Stack,
) -> None:
    await stack.ask("general", "my cat is called Schrödinger")
    switched = await stack.ada.run("/model", "general", name="large")
    answer = await stack.ask("general", "what is it called?")

    assert switched.content.startswith("Switched to `qwen3:8b` (`large`).")
    assert "qwen3:8b · " in answer.content
    assert stack.models.chats[-1].json["model"] == "qwen3:8b"
    assert stack.given()[0] == "ada: my cat is called Schrödinger"


async def test_the_chosen_model_is_warmed_up_with_the_context_that_it_will_be_used_with(stack: Stack) -> None:
    await stack.ada.run("/model", "general", name="large")
    await stack.models.until(lambda server: any(each.path == WARMED_UP for each in server.requests), timeout=5)
    await stack.ask("general", "hello")

    warm_up = next(each for each in stack.models.requests if each.path == WARMED_UP)
    assert warm_up.json["model"] == "qwen3:8b"
    assert warm_up.json["options"]["num_ctx"] == stack.models.chats[-1].json["options"]["num_ctx"] == 8192


async def test_the_chain_of_choices_is_followed_and_explained(stack: Stack) -> None:
    async def reason(channel: str) -> str:
        return (await stack.ben.run("/model", channel)).content

    assert "`qwen2.5:3b` answers here: the default in this bot's settings as `medium`." in await reason("ideas")
    await stack.ada.run("/default", "general", model="code")
    assert "`granite-code:3b` answers here: the default everywhere as `code`." in await reason("ideas")
    await stack.cleo.run("/settings model", "random", name="tiny")
    assert "`tinyllama:latest` answers here: the default of this server as `tiny`." in await reason("ideas")
    await stack.ben.run("/model", "general", name="fast")
    assert "chosen for the channel that this thread is in as `fast`." in await reason("ideas")
    await stack.ben.run("/model", "ideas", name="qwen3:8b")
    assert "`qwen3:8b` answers here: chosen for this channel." in await reason("ideas")
    assert "`tinyllama:latest`" in await reason("random")
    assert "`granite-code:3b`" in await reason("@TinyLLM")


async def test_default_gives_a_choice_up_again(stack: Stack) -> None:
    await stack.ben.run("/model", "general", name="fast")
    assert "the default in this bot's settings" in (await stack.ben.run("/model", "general", name="default")).content

    await stack.cleo.run("/settings model", "general", name="fast")
    await stack.cleo.run("/settings model", "general", name="default")
    await stack.ada.run("/default", "general", model="fast")
    await stack.ada.run("/default", "general", model="default")
    assert "the default in this bot's settings" in (await stack.ben.run("/model", "general")).content


async def test_an_ordinary_member_may_not_set_defaults_even_if_discord_lets_them_try(stack: Stack) -> None:
    with pytest.raises(NotAllowed):
        await stack.ben.run("/settings model", "general", name="fast")
    settings = await stack.ben.run("/settings model", "general", name="fast", force=True)
    default = await stack.cleo.run("/default", "general", model="fast", force=True)

    assert settings.content == "You need the permission Manage Server for that."
    assert default.content.startswith("Only the operators of this bot may do that")
    assert settings.ephemeral
    assert default.ephemeral
    assert "the default in this bot's settings" in (await stack.ben.run("/model", "general")).content


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        pytest.param("qwen3:8", "“qwen3:8” is not an installed model. Closest: qwen3:8b", id="a slip of the pen"),
        pytest.param("judge", "“judge” stands for qwen3:14b, which is not installed.", id="an alias of nothing"),
        pytest.param("nomic-embed-text", "makes embeddings and cannot chat. Models that can: qwen3:8b", id="embedding"),
        pytest.param("`@everyone`\n# x", "is not an installed model.", id="mischief"),
        pytest.param("x" * 6000, "is not an installed model.", id="six thousand characters"),
    ],
)
async def test_a_model_that_cannot_be_used_is_refused_with_suggestions_and_nothing_is_stored(
    stack: Stack, name: str, answer: str
) -> None:
    refused = await stack.ben.run("/model", "general", name=name)

    assert answer in refused.content
    assert refused.ephemeral
    assert len(refused.content) < 500
    assert "the default in this bot's settings" in (await stack.ben.run("/model", "general")).content


async def test_the_menu_of_models_switches_too(stack: Stack) -> None:
    shown = await stack.ben.run("/model", "general")
    picked = await stack.ben.pick(shown, "qwen2.5:0.5b")

    assert [option.value for option in shown.selects[0].options][:2] == ["qwen3:8b", "granite-code:3b"]
    assert picked is not None
    assert picked.content.startswith("Switched to `qwen2.5:0.5b`.")
    assert "qwen2.5:0.5b · " in (await stack.ask("general", "hello")).content


async def test_completion_offers_what_fits_and_asks_no_model_server(stack: Stack) -> None:
    await stack.ask("general", "hello")
    before = len(stack.models.requests)
    fitting = await stack.ben.complete("/model", "general", name="LARGE")
    everything = await stack.ben.complete("/modelinfo", "general", name="")
    similar = await stack.ben.complete("/settings model", "general", name="qwne", force=True)

    assert [(choice.name, choice.value) for choice in fitting] == [("large → qwen3:8b", "large")]
    assert "nomic-embed-text:latest" not in [choice.value for choice in everything]
    assert len(everything) == 6 + 5  # chat models, and aliases that lead to one
    assert any("qwen" in choice.value for choice in similar)
    assert len(stack.models.requests) == before


async def test_models_shows_what_is_current_loaded_and_measured(stack: Stack) -> None:
    await stack.ask("general", "hello")
    overview = (await stack.ben.run("/models", "general")).content

    assert "• `qwen2.5:3b` **(current)** **(loaded)**: 3.1B, 1.9 GB, 100% success, " in overview
    assert "• `qwen2.5:0.5b`: 494.03M, 0.4 GB" in overview
    assert "• `judge` → `qwen3:14b` (not installed)" in overview


async def test_modelinfo_tells_what_the_server_knows(stack: Stack) -> None:
    details = (await stack.ben.run("/modelinfo", "general", name="large")).content
    unnamed = (await stack.ben.run("/modelinfo", "general")).content
    unknown = await stack.ben.run("/modelinfo", "general", name="nothing")
    absent = await stack.ben.run("/modelinfo", "general", name="judge")

    assert "**Context:** 40,960 tokens" in details
    assert "**Abilities:** chat, tools, thinking" in details
    assert "## qwen2.5:3b" in unnamed
    assert "not an installed model" in unknown.content
    assert "“judge” stands for qwen3:14b, which is not installed." in absent.content


async def test_a_broken_model_is_shown_as_such_and_not_offered(stack: Stack) -> None:
    stack.models.install(ScriptedModel("big:9b", parameter_size="9B", problem=CUT))
    await stack.ada.run("/alias add", "general", alias="huge", model="big:9b")
    refused = await stack.ben.run("/model", "general", name="huge")
    shown = await stack.ben.run("/model", "general")
    overview = (await stack.ben.run("/models", "general")).content
    details = (await stack.ben.run("/modelinfo", "general", name="big:9b")).content

    assert refused.content.startswith(f"big:9b cannot be used: {CUT} Models that can: qwen3:8b")
    assert refused.ephemeral
    assert "big:9b" not in [option.value for option in shown.selects[0].options]
    assert await stack.ben.complete("/model", "general", name="big:9b") == []
    assert f"• `big:9b` **(broken)**: 9B, 0.7 GB, {CUT}" in overview
    assert "• `huge` → `big:9b` (broken)" in overview
    assert f"**Cannot be used:** {CUT}" in details


async def test_a_very_small_model_is_called_that_by_the_commands_and_not_in_every_answer(stack: Stack) -> None:
    stack.models.install(ScriptedModel("smollm2:135m", parameter_size="134.52M", answer="Paris, I think."))
    switched = (await stack.ben.run("/model", "general", name="smollm2:135m")).content
    current = (await stack.ben.run("/model", "general")).content
    details = (await stack.ben.run("/modelinfo", "general")).content
    answer = (await stack.ask("general", "What is the capital of France?")).content

    assert switched.splitlines()[1:] == [VERY_SMALL]
    assert current.splitlines()[1:] == [VERY_SMALL]
    assert details.splitlines()[:2] == ["## smollm2:135m", VERY_SMALL]
    assert "very small" not in answer + (await stack.ben.run("/model", "general", name="fast")).content


async def test_help_names_every_command(stack: Stack) -> None:
    text = (await stack.ben.run("/help", "general")).content

    for command in ("/model", "/models", "/modelinfo", "/clear", "/help", "/settings model", "/default"):
        assert f"`{command}`" in text


async def test_a_model_that_was_installed_a_moment_ago_is_found(stack: Stack) -> None:
    stack.models.remove("qwen2.5:0.5b")
    stack.will_say("I am new.", "qwen2.5:0.5b")
    await stack.ben.run("/model", "general", name="fast")

    assert "I am new." in (await stack.ask("general", "hello")).content


@pytest.mark.parametrize("settings", [{"TINYLLM_CONNECT_TIMEOUT": "1", "TINYLLM_DEFAULT_MODEL": "medium"}])
async def test_a_command_that_takes_longer_than_discord_allows_is_announced_and_then_answered(stack: Stack) -> None:
    stack.models.fault(Fault.HANG, path="/api/tags", times=None)
    answer = await stack.ben.run("/model", "general", name="nothing-like-it", timeout=20)

    assert "cannot be reached (no answer within 2 s)" in answer.content
    assert stack.sent("POST", "/callback") == 1
