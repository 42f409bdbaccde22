"""The terminal beside the running bot: what one sets, the other follows."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from typing import Any

import pytest

from tests.stack import ROOT
from tests.whole.conftest import Stack

PATIENCE = 30.0
"""Seconds within which each must follow the other."""


@pytest.fixture
def settings() -> dict[str, str]:
    return {}


async def tinyllm(stack: Stack, *arguments: str, said: str = "") -> str:
    """Run a command in the bot's home; returns what it printed."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tinyllm",
        *arguments,
        cwd=stack.bot.home,
        env={
            "PYTHONPATH": str(ROOT),
            "TINYLLM_HOME": str(stack.bot.home),
            "OLLAMA_HOST": stack.models.url,
            "LANG": "C.UTF-8",
        },
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    output, problem = await process.communicate(said.encode())
    assert process.returncode == 0, problem.decode()
    return output.decode()


async def told(stack: Stack, *arguments: str) -> Any:
    return json.loads(await tinyllm(stack, *arguments, "--json"))


async def aliases_told(stack: Stack) -> dict[str, str]:
    return {entry["alias"]: entry["target"] for entry in (await told(stack, "models", "list"))["aliases"]}


async def until_discord_shows(stack: Stack, command: str, is_so: Callable[[str], bool], **options: str) -> str:
    """Ask the bot again and again until its answer is right; each answer takes as long as it takes."""
    async with asyncio.timeout(PATIENCE):
        while not is_so(shown := (await stack.ben.run(command, "general", **options)).content):
            pass
    return shown


async def test_a_default_that_the_terminal_sets_is_followed_in_discord_and_the_other_way_round(stack: Stack) -> None:
    await tinyllm(stack, "models", "set-default", "large")
    shown = await until_discord_shows(stack, "/model", lambda shown: "qwen3:8b" in shown)
    assert "the default everywhere as `large`" in shown
    assert "qwen3:8b · " in (await stack.ask("general", "who are you?")).content

    await stack.ada.run("/default", "general", model="fast")
    assert (await told(stack, "models", "list"))["default"] == "qwen2.5:0.5b"


async def test_aliases_of_one_are_those_of_the_other(stack: Stack) -> None:
    await tinyllm(stack, "models", "alias", "add", "quick", "qwen2.5:0.5b")
    await tinyllm(stack, "models", "alias", "remove", "judge")
    await until_discord_shows(stack, "/alias list", lambda shown: "judge" not in shown)
    assert "`quick` → `qwen2.5:0.5b`" in (await stack.ben.run("/alias list", "general")).content

    await stack.ada.run("/alias add", "general", alias="quick", model="large")
    await stack.ada.run("/alias remove", "general", alias="tiny")
    aliases = await aliases_told(stack)
    assert aliases["quick"] == "large"
    assert "tiny" not in aliases


async def test_statistics_of_one_are_those_of_the_other(stack: Stack) -> None:
    await tinyllm(stack, "chat", "-m", "fast", said="say: One.")
    await until_discord_shows(stack, "/modelinfo", lambda shown: "**Requests:** 1," in shown, name="fast")

    await stack.ask("general", "say: Two.")  # the biggest one answers
    async with asyncio.timeout(PATIENCE):
        while (await told(stack, "models", "info", "qwen3:8b"))["requests"] != 1:
            pass
    assert (await told(stack, "models", "info", "fast"))["requests"] == 1


async def test_both_count_and_change_at_once_and_nothing_is_lost(stack: Stack) -> None:
    async def from_the_terminal(number: int) -> None:
        await tinyllm(stack, "chat", "-m", "medium", said=f"say: {number}.")
        await tinyllm(stack, "models", "alias", "add", f"terminal{number}", "medium")

    async def from_discord(number: int) -> None:
        await stack.ada.run("/model", "general", name="medium")
        await stack.ask("general", f"say: {number}.")
        await stack.ada.run("/alias add", "general", alias=f"discord{number}", model="medium")

    async def discord() -> None:
        for number in range(5):
            await from_discord(number)

    await asyncio.gather(discord(), *(from_the_terminal(number) for number in range(5)))
    assert await stack.bot.stop() == 0

    assert (await told(stack, "models", "info", "medium"))["requests"] == 10
    aliases = await aliases_told(stack)
    assert {f"{who}{number}" for who in ("terminal", "discord") for number in range(5)} <= aliases.keys()
