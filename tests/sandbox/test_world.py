"""Other worlds than the default one."""

from typing import Any

import pytest

from sandbox import TOWN, WORKSHOP, Channel, Guild, Person, Role, Sandbox, Thread, World
from sandbox.actor import NotThere
from sandbox.actor import Person as Actor
from sandbox.building import build
from sandbox.permissions import ALL, Permission, in_channel, in_guild
from tests.sandbox.bots import TryBot, living


def test_the_same_description_always_gets_the_same_ids() -> None:
    assert build(WORKSHOP).channels.keys() == build(WORKSHOP).channels.keys()


def test_permissions_come_from_ownership_and_roles() -> None:
    roles = (Role("managers", Permission.MANAGE_GUILD), Role("chiefs", Permission.ADMINISTRATOR))
    people = (Person("ada"), Person("ben"), Person("cleo", ("managers",)), Person("dan", ("chiefs",)))
    store = build(World("Tiny", "ben", people, (Guild("G", "ada", ("talk",), roles=roles),)))
    (guild,) = store.guilds.values()
    bits = {user.name: in_guild(guild, user.id) for user in store.users.values()}
    assert (bits["ada"], bits["dan"]) == (ALL, ALL)
    assert bits["cleo"] & Permission.MANAGE_GUILD
    assert not bits["ben"] & Permission.MANAGE_GUILD
    assert not bits["Tiny"] & Permission.MANAGE_MESSAGES
    assert in_guild(guild, 1) == 0


@pytest.mark.parametrize(
    "world",
    [
        World("Tiny", "nobody", (Person("ada"),), ()),
        World("Tiny", "ada", (Person("ada"),), (Guild("G", "nobody", ("talk",)),)),
        World("Tiny", "ada", (Person("ada"),), (Guild("G", "ada", ("talk",), (Thread("t", "no"),)),)),
    ],
)
def test_a_description_that_contradicts_itself_is_refused(world: World) -> None:
    with pytest.raises(ValueError, match="no"):
        build(world)


async def test_names_are_the_descriptions() -> None:
    guilds = (Guild("One", "eve", ("talk",)), Guild("Two", "eve", ("talk", "more")))
    world = World(bot="Robo", owner="eve", people=(Person("eve"),), guilds=guilds)
    async with Sandbox(world=world) as sandbox, Actor.join(sandbox.url, "eve") as eve:
        await eve.say("Two/talk", "there")
        assert [message.content for message in await eve.history("Two/talk")] == ["there"]
        assert await eve.history("talk") == []
        assert (await eve.say("@robo", "psst")).channel == "@Robo"
        with pytest.raises(NotThere, match="no channel called nowhere"):
            await eve.say("nowhere", "x")


@pytest.mark.parametrize(
    ("channels", "threads", "more", "sentence"),
    [
        pytest.param((Channel("a", "garden"),), (), {}, "of no known kind, 'garden'", id="kind"),
        pytest.param((Channel("a", category="b"),), (), {}, "'a' has no channel 'b'", id="category"),
        pytest.param((Channel("a", private_to=("x",)),), (), {}, "for 'x', which is no role of G", id="role"),
        pytest.param(("a",), (), {"system_channel": "b"}, "'G' has no channel 'b'", id="system channel"),
        pytest.param(("a",), (), {"members": ("eve",)}, "not among the people", id="members"),
        pytest.param((Channel("a", "forum"),), (Thread("t", "a"),), {}, "the post 't' says nothing", id="post"),
        pytest.param(
            ("a",), (Thread("t", "a", by="bob"),), {"members": ("ada",)}, "'bob' in 't' is no member", id="by"
        ),
    ],
)
def test_what_contradicts_itself_in_a_guild_is_named(
    channels: tuple[str | Channel, ...], threads: tuple[Thread, ...], more: dict[str, Any], sentence: str
) -> None:
    guild = Guild("G", "ada", channels, threads, **more)
    with pytest.raises(ValueError, match=sentence):
        build(World("Tiny", "ada", (Person("ada"), Person("bob")), (guild,)))


def test_the_town_is_as_it_is_described() -> None:
    store = build(TOWN)
    riverside, club = store.guilds.values()
    people = {user.name: user.id for user in store.users.values()}
    channels = {channel.name: channel for channel in riverside.channels.values()}
    assert (set(club.members), len(riverside.members)) == ({people[n] for n in ("ada", "dora", "emil", "TinyLLM")}, 6)

    def may(name: str, channel: str) -> tuple[bool, bool]:
        bits = in_channel(riverside, channels[channel], people[name])
        return bool(bits & Permission.VIEW_CHANNEL), bool(bits & Permission.SEND_MESSAGES)

    assert [may(name, "announcements") for name in ("ada", "cleo", "dora", "TinyLLM")] == [
        (True, True),
        (True, True),
        (True, False),
        (True, False),
    ]
    assert [may(name, "council")[0] for name in ("ada", "cleo", "dora", "TinyLLM")] == [True, True, False, False]
    post = channels["Which model for short answers?"]
    assert (post.parent_id, post.thread.tags if post.thread else ()) == (
        channels["questions"].id,
        (channels["questions"].tags[0].id, channels["questions"].tags[2].id),
    )
    market = channels["Saturday's market"]
    source = store.message(channels["general"].id, market.id)
    assert source is not None
    assert (source.content, store.thread_of(source)) == ("Who has a table at Saturday's market?", market)
    assert (riverside.features, club.features) == (("COMMUNITY", "NEWS"), ())


async def test_a_bot_finds_its_way_in_the_town() -> None:
    async with Sandbox(world=TOWN) as sandbox, living(TryBot(), sandbox) as bot:
        assert {guild.name: len(guild.channels) for guild in bot.guilds} == {"Riverside": 10, "Book club": 2}
        async with Actor.join(sandbox.url, "emil") as emil:
            await emil.say("Saturday's market", "@TinyLLM what is on sale?")
            answer = await emil.wait_for("Saturday's market", lambda message: message.bot)
            assert answer.content == "you said @TinyLLM what is on sale?"
