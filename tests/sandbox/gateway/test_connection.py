"""The gateway as a bot without a library meets it: hello, identify, encodings, and what closes a connection."""

from typing import Any

import aiohttp
import orjson
import pytest

from sandbox import GatewayTerms, Guild, ManualClock, Person, Sandbox, World
from sandbox.gateway.intents import Intent
from tests.sandbox.raw import connecting, gateway, soon

SENDABLE = 4096


async def test_hello_names_the_interval(sandbox: Sandbox) -> None:
    async with connecting(sandbox) as line:
        hello = await line.next()
    assert (hello["op"], hello["d"]["heartbeat_interval"], hello["s"], hello["t"]) == (10, 41_250, None, None)


async def test_ready_and_the_guilds_follow_identify(sandbox: Sandbox) -> None:
    async with gateway(sandbox) as line:
        ready = await line.ready(sandbox.token, 513)
        assert ready["resume_gateway_url"] == sandbox.gateway
        assert ready["application"]["id"] == ready["user"]["id"]
        assert (ready["v"], "shard" in ready) == (10, False)
        guild = (await line.until("GUILD_CREATE"))["d"]
        assert ready["guilds"] == [{"id": guild["id"], "unavailable": True}]
        assert (guild["unavailable"], guild["large"], guild["member_count"]) == (False, False, 4)


async def test_without_the_guilds_intent_no_guild_is_described(sandbox: Sandbox) -> None:
    async with gateway(sandbox) as line:
        await line.ready(sandbox.token)
        assert await line.quiet()


@pytest.mark.parametrize(
    ("privileged", "members", "presences"),
    [
        (0, 1, 0),
        (Intent.GUILD_MEMBERS, 1, 0),
        (Intent.GUILD_PRESENCES, 4, 4),
    ],
    ids=str,
)
async def test_only_with_the_presences_intent_a_guild_comes_with_all_its_members(
    clock: ManualClock, privileged: int, members: int, presences: int
) -> None:
    async with Sandbox(clock=clock, privileged_intents=privileged) as sandbox, gateway(sandbox) as line:
        await line.ready(sandbox.token, privileged | Intent.GUILDS)
        guild = (await line.until("GUILD_CREATE"))["d"]
    assert (len(guild["members"]), len(guild["presences"])) == (members, presences)


@pytest.mark.parametrize(("people", "large"), [(49, False), (50, True)])
async def test_a_large_guild_comes_without_those_who_are_offline(people: int, large: bool) -> None:
    world = World(
        bot="Tiny",
        owner="p0",
        people=tuple(Person(f"p{number}") for number in range(people)),
        guilds=(Guild("Big", owner="p0", channels=("general",)),),
    )
    async with Sandbox(world=world, privileged_intents=Intent.GUILD_PRESENCES) as sandbox:
        async with aiohttp.ClientSession() as http:
            url = f"{sandbox.url}/sandbox/people/p1/presence"
            await http.post(url, json={"status": "invisible"})
        async with gateway(sandbox) as line:
            await line.ready(sandbox.token, Intent.GUILDS | Intent.GUILD_PRESENCES, large_threshold=50)
            guild = (await line.until("GUILD_CREATE"))["d"]
    names = [member["user"]["username"] for member in guild["members"]]
    assert (guild["large"], guild["member_count"], "p1" in names) == (large, people + 1, not large)
    assert len(guild["presences"]) == people


async def test_the_flags_of_the_application_tell_the_enabled_intents(clock: ManualClock) -> None:
    privileged = Intent.MESSAGE_CONTENT | Intent.GUILD_MEMBERS
    async with Sandbox(clock=clock, privileged_intents=privileged) as sandbox, gateway(sandbox) as line:
        ready = await line.ready(sandbox.token, privileged)
    assert ready["application"]["flags"] == 1 << 19 | 1 << 15


@pytest.mark.parametrize(
    ("query", "compress", "packed"),
    [
        pytest.param("v=10&encoding=json", False, 0, id="text"),
        pytest.param("v=10&encoding=json", True, 1, id="payload compression, of what is worth it"),
        pytest.param("v=10&encoding=json&compress=zlib-stream", False, 4, id="zlib"),
        pytest.param("v=10&encoding=json&compress=zstd-stream", False, 4, id="zstd"),
        pytest.param("v=10&encoding=json&compress=zstd-stream", True, 4, id="zstd beats payload compression"),
    ],
)
async def test_events_come_as_text_or_compressed(sandbox: Sandbox, query: str, compress: bool, packed: int) -> None:
    async with gateway(sandbox, query) as line:
        await line.identify(sandbox.token, compress=compress)
        assert [(await line.next())["t"], (await line.next())["t"]] == ["READY", "GUILD_CREATE"]
        assert await line.quiet()
        assert line.packed == packed


@pytest.mark.parametrize(
    ("query", "code"),
    [
        pytest.param("v=10&encoding=json", None, id="10"),
        pytest.param("v=9&encoding=json", None, id="9"),
        pytest.param("", None, id="nothing"),
        pytest.param("v=8&encoding=json", 4012, id="8"),
        pytest.param("v=11&encoding=json", 4012, id="11"),
        pytest.param("v=ten", 4012, id="no number"),
        pytest.param("v=10&encoding=xml", 4002, id="unknown encoding"),
        pytest.param("v=10&encoding=json&compress=gzip", 4002, id="unknown compression"),
    ],
)
async def test_the_query_of_a_connection_is_checked(sandbox: Sandbox, query: str, code: int | None) -> None:
    async with connecting(sandbox, query) as line:
        said = await line.next()
    assert said.get("closed") == code


async def test_etf_is_refused_loudly_because_the_sandbox_does_not_speak_it(sandbox: Sandbox) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with connecting(sandbox, "v=10&encoding=etf"):
            pass
    assert refused.value.status == 501


IDENTIFY = {"token": "sandbox-token", "intents": 1, "properties": {}}


@pytest.mark.parametrize(
    ("op", "data", "code"),
    [
        pytest.param(2, IDENTIFY | {"token": "wrong"}, 4004, id="bad token"),
        pytest.param(2, {}, 4004, id="no token"),
        pytest.param(2, [], 4002, id="no object"),
        pytest.param(2, {"token": "sandbox-token", "intents": 1}, 4002, id="no properties"),
        pytest.param(2, IDENTIFY | {"large_threshold": "many"}, 4002, id="bad threshold"),
        pytest.param(2, IDENTIFY | {"presence": {"status": "away"}}, 4002, id="bad presence"),
        pytest.param(2, IDENTIFY | {"presence": "online"}, 4002, id="presence that is no object"),
        pytest.param(2, IDENTIFY | {"intents": None}, 4013, id="no intents"),
        pytest.param(2, IDENTIFY | {"intents": True}, 4013, id="intents that are no number"),
        pytest.param(2, IDENTIFY | {"intents": -1}, 4013, id="negative intents"),
        pytest.param(2, IDENTIFY | {"intents": 1 << 17}, 4013, id="intent that does not exist"),
        pytest.param(2, IDENTIFY | {"intents": 1 << 26}, 4013, id="intent after the last one"),
        pytest.param(2, IDENTIFY | {"intents": 1 << 1}, 4014, id="members not enabled"),
        pytest.param(2, IDENTIFY | {"intents": 1 << 8}, 4014, id="presences not enabled"),
        pytest.param(2, IDENTIFY | {"intents": 1 << 15}, 4014, id="message content not enabled"),
        pytest.param(2, IDENTIFY | {"shard": [2, 2]}, 4010, id="shard beyond the last"),
        pytest.param(2, IDENTIFY | {"shard": [-1, 2]}, 4010, id="shard before the first"),
        pytest.param(2, IDENTIFY | {"shard": [0, 0]}, 4010, id="no shards"),
        pytest.param(2, IDENTIFY | {"shard": [0]}, 4010, id="half a shard"),
        pytest.param(6, {"token": "wrong", "session_id": "x", "seq": 1}, 4004, id="bad token at resume"),
        pytest.param(1, "soon", 4002, id="heartbeat without a number"),
        pytest.param(3, {}, 4003, id="presence before identify"),
        pytest.param(8, {}, 4003, id="asking before identify"),
        pytest.param(99, {}, 4003, id="nonsense before identify"),
    ],
)
async def test_what_discord_closes_with(sandbox: Sandbox, op: int, data: object, code: int) -> None:
    async with gateway(sandbox) as line:
        await line.say(op, data)
        assert await line.next() == {"closed": code}


@pytest.mark.parametrize(
    ("op", "data", "code"),
    [
        pytest.param(2, IDENTIFY, 4005, id="identify twice"),
        pytest.param(6, IDENTIFY, 4005, id="resume after identify"),
        pytest.param(0, {}, 4001, id="dispatch"),
        pytest.param(7, {}, 4001, id="reconnect"),
        pytest.param(99, {}, 4001, id="nonsense"),
        pytest.param(3, {"status": "away", "activities": []}, 4002, id="unknown status"),
        pytest.param(3, {"status": "idle", "activities": None}, 4002, id="no activities"),
        pytest.param(3, {"status": "idle", "activities": [{"type": 0}]}, 4002, id="activity without a name"),
        pytest.param(3, {"status": "idle", "activities": [{"name": "x", "type": 9}]}, 4002, id="unknown activity"),
        pytest.param(4, {}, 4002, id="voice without a guild"),
        pytest.param(8, {"query": "", "limit": 0}, 4002, id="members of no guild"),
        pytest.param(8, {"guild_id": "1"}, 4002, id="members without a question"),
        pytest.param(8, {"guild_id": "1", "query": "", "limit": -1}, 4002, id="less than no members"),
        pytest.param(31, {}, 4002, id="sounds of no guilds"),
    ],
)
async def test_what_discord_closes_with_after_ready(sandbox: Sandbox, op: int, data: object, code: int) -> None:
    async with gateway(sandbox) as line:
        await line.ready(sandbox.token)
        await line.say(op, data)
        assert await line.next() == {"closed": code}


@pytest.mark.parametrize("raw", ["{", "[]", "null", '{"d": 1}', '{"op": true}', '{"op": "1"}'])
async def test_what_is_no_payload_closes_with_4002(sandbox: Sandbox, raw: str) -> None:
    async with gateway(sandbox) as line:
        await line.socket.send_str(raw)
        assert await line.next() == {"closed": 4002}


@pytest.mark.parametrize(("size", "fits"), [(SENDABLE, True), (SENDABLE + 1, False), (20 * SENDABLE, False)])
async def test_a_payload_has_at_most_4096_bytes(sandbox: Sandbox, size: int, fits: bool) -> None:
    payload: dict[str, Any] = {"op": 1, "d": None, "filling": ""}
    payload["filling"] = "é" * ((size - len(orjson.dumps(payload))) // 2)
    raw = orjson.dumps(payload).ljust(size)
    async with gateway(sandbox) as line:
        await line.socket.send_str(raw.decode())
        assert (await line.next()).get("closed") == (None if fits else 4002)


async def test_whoever_waits_for_a_bot_is_told_when_it_is_ready(sandbox: Sandbox) -> None:
    with pytest.raises(TimeoutError):
        await sandbox.until_connected(timeout=0)
    async with gateway(sandbox) as line:
        await line.identify(sandbox.token)
        await soon(sandbox.until_connected())
        with pytest.raises(TimeoutError):
            await sandbox.until_alone(timeout=0)
    await soon(sandbox.until_alone())


async def test_the_interval_of_heartbeats_can_be_another(clock: ManualClock) -> None:
    async with (
        Sandbox(clock=clock, terms=GatewayTerms(heartbeat_interval=1.5)) as sandbox,
        connecting(sandbox) as line,
    ):
        assert (await line.next())["d"]["heartbeat_interval"] == 1500
