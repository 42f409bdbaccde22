"""Several shards of one bot."""

import discord
import pytest

from sandbox import GatewayTerms, Guild, ManualClock, Person, Sandbox, World
from sandbox.actor import Person as Actor
from sandbox.gateway.intents import Intent
from tests.sandbox.bots import ShardedBot, living
from tests.sandbox.raw import calling, gateway, soon

FOUR = GatewayTerms(shards=4, max_concurrency=4)


def world(guilds: int) -> World:
    """Guilds with a channel each; consecutive ones are on different shards of two or four."""
    named = tuple(Guild(f"guild{number}", owner="ada", channels=(f"talk{number}",)) for number in range(guilds))
    return World(bot="Tiny", owner="ada", people=(Person("ada"),), guilds=named)


async def test_every_event_goes_to_the_shard_of_its_guild(clock: ManualClock) -> None:
    intents = Intent.GUILDS | Intent.GUILD_MESSAGES | Intent.DIRECT_MESSAGES
    async with (
        Sandbox(clock=clock, world=world(5), terms=GatewayTerms(max_concurrency=2)) as sandbox,
        Actor.join(sandbox.url, "ada") as ada,
        gateway(sandbox) as first,
        gateway(sandbox) as second,
    ):
        heard: dict[int, set[int]] = {0: set(), 1: set()}
        for index, line in enumerate((first, second)):
            ready = await line.ready(sandbox.token, intents, shard=[index, 2])
            assert (ready["shard"], len(ready["guilds"]) in (2, 3)) == ([index, 2], True)
            assert all((int(guild["id"]) >> 22) % 2 == index for guild in ready["guilds"])
        for number in range(5):
            await ada.say(f"talk{number}", "hello")
        await ada.say("@Tiny", "hello")
        for event in sandbox.events_sent:
            if event.name == "MESSAGE_CREATE":
                shard = 0 if event.session == sandbox.events_sent[0].session else 1
                heard[shard].add((int(event.data.get("guild_id", 0)) >> 22) % 2)
    assert heard == {0: {0}, 1: {1}}


@pytest.mark.parametrize(
    ("guilds", "shard", "code"),
    [
        pytest.param(3, None, None, id="below the limit"),
        pytest.param(4, None, 4011, id="from the limit on, shards are required"),
        pytest.param(4, [0, 1], 4011, id="one shard is none"),
        pytest.param(8, [0, 2], None, id="a shard may be full"),
        pytest.param(10, [0, 2], 4011, id="but not more than full"),
    ],
)
async def test_a_shard_has_so_many_guilds_at_most(
    clock: ManualClock, guilds: int, shard: list[int] | None, code: int | None
) -> None:
    terms = GatewayTerms(guilds_per_shard=4)
    async with Sandbox(clock=clock, world=world(guilds), terms=terms) as sandbox, gateway(sandbox) as line:
        await line.identify(sandbox.token, 0, **({} if shard is None else {"shard": shard}))
        assert (await line.next()).get("closed") == code


@pytest.mark.parametrize(
    ("terms", "guilds", "shards"),
    [
        pytest.param(GatewayTerms(), 1, 1, id="Discord's numbers"),
        pytest.param(GatewayTerms(guilds_per_shard=4), 3, 1, id="few guilds"),
        pytest.param(GatewayTerms(guilds_per_shard=4), 4, 2, id="many guilds"),
        pytest.param(GatewayTerms(shards=3), 1, 3, id="a wish"),
    ],
)
async def test_so_many_shards_are_recommended(terms: GatewayTerms, guilds: int, shards: int) -> None:
    async with Sandbox(world=world(guilds), terms=terms) as sandbox, calling(sandbox) as api:
        body = (await api("GET", "/gateway/bot")).body
    assert (body["shards"], body["url"]) == (shards, sandbox.gateway)


async def test_a_bot_is_connected_once_all_its_shards_are(clock: ManualClock) -> None:
    terms = GatewayTerms(max_concurrency=2)
    async with Sandbox(clock=clock, terms=terms) as sandbox:
        async with gateway(sandbox) as first, gateway(sandbox) as second:
            await first.ready(sandbox.token, shard=[0, 2])
            await soon(sandbox.until_connected(shards=1))
            with pytest.raises(TimeoutError):
                await sandbox.until_connected(timeout=0)
            await second.ready(sandbox.token, shard=[1, 2])
            await soon(sandbox.until_connected())
            await first.socket.close(code=4000)
            with pytest.raises(TimeoutError):
                await sandbox.until_alone(timeout=0)
        await soon(sandbox.until_alone())


async def test_an_auto_sharded_bot_serves_every_guild_through_its_shard(clock: ManualClock) -> None:
    async with (
        Sandbox(clock=clock, world=world(8), terms=FOUR) as sandbox,
        Actor.join(sandbox.url, "ada") as ada,
        living(ShardedBot(), sandbox) as bot,
    ):
        await soon(sandbox.until_connected())
        assert (bot.shard_count, sorted(bot.shards)) == (4, [0, 1, 2, 3])
        assert sorted(guild.shard_id for guild in bot.guilds) == [0, 0, 1, 1, 2, 2, 3, 3]
        for number in range(8):
            await ada.say(f"talk{number}", f"@Tiny number {number}")
            answer = await ada.wait_for(f"talk{number}", lambda message: message.author == "Tiny")
            assert answer.content == f"you said @Tiny number {number}"
        limits = await bot.fetch_session_start_limits()
        assert (limits.remaining, limits.max_concurrency) == (996, 4)


async def test_one_shard_resumes_while_the_others_stay(clock: ManualClock) -> None:
    async with (
        Sandbox(clock=clock, world=world(4), terms=FOUR) as sandbox,
        Actor.join(sandbox.url, "ada") as ada,
        living(ShardedBot(), sandbox) as bot,
    ):
        await soon(sandbox.until_connected())
        sandbox.gateway_faults.drop(shard=1)
        on_it = next(guild for guild in bot.guilds if guild.shard_id == 1)
        await ada.say(on_it.text_channels[0].name, "@Tiny still there?")
        await ada.wait_for(on_it.text_channels[0].name, lambda message: message.author == "Tiny")
        await soon(bot.resumed.wait())
        assert [event.name for event in sandbox.events_sent].count("RESUMED") == 1
        assert isinstance(bot, discord.AutoShardedClient)


async def test_an_auto_sharded_bot_that_identifies_too_fast_is_made_to_wait(clock: ManualClock) -> None:
    async with Sandbox(clock=clock, world=world(3), terms=GatewayTerms(shards=2)) as sandbox:
        bot = ShardedBot()
        bot.on_identify = lambda: clock.move(2.5)
        async with living(bot, sandbox):
            await soon(sandbox.until_connected())
            assert bot.identified > 2
