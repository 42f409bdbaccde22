"""Roles: made, changed, sorted and deleted, below the bot's own only."""

from typing import Any

import aiohttp
import discord
import pytest

from sandbox import ManualClock
from sandbox.permissions import Permission
from tests.sandbox.houses import EVERYTHING_ELSE, HouseApi, HouseBot, opened


def role(robo: HouseBot, name: str) -> discord.Role:
    found = discord.utils.get(robo.house.roles, name=name)
    assert found is not None
    return found


async def test_a_bot_makes_changes_and_deletes_a_role(robo: HouseBot) -> None:
    permissions = discord.Permissions(manage_messages=True)
    made = await robo.house.create_role(name="cooks", permissions=permissions, color=0x123456, hoist=True)
    assert (await robo.until("guild_role_create")) == made
    assert (made.name, made.permissions, made.color.value, made.hoist, made.position) == (
        "cooks",
        permissions,
        0x123456,
        True,
        1,
    )
    await made.edit(name="bakers", mentionable=True)
    before, after = await robo.until("guild_role_update")
    assert (before.name, after.name, after.mentionable) == ("cooks", "bakers", True)
    await robo.member("paul").add_roles(made)
    await made.delete(reason="no kitchen")
    assert (await robo.until("guild_role_delete")) == made
    assert [each.name for each in robo.member("paul").roles] == ["@everyone"]


async def test_a_new_role_is_the_lowest_and_like_everyone(rest: HouseApi) -> None:
    made = (await rest("POST", await rest.guild("/roles"), {})).body
    everyone = (await rest("GET", await rest.guild(f"/roles/{await rest.guild_id()}"))).body
    assert (made["name"], made["permissions"], made["position"]) == ("new role", everyone["permissions"], 1)
    assert made["colors"] == {"primary_color": 0, "secondary_color": None, "tertiary_color": None}
    colored = (await rest("POST", await rest.guild("/roles"), {"colors": {"primary_color": 255}})).body
    assert (colored["color"], colored["colors"]["primary_color"]) == (255, 255)


async def test_roles_are_moved_below_the_bots_own(robo: HouseBot) -> None:
    a, b = await robo.house.create_role(name="a"), await robo.house.create_role(name="b")
    assert [await robo.until("guild_role_create") for _ in range(2)] == [a, b]
    await a.move(beginning=True)
    for _ in range(4):  # all others went up by one or two
        await robo.until("guild_role_update")
    order = [each.name for each in await robo.house.fetch_roles()]
    assert sorted(order) == sorted(["@everyone", "a", "b", "mods", "Robo", "chiefs"])
    await b.edit(position=role(robo, "mods").position)
    after = {each.name: each for each in await robo.house.fetch_roles()}
    assert after["b"] > after["a"]
    with pytest.raises(discord.Forbidden, match="50013"):
        await a.edit(position=role(robo, "chiefs").position)
    with pytest.raises(discord.Forbidden, match="50013"):
        await role(robo, "chiefs").edit(position=1)


async def test_only_lower_roles_are_changed_and_never_those_of_bots(rest: HouseApi) -> None:
    roles = await rest.guild("/roles")
    chiefs, own, everyone = await rest.role("chiefs"), await rest.role("Robo"), await rest.guild_id()
    assert (await rest("PATCH", f"{roles}/{chiefs}", {"name": "x"})).code == 50013
    assert (await rest("DELETE", f"{roles}/{chiefs}")).code == 50013
    assert (await rest("PATCH", f"{roles}/{own}", {"name": "x"})).code == 50013
    assert (await rest("DELETE", f"{roles}/{own}")).code == 50028
    assert (await rest("DELETE", f"{roles}/{everyone}")).code == 50028
    assert (await rest("GET", f"{roles}/1")).code == 10011
    assert (await rest("PATCH", roles, [{"id": "1", "position": 1}])).code == 10011
    kept = (await rest("PATCH", f"{roles}/{everyone}", {"name": "x", "permissions": "1024"})).body
    assert (kept["name"], kept["permissions"]) == ("@everyone", "1024")


async def test_a_bot_gives_a_role_only_what_it_has(clock: ManualClock) -> None:
    bits = EVERYTHING_ELSE & ~int(Permission.BAN_MEMBERS)
    async with opened(clock, bits) as sandbox, aiohttp.ClientSession() as http:
        rest = HouseApi(sandbox, http)
        roles, mods = await rest.guild("/roles"), await rest.role("mods")
        ban = str(int(Permission.BAN_MEMBERS))
        assert (await rest("POST", roles, {"permissions": ban})).code == 50013
        assert (await rest("PATCH", f"{roles}/{mods}", {"permissions": ban})).code == 50013
        assert (await rest("PATCH", f"{roles}/{mods}", {"permissions": "0"})).status == 200


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param({"name": "x" * 100}, None, id="a name of 100"),
        pytest.param({"name": "x" * 101}, ("name", "BASE_TYPE_BAD_LENGTH"), id="a name of 101"),
        pytest.param({"color": 0xFFFFFF}, None, id="white"),
        pytest.param({"color": 0x1000000}, ("color", "NUMBER_TYPE_MAX"), id="whiter"),
        pytest.param({"permissions": "all"}, ("permissions", "NUMBER_TYPE_COERCE"), id="no bits"),
        pytest.param({"hoist": 1}, ("hoist", "BOOLEAN_TYPE_CONVERT"), id="no boolean"),
    ],
)
async def test_what_a_role_may_be(rest: HouseApi, body: dict[str, Any], found: tuple[str, str] | None) -> None:
    answer = await rest("POST", await rest.guild("/roles"), body)
    if found is None:
        assert answer.status == 200
    else:
        assert answer.found(found[0]) == [found[1]]


async def test_a_guild_has_250_roles_at_most(rest: HouseApi) -> None:
    roles = await rest.guild("/roles")
    have = len((await rest("GET", roles)).body)
    answers = [await rest("POST", roles, {}) for _ in range(251 - have)]
    assert [answer.status for answer in answers] == [200] * (250 - have) + [400]
    assert answers[-1].code == 30005


async def test_the_members_of_roles_are_counted(rest: HouseApi) -> None:
    counts = (await rest("GET", await rest.guild("/roles/member-counts"))).body
    names = {await rest.role(name): number for name, number in (("mods", 1), ("Robo", 1), ("chiefs", 1))}
    assert counts == names


async def test_a_deleted_role_goes_from_the_channels(rest: HouseApi) -> None:
    hall, mods = await rest.channel("hall"), await rest.role("mods")
    await rest("PUT", f"{hall}/permissions/{mods}", {"type": 0, "deny": "2048"})
    await rest("DELETE", await rest.guild(f"/roles/{mods}"))
    assert (await rest("GET", hall)).body["permission_overwrites"] == []
