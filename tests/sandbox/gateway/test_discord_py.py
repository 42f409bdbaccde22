"""discord.py itself on the gateway: what it survives, and that it then has heard everything, once and in order."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable

import discord
import pytest

from sandbox import GatewayTerms, ManualClock, Sandbox
from sandbox.actor import Person
from sandbox.gateway.faults import GatewayFaults
from sandbox.gateway.intents import Intent
from tests.sandbox.bots import Echoing, living, point_at
from tests.sandbox.raw import soon

SEES_WORDS = discord.Intents(guilds=True, guild_messages=True, message_content=True)
# A bot that takes its connection for dead after half a second without anything, not even an acknowledgement.
IMPATIENT = 0.5
OFTEN = GatewayTerms(heartbeat_interval=0.1)


@pytest.fixture
async def sandbox(clock: ManualClock) -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=clock, privileged_intents=Intent.MESSAGE_CONTENT, terms=OFTEN) as opened:
        yield opened


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Echoing]:
    async with living(Echoing(SEES_WORDS, heartbeat_timeout=IMPATIENT), sandbox) as running:
        yield running


def test_it_asks_for_zstd() -> None:
    assert discord.utils._ActiveDecompressionContext.COMPRESSION_TYPE == "zstd-stream"


async def say(ada: Person, *texts: str) -> None:
    for text in texts:
        await ada.say("general", text)


async def hears(bot: Echoing, *texts: str) -> None:
    assert [(await bot.next_heard()).content for _ in texts] == list(texts)
    assert bot.heard.empty()


def _dropped_while_held_back(faults: GatewayFaults) -> None:
    faults.drop()
    faults.release_events()


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(GatewayFaults.drop, id="dropped"),
        pytest.param(GatewayFaults.close, id="closed with 4000"),
        pytest.param(lambda faults: faults.close(1000), id="closed with 1000"),
        pytest.param(lambda faults: faults.close(1001), id="closed with 1001"),
        pytest.param(lambda faults: faults.close(4008), id="closed with 4008"),
        pytest.param(GatewayFaults.ask_to_reconnect, id="asked to reconnect"),
        pytest.param(lambda faults: faults.invalidate(resumable=True), id="asked to resume"),
        pytest.param(_dropped_while_held_back, id="dropped while events are held back"),
        pytest.param(GatewayFaults.ignore_heartbeats, id="not acknowledged any more"),
    ],
)
async def test_it_resumes_and_misses_nothing(
    bot: Echoing, ada: Person, sandbox: Sandbox, fault: Callable[[GatewayFaults], None]
) -> None:
    faults = sandbox.gateway_faults
    await say(ada, "one")
    await hears(bot, "one")
    faults.hold_events() if fault is _dropped_while_held_back else None
    await say(ada, "two")
    fault(faults)
    await say(ada, "three")
    await soon(bot.resumed.wait())
    faults.clear()
    await say(ada, "four")
    await hears(bot, "two", "three", "four")
    assert bot.identified == 1


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(GatewayFaults.invalidate, id="invalid session"),
        pytest.param(GatewayFaults.time_out, id="session timed out"),
        pytest.param(lambda faults: (faults.forget_sessions(), faults.drop()), id="forgotten and dropped"),
    ],
)
async def test_it_identifies_again_when_its_session_is_over(
    bot: Echoing, ada: Person, sandbox: Sandbox, fault: Callable[[GatewayFaults], None]
) -> None:
    await say(ada, "one")
    await hears(bot, "one")
    ready = asyncio.create_task(bot.wait_for("ready"))
    fault(sandbox.gateway_faults)
    await soon(ready)
    await say(ada, "two")
    await hears(bot, "two")
    assert (bot.identified, bot.resumed.is_set()) == (2, False)


@pytest.mark.parametrize("code", [4004, 4010, 4011, 4012, 4013, 4014])
async def test_it_gives_up_where_discord_says_so(sandbox: Sandbox, code: int) -> None:
    point_at(sandbox)
    async with Echoing() as bot:
        await bot.login(sandbox.token)
        connection = asyncio.create_task(bot.connect())
        await soon(sandbox.until_connected())
        sandbox.gateway_faults.close(code)
        with pytest.raises((discord.ConnectionClosed, discord.PrivilegedIntentsRequired)):
            await soon(connection)


async def test_it_answers_when_it_is_asked_for_a_heartbeat(
    bot: Echoing, ada: Person, sandbox: Sandbox, clock: ManualClock
) -> None:
    clock.move(3600)
    await say(ada, "still there?")
    await hears(bot, "still there?")
    assert not bot.resumed.is_set()


async def test_events_that_come_twice_or_not_at_all_are_heard_so(bot: Echoing, ada: Person, sandbox: Sandbox) -> None:
    sandbox.gateway_faults.double_events(1)
    await say(ada, "one")
    sandbox.gateway_faults.lose_events(1)
    await say(ada, "two", "three")
    await hears(bot, "one", "one", "three")


async def test_a_guild_goes_and_comes_back(bot: Echoing, sandbox: Sandbox) -> None:
    gone = asyncio.create_task(bot.wait_for("guild_unavailable"))
    back = asyncio.create_task(bot.wait_for("guild_available"))
    await asyncio.sleep(0)
    sandbox.gateway_faults.begin_outage("Workshop")
    assert (await soon(gone)).unavailable
    sandbox.gateway_faults.end_outage("Workshop")
    assert not (await soon(back)).unavailable


async def test_a_bot_without_zstandard_is_served_zlib(sandbox: Sandbox, ada: Person) -> None:
    command = (sys.executable, "-m", "tests.sandbox.zlib_bot", sandbox.api, sandbox.gateway, sandbox.token)
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        await sandbox.until_connected()
        await say(ada, "@TinyLLM hello")
        answer = await ada.wait_for("general", lambda message: message.author == "TinyLLM")
        assert answer.content == "you said @TinyLLM hello"
    finally:
        process.terminate()
        printed, _ = await process.communicate()
    assert printed == b"zlib-stream\n"
