"""How discord.py fares with the limits: it reads the headers, waits, and tries again."""

import asyncio
from collections.abc import AsyncIterator

import discord
import pytest

from sandbox import Bucket, Limits, Sandbox
from sandbox.actor import Person
from tests.sandbox.bots import TryBot, living

CREATE = "POST /channels/{}/messages"


@pytest.fixture
async def sandbox(limits: bool | Limits) -> AsyncIterator[Sandbox]:
    """On the system's clock, because the library waits by it."""
    async with Sandbox(limits=limits) as opened:
        yield opened


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[TryBot]:
    async with living(TryBot(), sandbox) as running:
        yield running


def general(bot: TryBot) -> discord.TextChannel:
    channel = discord.utils.get(bot.get_all_channels(), name="general")
    assert isinstance(channel, discord.TextChannel)
    return channel


@pytest.mark.parametrize("limits", [Limits(table=(Bucket("few", 2, 0.3, (CREATE,)),))], ids=["two in 0.3 s"])
async def test_it_waits_by_itself_and_is_never_refused(bot: TryBot, sandbox: Sandbox, ada: Person) -> None:
    await asyncio.gather(*(general(bot).send(str(number)) for number in range(7)))
    assert sorted(message.content for message in await ada.history("general")) == list("0123456")
    assert sandbox.limits.refused == {}


@pytest.mark.parametrize("scope", ["user", "global", "shared"])
async def test_it_tries_again_after_a_429(bot: TryBot, sandbox: Sandbox, ada: Person, scope: str) -> None:
    fault = sandbox.faults.limit("POST", "/messages$", 0.01, scope=scope, times=2)
    await general(bot).send("patience")
    assert (fault.met, [message.content for message in await ada.history("general")]) == (2, ["patience"])


async def test_it_tries_a_follow_up_again_too(bot: TryBot, sandbox: Sandbox, ada: Person) -> None:
    fault = sandbox.faults.limit("POST", "^/webhooks/", 0.01, scope="user")
    assert (await ada.run("/slow", "general")).content == "here at last"
    assert fault.met == 1


@pytest.mark.parametrize("limits", [Limits(invalid_requests=1)], ids=["one is too many"])
async def test_it_gives_up_at_once_where_it_is_banned(bot: TryBot, sandbox: Sandbox) -> None:
    sandbox.faults.answer("POST", "/messages$", 403, {"message": "Missing Access", "code": 50001})
    with pytest.raises(discord.Forbidden):
        await general(bot).send("x")
    with pytest.raises(discord.HTTPException) as refused:
        await general(bot).send("x")
    assert (refused.value.status, refused.value.code) == (429, 0)
    assert "Access denied" in refused.value.text
    assert sandbox.limits.refused == {("cloudflare", "POST /channels/{channel}/messages"): 1}
