"""Other worlds than the default one."""

import pytest

from sandbox import Guild, Person, Role, Sandbox, Thread, World
from sandbox.actor import NotThere
from sandbox.actor import Person as Actor
from sandbox.building import build
from sandbox.permissions import ALL, Permission, in_guild
from sandbox.world import WORKSHOP


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
