"""The limits of the gateway, each on both of its sides."""

import pytest

from sandbox import GatewayTerms, ManualClock, Sandbox
from sandbox.gateway.intents import Intent
from tests.sandbox.raw import Api, Gateway, calling, connecting, gateway

INVALID = {"op": 9, "d": False, "s": None, "t": None}
MINUTE = 60.0
DAY = 86_400.0


async def beats(line: Gateway, count: int) -> None:
    for _ in range(count):
        await line.say(1)
        assert (await line.next())["op"] == 11


async def test_a_bot_may_send_120_payloads_in_a_minute_of_which_identify_is_one(sandbox: Sandbox) -> None:
    async with gateway(sandbox) as line:
        await line.ready(sandbox.token)
        await beats(line, 119)
        await line.say(1)
        assert await line.next() == {"closed": 4008}


async def test_the_next_minute_has_its_own_120_payloads(sandbox: Sandbox, clock: ManualClock) -> None:
    async with gateway(sandbox) as line:
        await beats(line, 120)
        clock.move(MINUTE - 0.01)
        await line.say(1)
        assert await line.until_closed() == 4008
    async with gateway(sandbox) as line:
        await beats(line, 120)
        clock.move(MINUTE)
        assert (await line.next())["op"] == 1
        await beats(line, 120)


async def test_limits_can_be_switched_off(clock: ManualClock) -> None:
    terms = GatewayTerms(max_concurrency=1, session_starts=1, limited=False)
    async with Sandbox(clock=clock, terms=terms) as sandbox:
        for _ in range(2):
            async with gateway(sandbox) as line:
                await beats(line, 121)
                await line.ready(sandbox.token)


async def _identified(sandbox: Sandbox, shard: list[int] | None) -> bool:
    """Whether an identify is taken; if not, the session is invalid."""
    async with gateway(sandbox) as line:
        await line.identify(sandbox.token, 0, **({} if shard is None else {"shard": shard}))
        said = await line.next()
        if said["t"] == "READY":
            return True
        assert said == INVALID
        return False


@pytest.mark.parametrize(
    ("concurrency", "first", "second", "taken"),
    [
        pytest.param(None, None, None, True, id="a bot without shards may be restarted at once"),
        pytest.param(None, [0, 1], [0, 1], True, id="and so may one with a single shard"),
        pytest.param(None, [0, 2], [1, 2], False, id="shards one after the other"),
        pytest.param(1, None, None, False, id="unless it is asked for"),
        pytest.param(2, [0, 4], [1, 4], True, id="other key"),
        pytest.param(2, [0, 4], [2, 4], False, id="same key"),
    ],
)
async def test_shards_of_one_key_identify_five_seconds_apart(
    clock: ManualClock, concurrency: int | None, first: list[int] | None, second: list[int] | None, taken: bool
) -> None:
    async with Sandbox(clock=clock, terms=GatewayTerms(max_concurrency=concurrency)) as sandbox:
        assert await _identified(sandbox, first)
        assert await _identified(sandbox, second) is taken
        clock.move(4.99)
        if not taken:
            assert not await _identified(sandbox, second)
        clock.move(0.02)
        assert await _identified(sandbox, second)


async def _limit(api: Api) -> dict[str, int]:
    limit: dict[str, int] = (await api("GET", "/gateway/bot")).body["session_start_limit"]
    return limit


async def test_session_starts_are_counted_down_and_come_back_after_a_day(sandbox: Sandbox, clock: ManualClock) -> None:
    async with calling(sandbox) as api:
        assert await _limit(api) == {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        for _ in range(2):
            assert await _identified(sandbox, None)
        clock.move(3600)
        left = {"total": 1000, "remaining": 998, "reset_after": 82_800_000, "max_concurrency": 1}
        assert await _limit(api) == left
        clock.move(DAY - 3600)
        assert (await _limit(api))["remaining"] == 1000


async def test_one_session_start_too_many_ends_all_sessions(clock: ManualClock) -> None:
    async with Sandbox(clock=clock, terms=GatewayTerms(session_starts=2)) as sandbox:
        assert await _identified(sandbox, None)
        async with gateway(sandbox) as last:
            session = (await last.ready(sandbox.token))["session_id"]
            async with gateway(sandbox) as line:
                await line.identify(sandbox.token)
                assert await line.next() == {"closed": 4004}
            assert await last.next() == {"closed": 4004}
        async with gateway(sandbox) as line:
            await line.resume(sandbox.token, session, 1)
            assert await line.next() == INVALID
        clock.move(DAY)
        assert await _identified(sandbox, None)


async def test_an_identify_that_is_refused_is_no_session_start(sandbox: Sandbox) -> None:
    async with calling(sandbox) as api:
        async with gateway(sandbox) as line:
            await line.identify("wrong")
            assert await line.next() == {"closed": 4004}
        async with connecting(sandbox, "v=3"):
            pass
        assert (await _limit(api))["remaining"] == 1000


async def test_all_members_may_be_asked_for_every_30_seconds(clock: ManualClock) -> None:
    async with (
        Sandbox(clock=clock, privileged_intents=Intent.GUILD_MEMBERS) as sandbox,
        gateway(sandbox) as line,
    ):
        await line.identify(sandbox.token, Intent.GUILDS | Intent.GUILD_MEMBERS)
        guild = (await line.until("GUILD_CREATE"))["d"]["id"]
        everybody = {"guild_id": guild, "query": "", "limit": 0, "nonce": "again"}
        await line.say(8, everybody)
        assert len((await line.until("GUILD_MEMBERS_CHUNK"))["d"]["members"]) == 4
        clock.move(20)
        await line.say(8, everybody)
        meta = {"guild_id": guild, "nonce": "again"}
        assert (await line.until("RATE_LIMITED"))["d"] == {"opcode": 8, "retry_after": 10.0, "meta": meta}
        await line.say(8, everybody | {"limit": 2})
        assert len((await line.until("GUILD_MEMBERS_CHUNK"))["d"]["members"]) == 2
        clock.move(10)
        await line.say(8, everybody)
        assert (await line.next())["t"] == "GUILD_MEMBERS_CHUNK"
