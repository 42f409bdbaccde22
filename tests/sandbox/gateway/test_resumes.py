"""Sessions that are resumed, and those that cannot be."""

from typing import NamedTuple

import pytest

from sandbox import ManualClock, Sandbox
from sandbox.actor import Person
from sandbox.gateway.session import Session
from tests.sandbox.raw import Gateway, gateway, soon

INVALID = {"op": 9, "d": False, "s": None, "t": None}


class Left(NamedTuple):
    session: str
    sequence: int


async def leave(sandbox: Sandbox, ada: Person, code: int = 4000) -> Left:
    """What is known of a session whose connection the bot closed after the first message."""
    async with gateway(sandbox) as line:
        session = (await line.ready(sandbox.token, 513))["session_id"]
        await ada.say("general", "one")
        sequence = (await line.until("MESSAGE_CREATE"))["s"]
        await line.socket.close(code=code)
    await soon(sandbox.until_alone())
    return Left(session, sequence)


async def resume(line: Gateway, sandbox: Sandbox, left: Left) -> None:
    await line.resume(sandbox.token, left.session, left.sequence)


async def test_a_resume_replays_what_was_missed_and_nothing_else(sandbox: Sandbox, ada: Person) -> None:
    left = await leave(sandbox, ada)
    await ada.say("general", "two")
    await ada.say("general", "three")
    async with gateway(sandbox) as line:
        await resume(line, sandbox, left)
        missed = [await line.next(), await line.next(), await line.next()]
        await ada.say("general", "four")
        missed.append(await line.next())
    assert [event["t"] for event in missed] == ["MESSAGE_CREATE", "MESSAGE_CREATE", "RESUMED", "MESSAGE_CREATE"]
    assert [event["s"] for event in missed] == [left.sequence + number for number in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    ("code", "resumable"),
    [(1000, False), (1001, False), (4000, True), (4009, True), (3000, True)],
)
async def test_a_bot_that_says_goodbye_ends_its_session(
    sandbox: Sandbox, ada: Person, code: int, resumable: bool
) -> None:
    left = await leave(sandbox, ada, code)
    async with gateway(sandbox) as line:
        await resume(line, sandbox, left)
        said = await line.next()
    assert (said["t"] if resumable else said) == ("RESUMED" if resumable else INVALID)


async def test_after_an_invalid_session_the_bot_may_identify_on_the_same_connection(sandbox: Sandbox) -> None:
    async with gateway(sandbox) as line:
        await resume(line, sandbox, Left("never", 1))
        assert await line.next() == INVALID
        await line.say(3, {"status": "idle", "activities": []})
        assert await line.next() == {"closed": 4003}
    async with gateway(sandbox) as line:
        await resume(line, sandbox, Left("never", 1))
        assert await line.next() == INVALID
        assert await line.ready(sandbox.token)


@pytest.mark.parametrize(("seconds", "resumable"), [(180 - 0.01, True), (180, False)])
async def test_a_session_waits_three_minutes_to_be_resumed(
    sandbox: Sandbox, ada: Person, clock: ManualClock, seconds: float, resumable: bool
) -> None:
    left = await leave(sandbox, ada)
    clock.move(seconds)
    async with gateway(sandbox) as line:
        await resume(line, sandbox, left)
        said = await line.next()
    assert (said["t"] if resumable else said) == ("RESUMED" if resumable else INVALID)


async def test_a_resumed_session_is_not_forgotten_for_its_former_absence(
    sandbox: Sandbox, ada: Person, clock: ManualClock
) -> None:
    left = await leave(sandbox, ada)
    clock.move(100)
    async with gateway(sandbox) as line:
        await resume(line, sandbox, left)
        await line.until("RESUMED")
        clock.move(100)
        await ada.say("general", "still there?")
        assert (await line.until("MESSAGE_CREATE"))["s"] == left.sequence + 2


@pytest.mark.parametrize("sequence", [99, -1, None, True])
async def test_a_number_that_was_never_sent_closes_with_4007_and_ends_the_session(
    sandbox: Sandbox, ada: Person, sequence: object
) -> None:
    left = await leave(sandbox, ada)
    async with gateway(sandbox) as line:
        await line.resume(sandbox.token, left.session, sequence)
        assert await line.next() == {"closed": 4007}
    async with gateway(sandbox) as line:
        await resume(line, sandbox, left)
        assert await line.next() == INVALID


async def test_a_session_can_be_taken_over_by_another_connection(sandbox: Sandbox, ada: Person) -> None:
    async with gateway(sandbox) as first:
        session = (await first.ready(sandbox.token, 512))["session_id"]
        async with gateway(sandbox) as second:
            await second.resume(sandbox.token, session, 1)
            await second.until("RESUMED")
            assert await first.next() == {"closed": 4000}
            await ada.say("general", "hello")
            assert (await second.until("MESSAGE_CREATE"))["s"] == 3


async def test_the_goodbye_of_a_connection_that_was_left_does_not_end_the_session(
    sandbox: Sandbox, ada: Person
) -> None:
    async with gateway(sandbox) as second:
        async with gateway(sandbox) as first:
            session = (await first.ready(sandbox.token, 512))["session_id"]
            await second.resume(sandbox.token, session, 1)
            await first.socket.close(code=1000)
        await second.until("RESUMED")
        await ada.say("general", "hello")
        assert await second.until("MESSAGE_CREATE")


@pytest.mark.parametrize(("missed", "kept"), [(5000, True), (5001, False)])
def test_a_session_keeps_its_last_five_thousand_events(missed: int, kept: bool) -> None:
    session = Session(intents=0, shard=(0, 1))
    for _ in range(missed):
        session.send("TYPING_START", b"{}")
    assert (session.missed_since(0) is not None) is kept
