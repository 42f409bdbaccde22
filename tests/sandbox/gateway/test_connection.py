"""The gateway as a bot without a library meets it."""

import pytest

from sandbox import ManualClock, Sandbox
from sandbox.actor import Person
from sandbox.gateway.intents import Intent
from tests.sandbox.raw import Gateway, gateway, soon


async def test_hello_names_the_interval_and_heartbeats_are_acknowledged(sandbox: Sandbox) -> None:
    async with gateway(sandbox) as line:
        await line.say(1, None)
        assert (await line.next())["op"] == 11


async def test_ready_and_the_guilds_follow_identify(sandbox: Sandbox) -> None:
    async with gateway(sandbox) as line:
        await line.identify(sandbox.token)
        ready = (await line.until("READY"))["d"]
        assert ready["resume_gateway_url"] == sandbox.gateway
        assert ready["application"]["id"] == ready["user"]["id"]
        guild = (await line.until("GUILD_CREATE"))["d"]
        assert ready["guilds"] == [{"id": guild["id"], "unavailable": True}]
        assert len(guild["members"]) == 1  # the bot: the others are for the members intent
        assert guild["member_count"] == 4


async def test_without_the_guilds_intent_no_guild_is_described(sandbox: Sandbox) -> None:
    async with gateway(sandbox) as line:
        await line.identify(sandbox.token, intents=0)
        await line.until("READY")
        await line.say(1)
        assert (await line.next())["op"] == 11


@pytest.mark.parametrize("query", ["v=10&encoding=json", "v=10&encoding=json&compress=zlib-stream"])
async def test_events_come_as_text_or_as_one_zlib_stream(sandbox: Sandbox, query: str) -> None:
    async with gateway(sandbox, query) as line:
        await line.identify(sandbox.token)
        assert (await line.next())["t"] == "READY"
        assert (await line.next())["t"] == "GUILD_CREATE"


@pytest.mark.parametrize(
    ("op", "data", "code"),
    [
        pytest.param(2, {"token": "wrong", "intents": 1}, 4004, id="bad token"),
        pytest.param(2, {"token": "sandbox-token", "intents": 1 << 15}, 4014, id="intent that is not enabled"),
        pytest.param(2, {"token": "sandbox-token", "intents": 1 << 19}, 4013, id="intent that does not exist"),
        pytest.param(2, {"token": "sandbox-token", "intents": 1, "shard": [2, 2]}, 4010, id="bad shard"),
        pytest.param(6, {"token": "wrong", "session_id": "x", "seq": 1}, 4004, id="bad token at resume"),
        pytest.param(8, {}, 4003, id="asking before identify"),
        pytest.param(99, {}, 4003, id="nonsense before identify"),
    ],
)
async def test_what_discord_closes_with(sandbox: Sandbox, op: int, data: object, code: int) -> None:
    async with gateway(sandbox) as line:
        await line.say(op, data)
        assert await line.next() == {"closed": code}


@pytest.mark.parametrize(("op", "code"), [(2, 4005), (99, 4001)])
async def test_what_discord_closes_with_after_ready(sandbox: Sandbox, op: int, code: int) -> None:
    async with gateway(sandbox) as line:
        await line.identify(sandbox.token, intents=0)
        await line.until("READY")
        await line.say(op, {"token": sandbox.token, "intents": 0})
        assert await line.next() == {"closed": code}


async def test_what_is_not_json_closes_with_4002(sandbox: Sandbox) -> None:
    async with gateway(sandbox) as line:
        await line.socket.send_str("{")
        assert await line.next() == {"closed": 4002}


async def test_enabled_privileged_intents_are_granted(clock: ManualClock) -> None:
    privileged = Intent.MESSAGE_CONTENT | Intent.GUILD_MEMBERS
    async with Sandbox(clock=clock, privileged_intents=privileged) as sandbox, gateway(sandbox) as line:
        await line.identify(sandbox.token, intents=privileged | Intent.GUILDS)
        assert (await line.until("READY"))["d"]["application"]["flags"] == 1 << 19 | 1 << 15
        assert len((await line.until("GUILD_CREATE"))["d"]["members"]) == 4


async def test_a_resume_replays_what_was_missed_and_nothing_else(sandbox: Sandbox, ada: Person) -> None:
    session, sequence = await _ready_and_gone(sandbox, ada)
    await ada.say("general", "two")
    await ada.say("general", "three")
    async with gateway(sandbox) as line:
        await line.say(6, {"token": sandbox.token, "session_id": session, "seq": sequence})
        missed = [await line.next(), await line.next(), await line.next()]
    assert [event["t"] for event in missed] == ["MESSAGE_CREATE", "MESSAGE_CREATE", "RESUMED"]
    assert [event["s"] for event in missed] == [sequence + 1, sequence + 2, sequence + 3]


async def _ready_and_gone(sandbox: Sandbox, ada: Person) -> tuple[str, int]:
    """The id of a session whose connection was dropped after its first message, and that message's number."""
    async with gateway(sandbox) as line:
        await line.identify(sandbox.token)
        session = (await line.until("READY"))["d"]["session_id"]
        await ada.say("general", "one")
        sequence = (await line.until("MESSAGE_CREATE"))["s"]
        sandbox.drop_gateway()
        assert await line.next() == {"closed": 4000}
    return session, sequence


async def test_a_session_that_is_unknown_or_was_left_is_invalid(sandbox: Sandbox) -> None:
    async with gateway(sandbox) as line:
        await line.identify(sandbox.token)
        session = (await line.until("READY"))["d"]["session_id"]
        await line.socket.close(code=1000)
    for name in (session, "never"):
        async with gateway(sandbox) as line:
            await _resume(line, sandbox, name, 1)
            assert await line.next() == {"op": 9, "d": False, "s": None, "t": None}


async def test_a_number_from_the_future_closes_with_4007(sandbox: Sandbox) -> None:
    async with gateway(sandbox) as line:
        await line.identify(sandbox.token)
        session = (await line.until("READY"))["d"]["session_id"]
        async with gateway(sandbox) as other:
            await _resume(other, sandbox, session, 99)
            assert await other.next() == {"closed": 4007}


async def _resume(line: Gateway, sandbox: Sandbox, session: str, sequence: int) -> None:
    await line.say(6, {"token": sandbox.token, "session_id": session, "seq": sequence})


async def test_a_reconnect_is_asked_for_with_opcode_7(sandbox: Sandbox) -> None:
    async with gateway(sandbox) as line:
        await line.identify(sandbox.token, intents=0)
        await line.until("READY")
        sandbox.request_reconnect()
        assert (await line.next())["op"] == 7


async def test_whoever_waits_for_a_bot_is_told_when_it_is_ready(sandbox: Sandbox, ada: Person) -> None:
    with pytest.raises(TimeoutError, match="no bot has connected"):
        await ada.bot_ready(timeout=0)
    async with gateway(sandbox) as line:
        await line.identify(sandbox.token, intents=0)
        await soon(sandbox.until_connected())
        await ada.bot_ready(timeout=5)


async def test_members_are_found_by_the_beginning_of_a_name(sandbox: Sandbox) -> None:
    async with gateway(sandbox) as line:
        await line.identify(sandbox.token)
        guild = (await line.until("GUILD_CREATE"))["d"]["id"]
        await line.say(8, {"guild_id": guild, "query": "b", "limit": 5, "nonce": "n"})
        chunk = (await line.until("GUILD_MEMBERS_CHUNK"))["d"]
    assert [member["user"]["username"] for member in chunk["members"]] == ["ben"]
    assert (chunk["nonce"], chunk["chunk_count"]) == ("n", 1)
