"""/alias: who may change what names mean, and what follows from it."""

from __future__ import annotations

import pytest

from tests.whole.conftest import Stack


async def test_a_channel_follows_an_alias_to_its_new_model(stack: Stack) -> None:
    added = await stack.ada.run("/alias add", "general", alias="quick", model="fast")
    await stack.ben.run("/model", "general", name="quick")
    first = await stack.ask("general", "who are you?")
    moved = await stack.ada.run("/alias add", "general", alias="Quick", model="qwen3:8b")
    second = await stack.ask("general", "and now?")

    assert added.content == "`quick` stands for `qwen2.5:0.5b` now."
    assert "qwen2.5:0.5b · " in first.content
    assert moved.content == "`Quick` stands for `qwen3:8b` now."
    assert "qwen3:8b · " in second.content


async def test_aliases_are_listed_and_survive_a_restart(stack: Stack) -> None:
    await stack.ada.run("/alias add", "general", alias="quick", model="nothing:1b")
    await stack.ada.run("/alias remove", "general", alias="judge")
    await stack.bot.kill()
    await stack.bot.start()
    await stack.sandbox.until_connected()
    listed = (await stack.ben.run("/alias list", "general")).content

    assert "• `quick` → `nothing:1b` (not installed)" in listed
    assert "• `large` → `qwen3:8b`\n" in listed
    assert "judge" not in listed


async def test_one_that_leads_nowhere_is_marked_where_it_can_be_removed_and_offered_nowhere_else(stack: Stack) -> None:
    await stack.ask("general", "hello")
    removable = [choice.name for choice in await stack.ada.complete("/alias remove", "general", alias="")]
    offered = [choice.value for choice in await stack.ada.complete("/alias add", "general", alias="x", model="")]

    assert "judge → qwen3:14b (not installed)" in removable
    assert "large → qwen3:8b" in removable
    assert "large" in offered
    assert "judge" not in offered


@pytest.mark.parametrize("settings", [{"TINYLLM_ALIASES": "fast=qwen3:8b, mine=code, lost=nothing:1b"}])
async def test_the_settings_aliases_stand_over_the_built_in_ones_and_under_what_people_change(stack: Stack) -> None:
    switched = await stack.ben.run("/model", "general", name="fast")
    await stack.ada.run("/alias remove", "general", alias="mine")
    await stack.ada.run("/alias add", "general", alias="fast", model="medium")
    await stack.bot.kill()
    await stack.bot.start()
    await stack.sandbox.until_connected()
    listed = (await stack.ben.run("/alias list", "general")).content

    assert switched.content.startswith("Switched to `qwen3:8b` (`fast`).")
    assert "• `fast` → `medium`\n" in listed
    assert "• `lost` → `nothing:1b` (not installed)" in listed
    assert "mine" not in listed


async def test_what_cannot_be_an_alias_is_told(stack: Stack) -> None:
    async def answer(command: str, **options: str) -> str:
        return (await stack.ada.run(command, "general", **options)).content

    assert "would stand for itself: fast → FAST" in await answer("/alias add", alias="fast", model="FAST")
    assert "is the name of an installed model" in await answer("/alias add", alias="qwen3:8b", model="fast")
    assert "must be one word" in await answer("/alias add", alias="two words", model="fast")
    assert await answer("/alias remove", alias="larg") == "There is no alias “larg”. Closest: large."


async def test_only_operators_change_aliases(stack: Stack) -> None:
    for command, options in (("/alias add", {"alias": "x", "model": "fast"}), ("/alias remove", {"alias": "fast"})):
        refused = await stack.cleo.run(command, "general", force=True, **options)
        assert refused.content.startswith("Only the operators of this bot may do that")
    assert "• `fast` → `qwen2.5:0.5b`" in (await stack.cleo.run("/alias list", "general")).content
