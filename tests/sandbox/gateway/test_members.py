"""Members that are asked for through the gateway."""

from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest

from sandbox import Guild, ManualClock, Person, Sandbox, World
from sandbox.gateway.intents import Intent
from tests.sandbox.bots import TryBot, living
from tests.sandbox.raw import Gateway, gateway

PEOPLE = 1150
BIG = World(
    bot="Tiny",
    owner="ada",
    people=(Person("ada"), *(Person(f"member{number}") for number in range(PEOPLE - 1))),
    guilds=(Guild("Big", owner="ada", channels=("general",)),),
)


@pytest.fixture
async def big(clock: ManualClock) -> AsyncIterator[Sandbox]:
    privileged = Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES
    async with Sandbox(clock=clock, world=BIG, privileged_intents=privileged) as opened:
        yield opened


async def ask(line: Gateway, **wanted: Any) -> dict[str, Any]:
    """The data of the first chunk."""
    guild = (await line.until("GUILD_CREATE"))["d"]["id"]
    await line.say(8, {"guild_id": guild, **wanted})
    chunk: dict[str, Any] = (await line.until("GUILD_MEMBERS_CHUNK"))["d"]
    assert chunk["guild_id"] == guild
    return chunk


def names(chunk: dict[str, Any]) -> list[str]:
    return [member["user"]["username"] for member in chunk["members"]]


async def test_all_members_come_in_chunks_of_a_thousand(big: Sandbox) -> None:
    async with gateway(big) as line:
        await line.identify(big.token, Intent.GUILDS | Intent.GUILD_MEMBERS)
        chunk = await ask(line, query="", limit=0, nonce="n")
        assert (len(chunk["members"]), chunk["chunk_index"], chunk["chunk_count"]) == (1000, 0, 2)
        rest = (await line.next())["d"]
        assert (len(rest["members"]), rest["chunk_index"], rest["chunk_count"]) == (PEOPLE + 1 - 1000, 1, 2)
        assert (chunk["nonce"], rest["nonce"]) == ("n", "n")


@pytest.mark.parametrize("limit", [0, 5])
async def test_the_whole_list_needs_the_members_intent(big: Sandbox, limit: int) -> None:
    async with gateway(big) as line:
        await line.identify(big.token, Intent.GUILDS)
        guild = (await line.until("GUILD_CREATE"))["d"]["id"]
        await line.say(8, {"guild_id": guild, "query": "", "limit": limit})
        assert await line.quiet()


@pytest.mark.parametrize(
    ("query", "limit", "found"),
    [("ad", 5, 1), ("AD", 5, 1), ("member1", 3, 3), ("member", 0, 100), ("member", 101, 100), ("nobody", 5, 0)],
)
async def test_members_are_found_by_the_beginning_of_a_name(big: Sandbox, query: str, limit: int, found: int) -> None:
    async with gateway(big) as line:
        await line.identify(big.token)
        chunk = await ask(line, query=query, limit=limit)
    assert (len(chunk["members"]), chunk["chunk_count"]) == (found, 1)
    assert all(name.startswith(query.casefold()) for name in names(chunk))


async def test_members_are_found_by_id_and_the_others_are_named(big: Sandbox) -> None:
    async with gateway(big) as line:
        await line.identify(big.token)
        guild = (await line.until("GUILD_CREATE"))["d"]
        await line.say(8, {"guild_id": guild["id"], "user_ids": [guild["owner_id"], "1", "x"]})
        chunk = (await line.until("GUILD_MEMBERS_CHUNK"))["d"]
        assert (names(chunk), chunk["not_found"]) == (["ada"], ["1", "x"])
        await line.say(8, {"guild_id": int(guild["id"]), "user_ids": int(guild["owner_id"])})
        assert names((await line.until("GUILD_MEMBERS_CHUNK"))["d"]) == ["ada"]


@pytest.mark.parametrize(("count", "found"), [(100, 100), (101, 100)])
async def test_at_most_a_hundred_members_are_found_by_id(big: Sandbox, count: int, found: int) -> None:
    async with gateway(big) as line:
        await line.identify(big.token, Intent.GUILDS | Intent.GUILD_MEMBERS)
        everybody = await ask(line, query="", limit=count)
        ids = [member["user"]["id"] for member in everybody["members"]]
        assert len(ids) == count
        await line.say(8, {"guild_id": everybody["guild_id"], "user_ids": ids})
        assert len((await line.next())["d"]["members"]) == found


@pytest.mark.parametrize(
    ("nonce", "kept"), [("n" * 32, True), ("n" * 33, False), ("é" * 16, True), ("é" * 17, False), (1, False)]
)
async def test_a_nonce_has_at_most_32_bytes(big: Sandbox, nonce: object, kept: bool) -> None:
    async with gateway(big) as line:
        await line.identify(big.token)
        chunk = await ask(line, query="ada", limit=1, nonce=nonce)
    assert ("nonce" in chunk) is kept


@pytest.mark.parametrize(("intent", "shown"), [(Intent.GUILD_PRESENCES, True), (0, False)])
async def test_presences_come_along_with_the_intent_for_them(big: Sandbox, intent: int, shown: bool) -> None:
    async with gateway(big) as line:
        await line.identify(big.token, Intent.GUILDS | intent)
        chunk = await ask(line, query="ada", limit=1, presences=True)
    assert ("presences" in chunk) is shown
    if shown:
        assert chunk["presences"][0]["user"]["id"] == chunk["members"][0]["user"]["id"]


async def test_a_guild_of_which_the_bot_knows_nothing_is_not_answered(sandbox: Sandbox) -> None:
    async with gateway(sandbox) as line:
        await line.ready(sandbox.token)
        await line.say(8, {"guild_id": "1", "query": "a", "limit": 1})
        await line.say(31, {"guild_ids": ["1"]})
        await line.say(43, {"guild_id": "1", "fields": []})
        assert await line.quiet()


async def test_sounds_and_voice_channels_are_answered_with_none(sandbox: Sandbox) -> None:
    async with gateway(sandbox) as line:
        guild = (await line.ready(sandbox.token))["guilds"][0]["id"]
        await line.say(4, {"guild_id": guild, "channel_id": None, "self_mute": False, "self_deaf": False})
        await line.say(31, {"guild_ids": [guild]})
        assert (await line.next())["d"] == {"guild_id": guild, "soundboard_sounds": []}
        await line.say(43, {"guild_id": guild, "fields": ["status"]})
        assert (await line.next())["d"] == {"guild_id": guild, "channels": []}


@pytest.mark.parametrize("presences", [False, True])
async def test_a_bot_with_the_members_intent_knows_everybody(big: Sandbox, presences: bool) -> None:
    intents = discord.Intents(guilds=True, members=True, presences=presences)
    async with living(TryBot(intents), big) as bot:
        assert len(bot.guilds[0].members) == PEOPLE + 1
        assert (await bot.guilds[0].query_members("member7", limit=2))[0].name == "member7"
        found = await bot.guilds[0].query_members(user_ids=[bot.guilds[0].owner_id or 0], presences=presences)
        assert found[0].name == "ada"
        assert found[0].status == (discord.Status.online if presences else discord.Status.offline)
