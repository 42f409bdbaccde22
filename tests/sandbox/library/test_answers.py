"""Answers of real bots: in time and too late, once and twice, now and later, for everybody and for one person."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import discord
import pytest
from discord import app_commands

from sandbox import ManualClock, Sandbox
from sandbox.actor import NoAnswer, Person
from tests.sandbox.bots import OwnBot, living
from tests.sandbox.raw import soon

Answering = Callable[[discord.Interaction], Awaitable[None]]


def go(answer: Answering) -> OwnBot:
    """A bot that answers /go so."""

    @app_commands.command(description="d")
    async def go(interaction: discord.Interaction) -> None:
        await answer(interaction)

    return OwnBot(go)


async def test_a_response_tells_the_bot_what_it_made(sandbox: Sandbox, ben: Person) -> None:
    made: dict[str, Any] = {}

    async def answer(interaction: discord.Interaction) -> None:
        response = await interaction.response.send_message("psst", ephemeral=True, embed=discord.Embed(title="t"))
        made.update(id=response.message_id, ephemeral=response.is_ephemeral(), resource=response.resource)
        original = await interaction.original_response()
        made.update(original=original.id, flags=original.flags.ephemeral, metadata=original.interaction_metadata)

    async with living(go(answer), sandbox):
        seen = await ben.run("/go", "general")
    assert (made["id"], made["original"], made["ephemeral"], made["flags"]) == (seen.id, seen.id, True, True)
    assert isinstance(made["resource"], discord.InteractionMessage)
    assert made["metadata"].user.name == "ben"
    assert seen.embeds[0]["title"] == "t"


async def test_a_second_response_is_refused(sandbox: Sandbox, ben: Person) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("one")
        await discord.InteractionResponse(interaction).send_message("two")

    async with living(go(answer), sandbox) as bot:
        assert (await ben.run("/go", "general")).content == "one"
        failure = await bot.next_failure()
    assert isinstance(failure, discord.HTTPException)
    assert (failure.status, failure.code) == (400, 40060)


async def test_a_late_response_is_refused_and_the_person_knows(
    sandbox: Sandbox, ben: Person, clock: ManualClock
) -> None:
    asked = asyncio.Event()
    answering = asyncio.Event()

    async def answer(interaction: discord.Interaction) -> None:
        asked.set()
        await answering.wait()
        await interaction.response.send_message("here at last")

    async with living(go(answer), sandbox) as bot:
        running = asyncio.create_task(ben.run("/go", "general"))
        await soon(asked.wait())
        clock.move(3.001)
        with pytest.raises(NoAnswer, match="'/go': The application did not respond"):
            await soon(running)
        answering.set()
        failure = await bot.next_failure()
    assert isinstance(failure, discord.NotFound)
    assert failure.code == 10062


async def test_after_fifteen_minutes_the_token_is_dead(sandbox: Sandbox, ben: Person, clock: ManualClock) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("one")
        clock.move(15 * 60)
        await interaction.edit_original_response(content="two")
        clock.move(0.001)
        await interaction.followup.send("three")

    async with living(go(answer), sandbox) as bot:
        seen = await ben.run("/go", "general")
        failure = await bot.next_failure()
        assert (await ben.wait_for_revision(seen, lambda message: message.content == "two")).id == seen.id
    assert isinstance(failure, discord.HTTPException)
    assert (failure.status, failure.code) == (401, 50027)


@pytest.mark.parametrize("private", [False, True])
async def test_thinking_is_edited(sandbox: Sandbox, ben: Person, ada: Person, private: bool) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=private, thinking=True)
        await interaction.edit_original_response(content="here", attachments=[discord.File(__file__)])

    async with living(go(answer), sandbox):
        seen = await ben.run("/go", "general")
    assert (seen.content, seen.ephemeral, seen.attachments) == ("here", private, ("test_answers.py",))
    assert len(await ada.history("general")) == (0 if private else 1)


async def test_the_original_is_deleted(sandbox: Sandbox, ben: Person) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=True)
        await interaction.delete_original_response()

    async with living(go(answer), sandbox):
        assert (await ben.run("/go", "general")).deleted
    assert await ben.history("general") == []


async def test_follow_ups_are_sent_edited_fetched_and_deleted(sandbox: Sandbox, ben: Person) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("first")
        second = await interaction.followup.send("second", wait=True, file=discord.File(__file__))
        await second.edit(content="changed")
        third = await interaction.followup.send("third", ephemeral=True, wait=True)
        assert (await interaction.followup.fetch_message(third.id)).content == "third"
        await interaction.followup.send("fourth")
        await third.delete()

    async with living(go(answer), sandbox):
        await ben.run("/go", "general")
        await ben.wait_for("general", lambda message: message.content == "fourth")
    assert [message.content for message in await ben.history("general")] == ["first", "changed", "fourth"]


async def test_a_refused_response_can_be_tried_again(sandbox: Sandbox, ben: Person) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        try:
            await interaction.response.send_message("x" * 2001)
        except discord.HTTPException as refused:
            await interaction.response.send_message(f"{refused.status} {refused.code}")

    async with living(go(answer), sandbox):
        assert (await ben.run("/go", "general")).content == "400 50035"


async def test_an_activity_cannot_be_launched(sandbox: Sandbox, ben: Person) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        try:
            await interaction.response.launch_activity()
        except discord.HTTPException as refused:
            await interaction.response.send_message(f"{refused.status} {refused.code}")

    async with living(go(answer), sandbox):
        assert (await ben.run("/go", "general")).content == "400 50035"


async def test_an_error_is_told_after_the_answer(sandbox: Sandbox, ben: Person) -> None:
    async def answer(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await interaction.followup.send("", allowed_mentions=discord.AllowedMentions.none())

    async with living(go(answer), sandbox) as bot:
        running = asyncio.create_task(ben.run("/go", "general"))
        failure = await bot.next_failure()
        assert isinstance(failure, discord.HTTPException)
        assert failure.code == 50006
        running.cancel()
