"""Guilds themselves: settings, invites, emojis, the audit log, and what a plain guild has not."""

import base64
from dataclasses import replace
from typing import Any

import aiohttp
import discord
import pytest

from sandbox import ManualClock
from sandbox.actor import Person
from sandbox.permissions import ALL, Permission
from tests.sandbox.bots import living
from tests.sandbox.houses import EVERYTHING_ELSE, HouseApi, HouseBot, opened

PNG = b"\x89PNG\r\n\x1a\n"


def image(content: bytes = PNG, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


async def test_a_bot_changes_a_guild(robo: HouseBot) -> None:
    house, hall, slow = robo.house, robo.channel("hall"), robo.channel("slow")
    await house.edit(name="Home", description="ours", system_channel=None, afk_timeout=60)
    before, after = await robo.until("guild_update")
    assert (before.name, after.name, after.description) == ("House", "Home", "ours")
    assert (after.system_channel, after.afk_timeout) == (None, 60)
    await house.edit(system_channel=hall, rules_channel=slow)
    _, after = await robo.until("guild_update")
    assert (after.system_channel, after.rules_channel) == (hall, slow)
    fetched = await robo.fetch_guild(house.id)
    assert (fetched.name, fetched.approximate_member_count) == ("Home", 5)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param({"name": "x"}, ("name", "BASE_TYPE_BAD_LENGTH"), id="a name of 1"),
        pytest.param({"name": "xx"}, None, id="a name of 2"),
        pytest.param({"name": "x" * 100}, None, id="a name of 100"),
        pytest.param({"name": "x" * 101}, ("name", "BASE_TYPE_BAD_LENGTH"), id="a name of 101"),
        pytest.param({"description": "x" * 300}, None, id="a description of 300"),
        pytest.param({"description": "x" * 301}, ("description", "BASE_TYPE_MAX_LENGTH"), id="a description of 301"),
        pytest.param({"verification_level": 4}, None, id="the highest verification"),
        pytest.param({"verification_level": 5}, ("verification_level", "BASE_TYPE_CHOICES"), id="a higher one"),
        pytest.param({"afk_timeout": 61}, ("afk_timeout", "BASE_TYPE_CHOICES"), id="a strange timeout"),
        pytest.param({"name": 5}, ("name", "STRING_TYPE_CONVERT"), id="a number for a name"),
    ],
)
async def test_what_a_guild_may_be(rest: HouseApi, body: dict[str, Any], found: tuple[str, str] | None) -> None:
    answer = await rest("PATCH", await rest.guild(), body)
    if found is None:
        assert answer.status == 200
    else:
        assert answer.found(found[0]) == [found[1]]


async def test_the_channels_of_a_guilds_settings_are_its_own_and_of_their_kind(rest: HouseApi) -> None:
    path, tower = await rest.guild(), (await rest.channel("tower")).rpartition("/")[2]
    assert (await rest("PATCH", path, {"system_channel_id": "1"})).code == 10003
    assert (await rest("PATCH", path, {"system_channel_id": tower})).code == 50024
    assert (await rest("PATCH", path, {"afk_channel_id": tower})).body["afk_channel_id"] == tower


async def test_only_an_administrator_makes_a_community(clock: ManualClock) -> None:
    async with opened(clock, ALL) as sandbox, aiohttp.ClientSession() as http:
        rest = HouseApi(sandbox, http)
        path, channels = await rest.guild(), await rest.guild("/channels")
        assert (await rest("PATCH", path, {"features": []})).body["features"] == []
        assert (await rest("POST", channels, {"name": "a", "type": 13})).code == 50024
        assert (await rest("POST", channels, {"name": "a", "type": 5})).found("type") == ["BASE_TYPE_CHOICES"]
        features = (await rest("PATCH", path, {"features": ["COMMUNITY", "PARTNERED"]})).body["features"]
        assert sorted(features) == ["COMMUNITY", "NEWS"]
        assert (await rest("POST", channels, {"name": "a", "type": 5})).status == 201


async def test_a_guild_is_previewed(rest: HouseApi) -> None:
    preview = (await rest("GET", await rest.guild("/preview"))).body
    assert (preview["name"], preview["approximate_member_count"], preview["emojis"]) == ("House", 5, [])
    assert "approximate_member_count" not in (await rest("GET", await rest.guild())).body
    counted = (await rest("GET", await rest.guild(), params={"with_counts": "true"})).body
    assert counted["approximate_member_count"] == 5


@pytest.mark.parametrize(
    ("path", "status", "body"),
    [
        ("/stickers", 200, []),
        ("/scheduled-events", 200, []),
        ("/soundboard-sounds", 200, {"items": []}),
        ("/integrations", 200, []),
        ("/auto-moderation/rules", 200, []),
        ("/templates", 200, []),
        ("/widget", 200, {"enabled": False, "channel_id": None}),
        ("/widget.json", 403, {"message": "Widget Disabled", "code": 50004}),
        ("/vanity-url", 200, {"code": None, "uses": 0}),
        ("/voice-states/@me", 404, {"message": "Unknown Voice State", "code": 10065}),
        ("/welcome-screen", 404, {"message": "Unknown Guild Welcome Screen", "code": 10069}),
    ],
)
async def test_what_a_plain_guild_has_not(rest: HouseApi, path: str, status: int, body: Any) -> None:
    answer = await rest("GET", await rest.guild(path))
    assert (answer.status, answer.body) == (status, body)


async def test_a_plain_guild_greets_nobody(rest: HouseApi) -> None:
    onboarding = (await rest("GET", await rest.guild("/onboarding"))).body
    assert (onboarding["enabled"], onboarding["prompts"]) == (False, [])
    regions = (await rest("GET", "/voice/regions")).body
    assert (await rest("GET", await rest.guild("/regions"))).body == regions
    assert [region["optimal"] for region in regions].count(True) == 1


async def test_a_bot_invites_to_a_channel(robo: HouseBot, clock: ManualClock) -> None:
    hall = robo.channel("hall")
    invite = await hall.create_invite(max_age=3600, max_uses=5, reason="party")
    told = await robo.until("invite_create")
    assert (told.code, told.max_age, told.max_uses, told.inviter) == (invite.code, 3600, 5, robo.user)
    assert (await hall.create_invite(max_age=3600, max_uses=5, unique=False)).code == invite.code
    assert (await hall.create_invite(max_age=3600, max_uses=5, unique=True)).code != invite.code
    fetched = await robo.fetch_invite(invite.code, with_counts=True)
    assert (fetched.guild.name, fetched.channel.name, fetched.approximate_member_count) == ("House", "hall", 5)
    assert len(await robo.house.invites()) == len(await hall.invites()) == 2
    await fetched.delete()
    assert (await robo.until("invite_delete")).code == invite.code
    clock.move(3600)
    assert await hall.invites() == []
    for again in (robo.fetch_invite(invite.code), invite.delete()):
        with pytest.raises(discord.NotFound, match="10006"):
            await again


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"max_age": 604800}, None),
        ({"max_age": 604801}, ("max_age", "NUMBER_TYPE_MAX")),
        ({"max_age": 0, "max_uses": 0}, None),
        ({"max_uses": 100}, None),
        ({"max_uses": 101}, ("max_uses", "NUMBER_TYPE_MAX")),
        ({"max_uses": -1}, ("max_uses", "NUMBER_TYPE_MIN")),
    ],
    ids=str,
)
async def test_what_an_invite_may_be(rest: HouseApi, body: dict[str, Any], found: tuple[str, str] | None) -> None:
    answer = await rest("POST", f"{await rest.channel('hall')}/invites", body)
    if found is None:
        assert (answer.status, answer.body["max_age"]) == (200, body.get("max_age", 86400))
    else:
        assert answer.found(found[0]) == [found[1]]


async def test_invites_lead_to_channels_only_and_go_with_them(rest: HouseApi) -> None:
    assert (await rest("POST", f"{await rest.channel('Rooms')}/invites", {})).code == 50024
    slow = await rest.channel("slow")
    code = (await rest("POST", f"{slow}/invites", {})).body["code"]
    await rest("DELETE", slow)
    assert (await rest("GET", f"/invites/{code}")).code == 10006


async def test_how_often_invites_were_used_is_for_managers(clock: ManualClock) -> None:
    less = EVERYTHING_ELSE & ~int(Permission.MANAGE_GUILD)
    async with opened(clock, less) as sandbox, aiohttp.ClientSession() as http:
        rest = HouseApi(sandbox, http)
        await rest("POST", f"{await rest.channel('hall')}/invites", {})
        (listed,) = (await rest("GET", await rest.guild("/invites"))).body
        assert "uses" not in listed


async def test_invites_are_for_who_may_see_and_revoke_them(clock: ManualClock) -> None:
    less = EVERYTHING_ELSE & ~int(Permission.MANAGE_GUILD | Permission.VIEW_AUDIT_LOG | Permission.MANAGE_CHANNELS)
    async with opened(clock, less) as sandbox, aiohttp.ClientSession() as http:
        rest = HouseApi(sandbox, http)
        code = (await rest("POST", f"{await rest.channel('hall')}/invites", {})).body["code"]
        assert (await rest("GET", await rest.guild("/invites"))).code == 50013
        assert (await rest("DELETE", f"/invites/{code}")).code == 50013


async def test_a_bot_makes_changes_and_deletes_an_emoji(robo: HouseBot) -> None:
    made = await robo.house.create_custom_emoji(name="wave", image=PNG)
    assert [emoji.name for emoji in (await robo.until("guild_emojis_update"))[2]] == ["wave"]
    assert (await made.edit(name="waves")).name == "waves"
    (listed,) = await robo.house.fetch_emojis()
    assert (listed.name, listed.user, listed.animated) == ("waves", robo.user, False)
    assert (await robo.house.fetch_emoji(made.id)).name == "waves"
    await made.delete()
    with pytest.raises(discord.NotFound, match="10014"):
        await robo.house.fetch_emoji(made.id)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param({"name": "xx", "image": image()}, None, id="a name of 2"),
        pytest.param({"name": "x" * 32, "image": image()}, None, id="a name of 32"),
        pytest.param({"name": "x" * 33, "image": image()}, "name", id="a name of 33"),
        pytest.param({"name": "x y", "image": image()}, "name", id="a space"),
        pytest.param({"name": "xy"}, "image", id="no picture"),
        pytest.param({"name": "xy", "image": "data:text/plain;base64,eA=="}, "image", id="a text"),
        pytest.param({"name": "xy", "image": "data:image/png;base64,%"}, "image", id="no base64"),
        pytest.param({"name": "xy", "image": image(bytes(256 * 1024))}, None, id="256 KiB"),
        pytest.param({"name": "xy", "image": image(bytes(256 * 1024 + 1))}, "image", id="more"),
    ],
)
async def test_what_an_emoji_may_be(rest: HouseApi, body: dict[str, Any], found: str | None) -> None:
    answer = await rest("POST", await rest.guild("/emojis"), body)
    assert answer.status == (201 if found is None else 400)
    if found is not None:
        assert len(answer.found(found)) >= 1


async def test_a_guild_has_fifty_emojis_of_each_sort(rest: HouseApi) -> None:
    path = await rest.guild("/emojis")
    still = [await rest("POST", path, {"name": "xy", "image": image()}) for _ in range(51)]
    assert [answer.status for answer in still] == [201] * 50 + [400]
    assert still[-1].code == 30008
    moving = await rest("POST", path, {"name": "xy", "image": image(b"GIF89a", "gif")})
    assert (moving.status, moving.body["animated"]) == (201, True)


async def test_emojis_of_others_are_for_those_who_manage_them(clock: ManualClock) -> None:
    bits = EVERYTHING_ELSE & ~int(Permission.MANAGE_GUILD_EXPRESSIONS)
    async with opened(clock, bits) as sandbox, aiohttp.ClientSession() as http:
        rest = HouseApi(sandbox, http)
        path = await rest.guild("/emojis")
        own = (await rest("POST", path, {"name": "xy", "image": image()})).body["id"]
        assert (await rest("PATCH", f"{path}/{own}", {"name": "yz"})).body["name"] == "yz"
        guild = sandbox._core.store.guilds[int(await rest.guild_id())]
        guild.emojis[int(own)] = replace(guild.emojis[int(own)], user_id=guild.owner_id)
        assert (await rest("DELETE", f"{path}/{own}")).code == 50013
        assert (await rest("PATCH", f"{path}/{own}", {"roles": ["1"]})).code == 50013


async def test_what_was_done_is_in_the_audit_log(robo: HouseBot, olga: Person) -> None:
    hall, paul = robo.channel("hall"), robo.member("paul")
    await hall.edit(name="lobby", reason="grander — «quoted»")
    entry = await robo.until("audit_log_entry_create")
    assert (entry.action, entry.target, entry.user) == (discord.AuditLogAction.channel_update, hall, robo.user)
    assert (entry.reason, entry.before.name, entry.after.name) == ("grander — «quoted»", "hall", "lobby")
    await hall.set_permissions(paul, send_messages=False)
    await paul.edit(nick="P")
    mods = discord.utils.get(robo.house.roles, name="mods")
    await paul.add_roles(mods)
    await olga.kick("House", "paul", reason="mine")
    entries = [entry async for entry in robo.house.audit_logs(limit=None)]
    actions = discord.AuditLogAction
    assert [entry.action for entry in entries] == [
        actions.kick,
        actions.member_role_update,
        actions.member_update,
        actions.overwrite_create,
        actions.channel_update,
    ]
    assert (entries[0].user.name, entries[0].reason, entries[0].target.id) == ("olga", "mine", paul.id)
    assert [role.name for role in entries[1].after.roles] == ["mods"]
    assert (entries[2].before.nick, entries[2].after.nick) == (None, "P")
    assert entries[3].extra.id == paul.id


async def test_the_audit_log_is_asked_for_parts(robo: HouseBot, rest: HouseApi) -> None:
    made = [await robo.house.create_role(name=f"{number}") for number in range(3)]
    await made[0].delete()
    path = await rest.guild("/audit-logs")

    async def actions(**query: Any) -> list[int]:
        return [entry["action_type"] for entry in (await rest("GET", path, params=query)).body["audit_log_entries"]]

    every = (await rest("GET", path)).body["audit_log_entries"]
    assert await actions() == [32, 30, 30, 30]
    assert await actions(action_type=30, limit=2) == [30, 30]
    assert await actions(target_id=str(made[0].id)) == [32, 30]
    assert (await actions(user_id="1"), await actions(user_id=str(robo.user.id))) == ([], [32, 30, 30, 30])
    assert (await actions(before=every[1]["id"]), await actions(after=every[1]["id"])) == ([30, 30], [32])
    oldest = [entry async for entry in robo.house.audit_logs(oldest_first=True)]
    assert [entry.target.id for entry in oldest[:3]] == [role.id for role in made]
    for limit in (0, 101):
        assert (await rest("GET", path, params={"limit": limit})).status == 400


async def test_every_deed_has_its_line_in_the_log(robo: HouseBot) -> None:
    house, actions = robo.house, discord.AuditLogAction
    invite = await robo.channel("hall").create_invite()
    await invite.delete()
    emoji = await house.create_custom_emoji(name="wave", image=PNG)
    await emoji.edit(name="waves")
    await emoji.delete()
    role = await house.create_role()
    await role.edit(name="x")
    await role.delete()
    thread = await robo.channel("hall").create_thread(name="a", type=discord.ChannelType.public_thread)
    await thread.edit(locked=True)
    await thread.delete()
    channel = await house.create_text_channel("a")
    await channel.set_permissions(house.default_role, send_messages=False)
    await channel.set_permissions(house.default_role, send_messages=True)
    await channel.set_permissions(house.default_role, overwrite=None)
    await channel.delete()
    await house.edit(name="Home")
    paul = robo.member("paul")
    await paul.ban()
    await house.unban(paul)
    logged = [entry.action async for entry in house.audit_logs(limit=None, oldest_first=True)]
    assert logged == [
        actions.invite_create,
        actions.invite_delete,
        actions.emoji_create,
        actions.emoji_update,
        actions.emoji_delete,
        actions.role_create,
        actions.role_update,
        actions.role_delete,
        actions.thread_create,
        actions.thread_update,
        actions.thread_delete,
        actions.channel_create,
        actions.overwrite_create,
        actions.overwrite_update,
        actions.overwrite_delete,
        actions.channel_delete,
        actions.guild_update,
        actions.ban,
        actions.unban,
    ]


async def test_a_bot_that_may_not_look_is_not_told_of_bans_and_the_log(clock: ManualClock) -> None:
    less = EVERYTHING_ELSE & ~int(Permission.VIEW_AUDIT_LOG | Permission.BAN_MEMBERS)
    async with (
        opened(clock, less) as sandbox,
        living(HouseBot(), sandbox) as bot,
        Person.join(sandbox.url, "olga") as olga,
    ):
        await olga.ban("House", "paul")
        await bot.until("member_remove")
        names = {event.name for event in sandbox.events_sent}
        assert names.isdisjoint({"GUILD_BAN_ADD", "GUILD_AUDIT_LOG_ENTRY_CREATE"})


async def test_what_a_session_is_told_first_leaves_out_what_the_bot_does_not_see(house: Any, adam: Person) -> None:
    await adam.create_thread("cellar", "wine")
    await adam.archive_thread("attic")
    bot = HouseBot()
    async with living(bot, house):
        assert {thread.name for thread in bot.house.threads} == {"plans", "how to"}
        assert {channel.name for channel in bot.house.channels} >= {"cellar", "tower", "help", "news", "Rooms"}
        assert bot.channel("cellar").permissions_for(bot.house.me).read_messages is False
