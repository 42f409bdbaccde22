"""What goes wrong with the gateway on demand, as a bot without a library meets it."""

import aiohttp
import pytest

from sandbox import GatewayTerms, Guild, ManualClock, Sandbox, World
from sandbox import Person as Described
from sandbox.actor import Person
from sandbox.gateway.intents import Intent
from tests.sandbox.raw import Gateway, connecting, gateway, soon

HEARD = Intent.GUILDS | Intent.GUILD_MESSAGES


async def numbers(line: Gateway, count: int) -> list[int]:
    """Those of the next messages."""
    return [(await line.until("MESSAGE_CREATE"))["s"] for _ in range(count)]


async def test_connections_are_dropped_without_a_word(sandbox: Sandbox) -> None:
    async with gateway(sandbox) as line:
        session = (await line.ready(sandbox.token))["session_id"]
        sandbox.gateway_faults.drop()
        assert await line.next() == {"closed": 1006}
    async with gateway(sandbox) as line:
        await line.resume(sandbox.token, session, 1)
        assert (await line.next())["t"] == "RESUMED"


@pytest.mark.parametrize("code", [1000, 1001, 4000, 4004, 4014])
async def test_connections_are_closed_with_any_code(sandbox: Sandbox, code: int) -> None:
    async with gateway(sandbox) as line:
        await line.ready(sandbox.token)
        sandbox.gateway_faults.close(code)
        assert await line.next() == {"closed": code}


async def test_a_fault_may_be_meant_for_one_shard(clock: ManualClock) -> None:
    async with (
        Sandbox(clock=clock, terms=GatewayTerms(max_concurrency=2)) as sandbox,
        gateway(sandbox) as first,
        gateway(sandbox) as second,
        gateway(sandbox) as nobody,
    ):
        await first.ready(sandbox.token, shard=[0, 2])
        await second.ready(sandbox.token, shard=[1, 2])
        sandbox.gateway_faults.close(4000, shard=1)
        assert await second.next() == {"closed": 4000}
        assert await first.quiet()
        assert await nobody.quiet()


async def test_the_bot_is_asked_for_a_heartbeat_and_to_reconnect(sandbox: Sandbox) -> None:
    async with gateway(sandbox) as line:
        await line.ready(sandbox.token)
        sandbox.gateway_faults.ask_for_heartbeat()
        sandbox.gateway_faults.ask_to_reconnect()
        assert [(await line.next())["op"], (await line.next())["op"]] == [1, 7]


@pytest.mark.parametrize("resumable", [False, True])
async def test_a_session_is_invalidated(sandbox: Sandbox, resumable: bool) -> None:
    async with gateway(sandbox) as line:
        session = (await line.ready(sandbox.token))["session_id"]
        sandbox.gateway_faults.invalidate(resumable=resumable)
        assert await line.next() == {"op": 9, "d": resumable, "s": None, "t": None}
        async with gateway(sandbox) as other:
            await other.resume(sandbox.token, session, 1)
            assert (await other.next())["t"] == ("RESUMED" if resumable else None)


async def test_an_invalidated_session_may_be_replaced_on_the_same_connection(sandbox: Sandbox) -> None:
    async with gateway(sandbox) as line:
        await line.ready(sandbox.token)
        sandbox.gateway_faults.invalidate()
        await line.next()
        await soon(sandbox.until_alone())
        await line.ready(sandbox.token)
        await soon(sandbox.until_connected())


async def test_a_session_that_timed_out_cannot_be_resumed(sandbox: Sandbox) -> None:
    async with gateway(sandbox) as line:
        session = (await line.ready(sandbox.token))["session_id"]
        sandbox.gateway_faults.time_out()
        assert await line.next() == {"closed": 4009}
    async with gateway(sandbox) as line:
        await line.resume(sandbox.token, session, 1)
        assert (await line.next())["op"] == 9


async def test_a_forgotten_session_cannot_be_taken_over(sandbox: Sandbox, ada: Person) -> None:
    async with gateway(sandbox) as line, gateway(sandbox) as other:
        session = (await line.ready(sandbox.token, Intent.GUILD_MESSAGES))["session_id"]
        sandbox.gateway_faults.forget_sessions()
        await other.resume(sandbox.token, session, 1)
        assert (await other.next())["op"] == 9
        await ada.say("general", "one")
        assert await numbers(line, 1) == [2]


@pytest.mark.parametrize("connected", [True, False])
async def test_sessions_are_forgotten(sandbox: Sandbox, connected: bool) -> None:
    async with gateway(sandbox) as line:
        session = (await line.ready(sandbox.token))["session_id"]
        if connected:
            sandbox.gateway_faults.forget_sessions()
            assert await line.quiet()
        await line.socket.close(code=4000)
    await soon(sandbox.until_alone())
    sandbox.gateway_faults.forget_sessions()
    async with gateway(sandbox) as line:
        await line.resume(sandbox.token, session, 1)
        assert (await line.next())["op"] == 9


async def test_heartbeats_are_not_acknowledged_until_they_are_again(sandbox: Sandbox) -> None:
    async with gateway(sandbox) as line:
        await line.ready(sandbox.token)
        sandbox.gateway_faults.ignore_heartbeats()
        await line.say(1)
        sandbox.gateway_faults.ask_for_heartbeat()
        assert (await line.next())["op"] == 1
        sandbox.gateway_faults.acknowledge_heartbeats()
        assert await line.quiet()


async def test_events_are_held_back_and_released_in_order(sandbox: Sandbox, ada: Person) -> None:
    async with gateway(sandbox) as line:
        await line.ready(sandbox.token, HEARD)
        await line.until("GUILD_CREATE")
        sandbox.gateway_faults.hold_events()
        for text in ("one", "two"):
            await ada.say("general", text)
        assert await line.quiet()
        sandbox.gateway_faults.release_events()
        await ada.say("general", "three")
        assert await numbers(line, 3) == [3, 4, 5]


async def test_events_are_delayed_by_the_clock(sandbox: Sandbox, ada: Person, clock: ManualClock) -> None:
    async with gateway(sandbox) as line:
        await line.ready(sandbox.token, HEARD)
        await line.until("GUILD_CREATE")
        sandbox.gateway_faults.delay_events(5)
        await ada.say("general", "one")
        clock.move(3)
        await ada.say("general", "two")
        clock.move(1.99)
        assert await line.quiet()
        clock.move(0.02)
        assert (await line.next())["s"] == 3
        assert await line.quiet()
        sandbox.gateway_faults.delay_events(1)
        assert (await line.next())["s"] == 4
        with pytest.raises(ValueError, match="-1"):
            sandbox.gateway_faults.delay_events(-1)


async def test_what_was_held_back_at_a_drop_is_replayed(sandbox: Sandbox, ada: Person) -> None:
    async with gateway(sandbox) as line:
        session = (await line.ready(sandbox.token, Intent.GUILD_MESSAGES))["session_id"]
        sandbox.gateway_faults.hold_events()
        await ada.say("general", "one")
        sandbox.gateway_faults.drop()
        await line.until_closed()
    sandbox.gateway_faults.release_events()
    async with gateway(sandbox) as line:
        await line.resume(sandbox.token, session, 1)
        assert [(await line.next())["t"] for _ in range(2)] == ["MESSAGE_CREATE", "RESUMED"]


async def test_the_next_events_are_lost(sandbox: Sandbox, ada: Person) -> None:
    async with gateway(sandbox) as line:
        await line.ready(sandbox.token, HEARD)
        await line.until("GUILD_CREATE")
        sandbox.gateway_faults.lose_events(2)
        for text in ("one", "two", "three"):
            await ada.say("general", text)
        assert await numbers(line, 1) == [5]


async def test_the_next_events_come_twice(sandbox: Sandbox, ada: Person) -> None:
    async with gateway(sandbox) as line:
        await line.ready(sandbox.token, HEARD)
        await line.until("GUILD_CREATE")
        sandbox.gateway_faults.double_events(2)
        for text in ("one", "two", "three"):
            await ada.say("general", text)
        assert await numbers(line, 5) == [3, 3, 4, 4, 5]


async def test_new_connections_are_refused(sandbox: Sandbox) -> None:
    async with gateway(sandbox) as line:
        sandbox.gateway_faults.refuse_connections()
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with connecting(sandbox):
                pass
        assert refused.value.status == 503
        assert await line.quiet()
        sandbox.gateway_faults.accept_connections()
        async with gateway(sandbox) as other:
            assert await other.quiet()


async def test_a_guild_with_an_outage_is_gone_until_it_is_over(sandbox: Sandbox, ada: Person) -> None:
    async with gateway(sandbox) as line:
        guild = (await line.ready(sandbox.token, HEARD))["guilds"][0]
        await line.until("GUILD_CREATE")
        for _ in range(2):
            sandbox.gateway_faults.begin_outage("Workshop")
        assert ((await line.next())["d"], await line.quiet()) == (guild, True)
        await ada.say("general", "nobody hears this")
        assert await line.quiet()
        async with gateway(sandbox) as other:
            await other.ready(sandbox.token, HEARD)
            told = await other.next()
            assert (told["t"], told["d"]) == ("GUILD_DELETE", guild)
        for _ in range(2):
            sandbox.gateway_faults.end_outage(guild["id"])
        told = await line.next()
        assert (told["t"], told["d"]["id"], told["d"]["unavailable"]) == ("GUILD_CREATE", guild["id"], False)
        assert await line.quiet()
        with pytest.raises(LookupError, match="Nowhere"):
            sandbox.gateway_faults.begin_outage("Nowhere")


async def test_an_outage_of_one_guild_leaves_the_others_alone() -> None:
    guilds = tuple(Guild(name, owner="ada", channels=(name,)) for name in ("one", "two"))
    world = World(bot="Tiny", owner="ada", people=(Described("ada"),), guilds=guilds)
    async with (
        Sandbox(world=world) as sandbox,
        Person.join(sandbox.url, "ada") as ada,
        gateway(sandbox) as line,
    ):
        await line.ready(sandbox.token, Intent.GUILD_MESSAGES)
        sandbox.gateway_faults.begin_outage("one")
        await ada.say("one", "lost")
        await ada.say("two", "heard")
        assert await numbers(line, 1) == [2]


async def test_everything_that_lasts_is_cleared(sandbox: Sandbox, ada: Person) -> None:
    faults = sandbox.gateway_faults
    async with gateway(sandbox) as line:
        await line.ready(sandbox.token, HEARD)
        await line.until("GUILD_CREATE")
        faults.begin_outage("Workshop")
        assert (await line.next())["t"] == "GUILD_DELETE"
        faults.ignore_heartbeats()
        faults.hold_events()
        faults.lose_events(9)
        faults.double_events(9)
        faults.refuse_connections()
        faults.clear()
        assert (await line.next())["t"] == "GUILD_CREATE"
        await ada.say("general", "one")
        assert (await line.next())["t"] == "MESSAGE_CREATE"
        assert await line.quiet()
        async with gateway(sandbox) as other:
            assert await other.quiet()


async def test_a_bot_hears_nothing_of_a_guild_that_it_is_not_in(house: Sandbox) -> None:
    """Neither of its outage and the end of it, nor where every guild of a shard is told something."""
    async with gateway(house) as line:
        await line.ready(house.token, Intent.GUILDS | Intent.GUILD_PRESENCES)
        await line.until("GUILD_CREATE")
        shed = next(guild.id for guild in house._core.store.guilds.values() if guild.name == "Shed")
        house.gateway_faults.begin_outage("Shed")
        house.gateway_faults.end_outage("Shed")
        await line.say(31, {"guild_ids": [str(shed)]})
        await line.say(3, {"since": None, "activities": [], "status": "idle", "afk": False})
        told = await line.until("PRESENCE_UPDATE")
        assert (told["d"]["guild_id"], told["s"]) != (str(shed), 3)
        assert told["s"] == 3
        assert await line.quiet()
        house.gateway_faults.clear()


async def test_only_the_bots_own_guilds_need_shards(clock: ManualClock) -> None:
    world = World(
        "Robo", "eve", (Described("eve"),), tuple(Guild(name, "eve", ("a",), bot=name == "A") for name in "AB")
    )
    async with Sandbox(clock=clock, world=world, terms=GatewayTerms(guilds_per_shard=2)) as sandbox:
        assert sandbox._core.gateway.description()["shards"] == 1
        async with gateway(sandbox) as line:
            await line.ready(sandbox.token)
