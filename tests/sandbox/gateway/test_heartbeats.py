"""Heartbeats, and what becomes of a bot that stops sending them."""

import pytest

from sandbox import ManualClock, Sandbox
from sandbox.actor import Person
from tests.sandbox.raw import gateway

INTERVAL = 41.25
# The tolerance is the sandbox's own: Discord has one, and does not say which.
LATE, DEAD = 1.25 * INTERVAL, 0.25 * INTERVAL
ACKNOWLEDGED = {"op": 11, "d": None, "s": None, "t": None}
ASKED = {"op": 1, "d": None, "s": None, "t": None}


@pytest.mark.parametrize("sequence", [None, 0, 251])
async def test_heartbeats_are_acknowledged_before_and_after_identify(sandbox: Sandbox, sequence: int | None) -> None:
    async with gateway(sandbox) as line:
        await line.say(1, sequence)
        assert await line.next() == ACKNOWLEDGED
        await line.ready(sandbox.token)
        await line.say(1, sequence)
        assert await line.next() == ACKNOWLEDGED


async def test_an_acknowledgement_leaves_the_bot_a_moment_to_note_that_it_has_sent_its_heartbeat(
    sandbox: Sandbox,
) -> None:
    async with gateway(sandbox) as line:
        guild = (await line.ready(sandbox.token))["guilds"][0]["id"]
        await line.say(1, 1)
        await line.say(8, {"guild_id": guild, "query": "ben", "limit": 1})
        assert (await line.next())["t"] == "GUILD_MEMBERS_CHUNK"
        assert await line.next() == ACKNOWLEDGED


async def test_a_silent_bot_is_asked_for_a_heartbeat_and_lives_on_if_it_answers(
    sandbox: Sandbox, clock: ManualClock
) -> None:
    async with gateway(sandbox) as line:
        await line.ready(sandbox.token)
        for _ in range(2):
            clock.move(LATE - 0.01)
            assert await line.quiet()
        clock.move(LATE)
        assert await line.next() == ASKED
        assert await line.quiet()
        clock.move(LATE - 0.01)
        assert await line.quiet()


async def test_a_bot_that_stays_silent_is_closed_and_may_resume(
    sandbox: Sandbox, clock: ManualClock, ada: Person
) -> None:
    async with gateway(sandbox) as line:
        session = (await line.ready(sandbox.token, 512))["session_id"]
        clock.move(LATE)
        assert await line.next() == ASKED
        clock.move(DEAD)
        assert await line.next() == {"closed": 4000}
    await ada.say("general", "are you there?")
    async with gateway(sandbox) as line:
        await line.resume(sandbox.token, session, 1)
        assert [(await line.next())["t"] for _ in range(2)] == ["MESSAGE_CREATE", "RESUMED"]


async def test_a_connection_on_which_nobody_identifies_is_watched_too(sandbox: Sandbox, clock: ManualClock) -> None:
    async with gateway(sandbox) as line:
        clock.move(LATE)
        assert await line.next() == ASKED
        clock.move(DEAD)
        assert await line.next() == {"closed": 4000}


async def test_a_clock_that_leaps_leaves_the_bot_a_moment_to_answer(sandbox: Sandbox, clock: ManualClock) -> None:
    async with gateway(sandbox) as line:
        await line.ready(sandbox.token)
        clock.move(3600)
        assert await line.next() == ASKED
        assert await line.quiet()
