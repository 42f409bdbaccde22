"""Which commands people are offered: by place, by default, and by what administrators said."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from sandbox import Guild, Sandbox, World
from sandbox import Person as Described
from sandbox import Role as DescribedRole
from sandbox.actor import NotAllowed, Person, UnknownCommand
from sandbox.actor.errors import ActorError
from tests.sandbox.raw import Api, calling, gateway

MANAGE_GUILD, MANAGE_ROLES = 1 << 5, 1 << 28
EVERYBODY = {"ada", "ben", "cleo", "dana"}
# Ada owns the server; cleo may manage it, and dana its settings and its roles.
WORLD = World(
    bot="Robot",
    owner="ada",
    people=(
        Described("ada"),
        Described("ben", roles=("helpers",)),
        Described("cleo", roles=("managers",)),
        Described("dana", roles=("keepers", "helpers")),
    ),
    guilds=(
        Guild(
            name="Workshop",
            owner="ada",
            channels=("general", "random"),
            roles=(
                DescribedRole("helpers", 0),
                DescribedRole("managers", MANAGE_GUILD),
                DescribedRole("keepers", MANAGE_GUILD | MANAGE_ROLES),
            ),
        ),
    ),
)


class Place:
    """A sandbox with one command, and the people in it."""

    def __init__(self, sandbox: Sandbox, api: Api, people: dict[str, Person]) -> None:
        self.sandbox, self.api, self.people = sandbox, api, people

    async def define(self, scope: str = "", **definition: Any) -> dict[str, Any]:
        body = {"name": "model", "description": "d", **definition}
        return dict((await self.api("POST", f"{await self.api.application()}{scope}/commands", body)).body)

    async def offered_to(self, channel: str = "general") -> set[str]:
        return {name for name, person in self.people.items() if await person.offered(channel)}


@pytest.fixture
async def place() -> AsyncIterator[Place]:
    async with AsyncExitStack() as stack:
        sandbox = await stack.enter_async_context(Sandbox(world=WORLD))
        api = await stack.enter_async_context(calling(sandbox))
        joined = {name: await stack.enter_async_context(Person.join(sandbox.url, name)) for name in EVERYBODY}
        yield Place(sandbox, api, joined)


async def test_everybody_is_offered_what_says_nothing(place: Place) -> None:
    await place.define()
    assert await place.offered_to() == EVERYBODY
    (command,) = await place.people["ben"].offered("general")
    assert (command.name, command.kind, command.description) == ("model", 1, "d")
    assert command.raw["application"] == "Robot"


@pytest.mark.parametrize(
    ("definition", "in_guild", "in_direct"),
    [
        ({}, True, True),
        ({"contexts": [0]}, True, False),
        ({"contexts": [1]}, False, True),
        ({"contexts": [2]}, False, False),
        ({"dm_permission": False}, True, False),
        ({"nsfw": True}, False, True),
        ({"integration_types": [1]}, True, True),
        ({"type": 2, "description": None}, True, True),
    ],
    ids=["anywhere", "guild", "direct", "private", "no direct", "nsfw", "of people only", "on people"],
)
async def test_places(place: Place, definition: dict[str, Any], in_guild: bool, in_direct: bool) -> None:
    await place.define(**definition)
    assert bool(await place.offered_to("general")) is in_guild
    assert bool(await place.offered_to("@Robot")) is in_direct


async def test_a_guilds_command_is_offered_in_that_guild_beside_the_one_of_everywhere(place: Place) -> None:
    everywhere = await place.define()
    own = await place.define(f"/guilds/{await place.api.guild_id()}", description="other")
    offered = await place.people["ben"].offered("general")
    assert [command.raw["id"] for command in offered] == [own["id"], everywhere["id"]]
    assert [command.raw["id"] for command in await place.people["ben"].offered("@Robot")] == [everywhere["id"]]


async def test_names_are_in_the_language_of_the_person(place: Place) -> None:
    await place.define(name_localizations={"fr": "modèle"}, description_localizations={"fr": "décrit"})
    async with Person.join(place.sandbox.url, "ben", locale="fr") as french:
        (command,) = await french.offered("general")
    assert (command.name, command.description, command.raw["name"]) == ("modèle", "décrit", "model")
    async with Person.join(place.sandbox.url, "ben", locale="tlh") as klingon:
        with pytest.raises(ActorError, match="no language 'tlh'"):
            await klingon.offered("general")


ROLE: dict[str, Any] = {"role": "helpers", "allow": True}
NOT_EVERYBODY: dict[str, Any] = {"role": "@everyone", "allow": False}


@pytest.mark.parametrize(
    ("default", "of_all", "of_it", "offered_to"),
    [
        ("32", [], [], {"ada", "cleo", "dana"}),
        ("0", [], [], {"ada"}),
        (None, [], [NOT_EVERYBODY], {"ada"}),
        (None, [], [NOT_EVERYBODY, ROLE], {"ada", "ben", "dana"}),
        ("0", [], [ROLE], {"ada", "ben", "dana"}),
        ("32", [], [{"user": "ben", "allow": True}], EVERYBODY),
        (None, [], [{"user": "ben", "allow": False}, ROLE], EVERYBODY - {"ben"}),
        (None, [], [{"role": "helpers", "allow": False}, {"role": "keepers", "allow": True}], EVERYBODY - {"ben"}),
        (None, [NOT_EVERYBODY], [], {"ada"}),
        (None, [NOT_EVERYBODY], [ROLE], {"ada", "ben", "dana"}),
        ("32", [ROLE], [], {"ada", "cleo", "dana"}),
        (None, [NOT_EVERYBODY, ROLE], [], {"ada", "ben", "dana"}),
    ],
    ids=[
        "default",
        "default of nobody",
        "nobody",
        "a role",
        "a role, against the default",
        "a person, against the default",
        "a person counts before a role",
        "one role that allows is enough",
        "all commands",
        "one command counts before all",
        "all commands do not undo a default",
        "all commands, by role",
    ],
)
async def test_what_administrators_say(
    place: Place, default: str | None, of_all: list[Any], of_it: list[Any], offered_to: set[str]
) -> None:
    await place.define(default_member_permissions=default)
    await place.people["ada"].allow("Workshop", None, of_all)
    await place.people["dana"].allow("Workshop", "/model", of_it)
    assert await place.offered_to() == offered_to


@pytest.mark.parametrize(
    ("of_all", "of_it", "in_general", "in_random"),
    [
        ([], [("general", False)], False, True),
        ([], [("*", False)], False, False),
        ([], [("*", False), ("general", True)], True, False),
        ([("general", False)], [], False, True),
        ([("*", False)], [("random", True)], False, True),
    ],
)
async def test_channels_are_allowed_and_denied(
    place: Place, of_all: list[Any], of_it: list[Any], in_general: bool, in_random: bool
) -> None:
    await place.define()
    for command, said in ((None, of_all), ("model", of_it)):
        entries = [{"channel": name, "allow": allow} for name, allow in said]
        await place.people["ada"].allow("Workshop", command, entries)
    assert ("ben" in await place.offered_to("general"), "ben" in await place.offered_to("random")) == (
        in_general,
        in_random,
    )
    assert "ada" in await place.offered_to("general")  # administrators may use everything


async def test_only_who_manages_the_server_and_its_roles_changes_that(place: Place) -> None:
    await place.define()
    for name in ("ben", "cleo"):
        with pytest.raises(NotAllowed, match="settings"):
            await place.people[name].allow("Workshop", "model", [ROLE])
    with pytest.raises(UnknownCommand):
        await place.people["ada"].allow("Workshop", "other", [ROLE])
    await place.people["ada"].allow("Workshop", "model", [ROLE] * 100)
    with pytest.raises(ActorError, match="at most 100"):
        await place.people["ada"].allow("Workshop", "model", [ROLE] * 101)


async def test_the_bot_hears_of_it_and_reads_it(place: Place) -> None:
    made = await place.define()
    guild = await place.api.guild_id()
    async with gateway(place.sandbox) as line:
        await line.identify(place.sandbox.token)
        await line.until("GUILD_CREATE")
        await place.people["ada"].allow("Workshop", "model", [NOT_EVERYBODY, {"channel": "*", "allow": True}])
        heard = (await line.until("APPLICATION_COMMAND_PERMISSIONS_UPDATE"))["d"]
    assert heard["permissions"] == [
        {"id": guild, "type": 1, "permission": False},
        {"id": str(int(guild) - 1), "type": 3, "permission": True},
    ]
    path = f"{await place.api.application()}/guilds/{guild}/commands"
    assert (await place.api("GET", f"{path}/{made['id']}/permissions")).body == heard
    assert (await place.api("GET", f"{path}/permissions")).body == [heard]


@pytest.mark.parametrize("how", ["renamed", "deleted", "overwritten"])
async def test_a_command_that_is_renamed_or_gone_takes_what_was_said_of_it_along(place: Place, how: str) -> None:
    made = await place.define()
    path = f"{await place.api.application()}/commands"
    await place.people["ada"].allow("Workshop", "model", [NOT_EVERYBODY])
    if how == "renamed":
        await place.api("PATCH", f"{path}/{made['id']}", {"name": "other"})
    elif how == "deleted":
        await place.api("DELETE", f"{path}/{made['id']}")
    else:
        await place.api("PUT", path, [])
    said = f"{await place.api.application()}/guilds/{await place.api.guild_id()}/commands/permissions"
    assert (await place.api("GET", said)).body == []
