"""Who is online, and who is told."""

import asyncio

import discord
import pytest

from sandbox import ManualClock, Sandbox
from sandbox.actor import ActorError, Person
from sandbox.gateway.intents import Intent
from tests.sandbox.bots import TryBot, living
from tests.sandbox.raw import gateway, soon


@pytest.mark.parametrize(
    ("status", "shown"),
    [("online", "online"), ("idle", "idle"), ("dnd", "dnd"), ("invisible", "offline"), ("offline", "offline")],
)
async def test_a_presence_of_the_bot_is_told_where_the_intent_allows(
    clock: ManualClock, status: str, shown: str
) -> None:
    async with (
        Sandbox(clock=clock, privileged_intents=Intent.GUILD_PRESENCES) as sandbox,
        gateway(sandbox) as line,
        gateway(sandbox) as other,
    ):
        ready = await line.ready(sandbox.token, Intent.GUILD_PRESENCES)
        await other.ready(sandbox.token)
        game = {"name": "chess", "type": 0, "party": {"id": "not for bots"}}
        await line.say(3, {"since": None, "status": status, "activities": [game], "afk": False})
        told = (await line.next())["d"]
        assert await other.quiet()
    assert told["user"] == {"id": ready["user"]["id"]}
    assert (told["status"], told["guild_id"]) == (shown, ready["guilds"][0]["id"])
    assert told["client_status"] == ({} if shown == "offline" else {"web": shown})
    played = [{"name": "chess", "type": 0, "created_at": int(clock.now() * 1000)}]
    assert told["activities"] == ([] if shown == "offline" else played)


async def test_the_bot_sees_what_people_do(clock: ManualClock) -> None:
    intents = discord.Intents(guilds=True, members=True, presences=True)
    privileged = Intent.GUILD_PRESENCES | Intent.GUILD_MEMBERS
    async with (
        Sandbox(clock=clock, privileged_intents=privileged) as sandbox,
        Person.join(sandbox.url, "ada") as ada,
        living(TryBot(intents, activity=discord.Game("chess"), status=discord.Status.idle), sandbox) as bot,
    ):
        me = bot.guilds[0].me
        assert (me.status, me.activity) == (discord.Status.idle, discord.Game("chess"))
        seen: asyncio.Queue[discord.Member] = asyncio.Queue()

        @bot.event
        async def on_presence_update(before: discord.Member, after: discord.Member) -> None:
            seen.put_nowait(after)

        await ada.appear("dnd", playing="go")
        member = await soon(seen.get())
        assert (member.name, member.status, member.activity) == ("ada", discord.Status.dnd, discord.Game("go"))
        with pytest.raises(ActorError, match="a status is one of"):
            await ada.appear("away")
        await bot.change_presence(status=discord.Status.offline)
        assert (await soon(seen.get())).id == me.id
