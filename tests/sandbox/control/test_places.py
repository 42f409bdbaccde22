"""What people do in servers besides talking, with the permissions that each of them has."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import discord
import pytest

from sandbox import ManualClock, Sandbox
from sandbox.actor import ActorError, NotAllowed, NotThere, Person, Refused
from tests.sandbox.bots import TryBot
from tests.sandbox.houses import HouseBot

Act = Callable[[Person], Awaitable[Any]]


async def test_people_start_threads_and_posts(robo: HouseBot, paul: Person) -> None:
    said = await paul.say("hall", "let us talk")
    thread = await paul.create_thread(said, "Talk")
    assert (thread.id, thread.name, thread.members, thread.type) == (said.id, "Talk", ("paul",), 11)
    told = await robo.until("thread_create")
    assert (told.id, told.owner_id, told.me) == (said.id, robo.member("paul").id, None)
    post = await paul.create_thread("help", "Why?", content="Because @Robo", tags=["open"])
    assert (post.tags, (await robo.until("thread_create")).name) == (("open",), "Why?")
    assert (await paul.history("Why?"))[0].mentions == ("Robo",)
    announced = await paul.create_thread("hall", "Open")
    assert [message.content for message in await paul.history("hall")] == ["let us talk", "Open"]
    assert announced.members == ("paul",)
    with pytest.raises(NotThere, match="no tag"):
        await paul.create_thread("help", "a", content="b", tags=["closed"])
    with pytest.raises(Refused, match="empty message"):
        await paul.create_thread("help", "a", content=" ")
    with pytest.raises(Refused, match="already been created"):
        await paul.create_thread(said, "Again")


async def test_people_come_and_go_in_threads(mona: Person, paul: Person) -> None:
    assert (await mona.join_thread("attic")).members == ("paul", "mona")
    assert (await mona.bring_into_thread("attic", "adam")).members == ("paul", "mona", "adam")
    await mona.remove_from_thread("attic", "adam")
    await mona.leave_thread("attic")
    assert (await paul.change_thread("attic", name="loft")).members == ("paul",)
    archived = await paul.archive_thread("loft")
    assert archived.archived
    with pytest.raises(Refused, match="archived"):
        await mona.join_thread("loft")
    await mona.say("loft", "open again")
    assert not (await mona.change_thread("loft", locked=True)).archived
    with pytest.raises(NotAllowed, match="Thread is archived"):
        await paul.say("loft", "may I?")
    await mona.delete_thread("loft")
    with pytest.raises(NotThere):
        await paul.history("loft")


async def test_people_with_the_permission_make_channels(robo: HouseBot, adam: Person, paul: Person) -> None:
    made = await adam.create_channel("House", "Wine List", category="Rooms", topic="reds")
    assert (made.name, made.topic, (await robo.until("guild_channel_create")).name) == (
        "wine-list",
        "reds",
        "wine-list",
    )
    assert (await adam.change_channel(made, name="beer")).name == "beer"
    assert (await adam.create_channel("House", "Loud", "voice")).type == 2
    await adam.delete_channel("beer")
    with pytest.raises(NotThere, match="no kind"):
        await adam.create_channel("House", "x", "garden")
    with pytest.raises(NotThere, match="no server"):
        await adam.create_channel("Castle", "x")
    with pytest.raises(NotThere, match="no channel of a server"):
        await adam.delete_channel("attic")
    with pytest.raises(NotThere, match="is no thread"):
        await adam.delete_thread("hall")
    with pytest.raises(NotThere, match="is no thread"):
        await paul.join_thread("@Robo")


async def test_people_with_the_permission_look_after_others(robo: HouseBot, adam: Person, paul: Person) -> None:
    await adam.give_role("House", "paul", "mods")
    assert (await robo.until("member_update"))[1].roles[-1].name == "mods"
    await adam.take_role("House", "paul", "mods")
    await adam.set_nick("House", "Pauly", of="paul")
    await paul.set_nick("House", None)
    await adam.time_out("House", "paul", 60)
    with pytest.raises(NotAllowed):
        await paul.say("hall", "x")
    await adam.time_out("House", "paul", 0)
    await paul.say("hall", "thanks")
    await adam.ban("House", "paul", reason="enough", delete_message_seconds=60)
    assert await adam.history("hall") == []
    await adam.unban("House", "paul")
    with pytest.raises(Refused, match="Unknown Ban"):
        await adam.unban("House", "paul")
    await paul.join_guild("House")
    with pytest.raises(NotThere, match="no role"):
        await adam.give_role("House", "paul", "kings")
    with pytest.raises(NotThere, match="nobody"):
        await adam.kick("House", "nobody")


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda paul: paul.create_channel("House", "a"), id="a channel"),
        pytest.param(lambda paul: paul.change_channel("hall", topic="a"), id="a topic"),
        pytest.param(lambda paul: paul.delete_channel("hall"), id="a channel less"),
        pytest.param(lambda paul: paul.say("news", "a"), id="announcing"),
        pytest.param(lambda paul: paul.create_thread("hall", "a", private=True), id="a private thread"),
        pytest.param(lambda paul: paul.delete_thread("attic"), id="a thread less"),
        pytest.param(lambda paul: paul.change_thread("attic", locked=True), id="a lock"),
        pytest.param(lambda paul: paul.give_role("House", "paul", "chiefs"), id="a role"),
        pytest.param(lambda paul: paul.set_nick("House", "a", of="mona"), id="a name for another"),
        pytest.param(lambda paul: paul.time_out("House", "mona", 5), id="a timeout"),
        pytest.param(lambda paul: paul.kick("House", "mona"), id="a kick"),
        pytest.param(lambda paul: paul.ban("House", "mona"), id="a ban"),
        pytest.param(lambda paul: paul.unban("House", "mona"), id="lifting a ban"),
        pytest.param(lambda paul: paul.invite_bot("House"), id="inviting the bot"),
    ],
)
async def test_a_guest_may_do_none_of_it(paul: Person, act: Act) -> None:
    with pytest.raises(NotAllowed):
        await act(paul)


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda mona: mona.kick("House", "adam"), id="a kick"),
        pytest.param(lambda mona: mona.time_out("House", "olga", 5), id="a timeout"),
        pytest.param(lambda mona: mona.set_nick("House", "a", of="Robo"), id="a name for the bot"),
        pytest.param(lambda mona: mona.ban("House", "paul"), id="a ban"),
    ],
)
async def test_a_moderator_acts_on_lower_people_and_with_her_permissions(mona: Person, act: Act) -> None:
    with pytest.raises(NotAllowed, match="Missing Permissions"):
        await act(mona)
    await mona.kick("House", "paul")


async def test_nobody_leaves_what_they_own(olga: Person, paul: Person) -> None:
    with pytest.raises(NotAllowed, match="owns House"):
        await olga.leave_guild("House")
    await paul.leave_guild("House")
    with pytest.raises(NotAllowed):
        await paul.leave_guild("House")
    with pytest.raises(Refused, match="Unknown Member"):
        await olga.kick("House", "paul")


async def test_a_banned_bot_is_not_invited(olga: Person) -> None:
    await olga.ban("House", "Robo")
    with pytest.raises(Refused, match="banned"):
        await olga.invite_bot("House")


@pytest.mark.parametrize(("seconds", "allowed"), [(29.9, False), (30.0, True)])
async def test_people_wait_for_the_slowmode(paul: Person, clock: ManualClock, seconds: float, allowed: bool) -> None:
    await paul.say("slow", "one")
    await paul.say("hall", "elsewhere")
    clock.move(seconds)
    if allowed:
        await paul.say("slow", "two")
    else:
        with pytest.raises(Refused, match="slowmode"):
            await paul.say("slow", "two")


async def test_who_bypasses_the_slowmode_does_not_wait(robo: HouseBot, adam: Person, paul: Person) -> None:
    for _ in range(2):
        await adam.say("slow", "I rule")
        await robo.channel("slow").send("bots never wait")
    await adam.change_channel("help", rate_limit_per_user=60)
    await paul.create_thread("help", "a", content="b")
    with pytest.raises(Refused, match="slowmode"):
        await paul.create_thread("help", "c", content="d")


async def test_the_line_tells_what_changes_in_a_server(house: Sandbox, adam: Person) -> None:
    async with aiohttp.ClientSession() as http, http.ws_connect(f"{house.url}/sandbox/people/paul/feed") as feed:
        assert (await feed.receive_json(timeout=5))["kind"] == "hello"
        made = await adam.create_channel("House", "den")
        await adam.create_channel(
            "House", "vault", permission_overwrites=[{"id": str(_everyone(house)), "deny": "1024"}]
        )
        await adam.change_channel(made, permission_overwrites=[{"id": str(_everyone(house)), "deny": "1024"}])
        await adam.create_thread("hall", "talk")
        await adam.set_nick("House", "Pauly", of="paul")
        await adam.kick("House", "paul")
        items = [await feed.receive_json(timeout=5) for _ in range(6)]
    told = [(item["kind"], item["change"], item.get("channel", item.get("guild", {})).get("name")) for item in items]
    assert told == [
        ("channel", "created", "den"),
        ("channel", "hidden", None),
        ("channel", "created", "talk"),
        ("message", "created", None),
        ("guild", "changed", "House"),
        ("guild", "left", "House"),
    ]


def _everyone(sandbox: Sandbox) -> int:
    return next(guild.id for guild in sandbox._core.store.guilds.values() if guild.name == "House")


async def test_a_channel_that_is_deleted_ends_what_was_going_on_in_it(paul: Person, adam: Person) -> None:
    said = await paul.say("slow", "gone soon")
    await adam.delete_channel("slow")
    for attempt in (paul.edit(said, "x"), paul.delete(said), paul.say("slow", "x")):
        with pytest.raises(ActorError):
            await attempt


async def test_an_interaction_in_a_channel_that_is_gone_cannot_be_answered(
    robo: HouseBot, paul: Person, adam: Person
) -> None:
    asked = asyncio.create_task(paul.run("/silent", "slow"))
    interaction = await robo.until("interaction")
    await adam.delete_channel("slow")
    with pytest.raises(discord.NotFound, match="Unknown Channel"):
        await interaction.response.send_message("too late")
    asked.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asked


async def test_what_is_in_an_archived_thread_stays_as_it_is(adam: Person) -> None:
    said = await adam.say("attic", "x")
    await adam.react(said, "👍")
    await adam.archive_thread("attic")
    for change in (adam.react(said, "👎"), adam.unreact(said, "👍"), adam.pin(said), adam.unpin(said)):
        with pytest.raises(Refused, match="Thread is archived"):
            await change


async def test_no_thread_begins_with_what_one_person_alone_sees(bot: TryBot, ada: Person) -> None:
    answer = await ada.run("/slow", "general", private=True)
    assert answer.ephemeral
    with pytest.raises(NotAllowed, match="nobody else sees"):
        await ada.create_thread(answer, "secret")


async def test_the_line_tells_of_a_ban_of_somebody_who_is_not_there(house: Sandbox, adam: Person, paul: Person) -> None:
    await paul.leave_guild("House")
    store = house._core.store
    watcher = store.person("adam")
    assert watcher is not None
    with house._core.feeds.open(watcher.id) as feed:
        await adam.ban("House", "paul")
        item = feed.get_nowait()
    assert item is not None
    assert (item["kind"], item["change"]) == ("guild", "changed")
