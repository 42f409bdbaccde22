"""Members of guilds: found, renamed, silenced, given roles, kicked and banned."""

from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import discord
import pytest

from sandbox import ManualClock, Sandbox
from sandbox.actor import NotAllowed, NotThere, Person, Refused
from sandbox.permissions import ALL, Permission
from tests.sandbox.bots import living
from tests.sandbox.houses import EVERYTHING_ELSE, HouseApi, HouseBot, opened


async def test_members_are_fetched_chunked_and_searched(robo: HouseBot) -> None:
    names = {member.name async for member in robo.house.fetch_members(limit=None)}
    assert names == {"olga", "adam", "mona", "paul", "Robo"}
    assert {member.name for member in await robo.house.chunk()} == names
    assert [member.display_name for member in await robo.house.query_members("mo")] == ["Moe"]
    assert robo.member("adam").global_name == "Adam the First"
    assert (await robo.house.fetch_member(robo.member("mona").id)).nick == "Moe"
    with pytest.raises(discord.NotFound, match="10013"):
        await robo.house.fetch_member(1)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"query": "m"}, {"mona"}),
        ({"query": "MOE"}, {"mona"}),  # the nickname
        ({"query": "o", "limit": 5}, {"olga"}),
        ({"query": "x"}, set()),
    ],
)
async def test_members_are_searched_by_the_beginning_of_a_name(
    rest: HouseApi, query: dict[str, Any], found: set[str]
) -> None:
    body = (await rest("GET", await rest.guild("/members/search"), params=query)).body
    assert {member["user"]["username"] for member in body} == found


async def test_members_come_in_pages(rest: HouseApi) -> None:
    path = await rest.guild("/members")
    assert len((await rest("GET", path)).body) == 1
    every = (await rest("GET", path, params={"limit": 1000})).body
    ids = [member["user"]["id"] for member in every]
    assert ids == sorted(ids, key=int)
    after = (await rest("GET", path, params={"limit": 2, "after": ids[0]})).body
    assert [member["user"]["id"] for member in after] == ids[1:3]
    for limit, code in ((0, "NUMBER_TYPE_MIN"), (1001, "NUMBER_TYPE_MAX"), ("x", "NUMBER_TYPE_COERCE")):
        assert (await rest("GET", path, params={"limit": limit})).found("limit") == [code]
    search = await rest.guild("/members/search")
    assert (await rest("GET", search)).found("query") == ["BASE_TYPE_REQUIRED"]
    assert (await rest("GET", search, params={"query": "x" * 101})).found("query") == ["BASE_TYPE_BAD_LENGTH"]


async def test_a_bot_renames_a_member_and_itself(robo: HouseBot) -> None:
    paul = robo.member("paul")
    await paul.edit(nick="Pauline")
    before, after = await robo.until("member_update")
    assert (before.nick, after.nick, after.id) == (None, "Pauline", paul.id)
    await robo.house.me.edit(nick="R2")
    assert (await robo.until("member_update"))[1].nick == "R2"
    await paul.edit(nick=None)
    assert (await robo.until("member_update"))[1].nick is None


@pytest.mark.parametrize(("nick", "status"), [("x" * 32, 200), ("x" * 33, 400), ("", 200)])
async def test_a_nickname_has_32_characters_at_most(rest: HouseApi, nick: str, status: int) -> None:
    path = await rest.guild(f"/members/{await rest.user('paul')}")
    assert (await rest("PATCH", path, {"nick": nick})).status == status
    assert (await rest("PATCH", await rest.guild("/members/@me"), {"nick": nick})).status == status
    assert (await rest("PATCH", await rest.guild("/members/@me/nick"), {"nick": nick})).status == status


async def test_who_is_timed_out_reads_and_no_more(
    robo: HouseBot, paul: Person, rest: HouseApi, clock: ManualClock
) -> None:
    until = datetime.fromtimestamp(clock.now() + 60, UTC)
    await robo.member("paul").edit(timed_out_until=until, reason="noise")
    assert (await robo.until("member_update"))[1].timed_out_until == until
    for attempt in (paul.say("hall", "x"), paul.create_thread("hall", "a"), paul.type("hall")):
        with pytest.raises(NotAllowed, match="Missing Permissions"):
            await attempt
    assert await paul.history("hall") == []
    clock.move(61)
    assert (await paul.say("hall", "back")).content == "back"


@pytest.mark.parametrize(("days", "status"), [(28, 200), (28.01, 400), (-1, 200)])
async def test_a_timeout_ends_within_28_days(rest: HouseApi, clock: ManualClock, days: float, status: int) -> None:
    until = (datetime.fromtimestamp(clock.now(), UTC) + timedelta(days=days)).isoformat()
    path = await rest.guild(f"/members/{await rest.user('paul')}")
    answer = await rest("PATCH", path, {"communication_disabled_until": until})
    assert answer.status == status
    if status == 400:
        assert answer.found("communication_disabled_until") == ["INVALID_COMMUNICATION_DISABLED_TIMESTAMP"]
    wrong = await rest("PATCH", path, {"communication_disabled_until": "soon"})
    assert wrong.found("communication_disabled_until") == ["DATE_TIME_TYPE_PARSE"]


@pytest.mark.parametrize("name", ["olga", "adam"])
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/members/{user}", {"nick": "x"}),
        ("PATCH", "/members/{user}", {"communication_disabled_until": "2030-01-01T00:00:00+00:00"}),
        ("DELETE", "/members/{user}", None),
        ("PUT", "/bans/{user}", {}),
    ],
)
async def test_nobody_acts_on_who_is_higher(
    rest: HouseApi, clock: ManualClock, name: str, method: str, path: str, body: Any
) -> None:
    clock.move(1_893_456_000 - clock.now() - 1000)  # shortly before the end of that timeout
    target = await rest.guild(path.format(user=await rest.user(name)))
    refused = await rest(method, target, body)
    assert (refused.status, refused.code) == (403, 50013)


@pytest.mark.parametrize(
    ("lacking", "method", "path", "body"),
    [
        (Permission.MANAGE_NICKNAMES, "PATCH", "/members/{user}", {"nick": "x"}),
        (Permission.MODERATE_MEMBERS, "PATCH", "/members/{user}", {"communication_disabled_until": None}),
        (Permission.MANAGE_ROLES, "PATCH", "/members/{user}", {"roles": []}),
        (Permission.MUTE_MEMBERS, "PATCH", "/members/{user}", {"mute": True}),
        (Permission.DEAFEN_MEMBERS, "PATCH", "/members/{user}", {"deaf": True}),
        (Permission.MOVE_MEMBERS, "PATCH", "/members/{user}", {"channel_id": None}),
        (Permission.MANAGE_ROLES, "PUT", "/members/{user}/roles/{mods}", None),
        (Permission.MANAGE_ROLES, "DELETE", "/members/{user}/roles/{mods}", None),
        (Permission.KICK_MEMBERS, "DELETE", "/members/{user}", None),
        (Permission.BAN_MEMBERS, "PUT", "/bans/{user}", {}),
        (Permission.BAN_MEMBERS, "GET", "/bans", None),
        (Permission.BAN_MEMBERS, "GET", "/bans/{user}", None),
        (Permission.BAN_MEMBERS, "DELETE", "/bans/{user}", None),
        (Permission.BAN_MEMBERS, "POST", "/bulk-ban", {"user_ids": ["{user}"]}),
        (Permission.MANAGE_GUILD, "POST", "/bulk-ban", {"user_ids": ["{user}"]}),
        (Permission.MANAGE_ROLES, "POST", "/roles", {}),
        (Permission.MANAGE_ROLES, "PATCH", "/roles/{mods}", {}),
        (Permission.MANAGE_ROLES, "PATCH", "/roles", []),
        (Permission.MANAGE_ROLES, "DELETE", "/roles/{mods}", None),
        (Permission.MANAGE_GUILD, "PATCH", "", {"name": "x"}),
        (Permission.VIEW_AUDIT_LOG, "GET", "/audit-logs", None),
        (Permission.MANAGE_GUILD, "GET", "/integrations", None),
        (Permission.MANAGE_GUILD, "GET", "/widget", None),
        (Permission.MANAGE_GUILD, "GET", "/vanity-url", None),
        (Permission.MANAGE_GUILD, "GET", "/welcome-screen", None),
        (Permission.CREATE_GUILD_EXPRESSIONS, "POST", "/emojis", {"name": "ab", "image": "x"}),
    ],
)
async def test_each_needs_its_permission(
    clock: ManualClock, lacking: Permission, method: str, path: str, body: Any
) -> None:
    async with opened(clock, EVERYTHING_ELSE & ~int(lacking)) as sandbox, aiohttp.ClientSession() as http:
        rest = HouseApi(sandbox, http)
        names = {"user": await rest.user("paul"), "mods": await rest.role("mods")}
        refused = await rest(method, await rest.guild(path.format(**names)), body)
        assert (refused.status, refused.code) == (403, 50013)


async def test_nobody_is_in_a_voice_channel(rest: HouseApi) -> None:
    path = await rest.guild(f"/members/{await rest.user('paul')}")
    for body in ({"mute": True}, {"deaf": True}, {"channel_id": None}):
        refused = await rest("PATCH", path, body)
        assert (refused.status, refused.code) == (400, 40032)


async def test_roles_are_given_and_taken(robo: HouseBot) -> None:
    paul, mods = robo.member("paul"), discord.utils.get(robo.house.roles, name="mods")
    await paul.add_roles(mods, reason="helpful")
    assert (await robo.until("member_update"))[1].roles[-1] == mods
    await paul.remove_roles(mods)
    assert mods not in (await robo.until("member_update"))[1].roles
    await paul.edit(roles=[mods])
    assert mods in (await robo.until("member_update"))[1].roles


async def test_everyones_role_may_be_listed_among_those_of_a_member(robo: HouseBot) -> None:
    paul, mods = robo.member("paul"), discord.utils.get(robo.house.roles, name="mods")
    assert paul.roles == [robo.house.default_role]
    changed = await paul.edit(roles=[*paul.roles, mods])
    assert changed is not None
    assert changed.roles == [robo.house.default_role, mods]


async def test_only_lower_roles_are_given_and_never_those_of_bots(rest: HouseApi) -> None:
    paul = await rest.guild(f"/members/{await rest.user('paul')}")
    everyone = await rest.guild_id()
    for role, status, code in (
        (await rest.role("chiefs"), 403, 50013),
        (await rest.role("Robo"), 400, 50028),
        ("1", 404, 10011),
    ):
        for method in ("PUT", "DELETE"):
            refused = await rest(method, f"{paul}/roles/{role}")
            assert (refused.status, refused.code) == (status, code)
        refused = await rest("PATCH", paul, {"roles": [role]})
        assert (refused.status, refused.code) == (status, code)
    assert (await rest("PUT", f"{paul}/roles/{await rest.role('mods')}")).status == 204
    assert (await rest("PUT", f"{paul}/roles/{everyone}")).code == 10011
    assert (await rest("PUT", await rest.guild(f"/members/1/roles/{everyone}"))).code == 10013


async def test_who_is_kicked_is_gone_and_may_come_back(robo: HouseBot, paul: Person) -> None:
    await robo.member("paul").kick(reason="rude")
    assert (await robo.until("member_remove")).name == "paul"
    with pytest.raises(NotThere):
        await paul.say("hall", "hello?")
    await paul.join_guild("House")
    joined = await robo.until("member_join")
    assert (joined.name, joined.guild) == ("paul", robo.house)
    welcome = await robo.until("message")
    assert (welcome.type, welcome.channel.name) == (discord.MessageType.new_member, "hall")


async def test_who_is_banned_cannot_come_back_until_the_ban_is_lifted(robo: HouseBot, paul: Person) -> None:
    user = robo.member("paul")
    await user.ban(reason="very rude", delete_message_seconds=0)
    assert (await robo.until("member_ban"))[1].id == user.id
    assert (await robo.until("member_remove")).id == user.id
    bans = [ban async for ban in robo.house.bans()]
    assert [(ban.user.id, ban.reason) for ban in bans] == [(user.id, "very rude")]
    assert (await robo.house.fetch_ban(user)).reason == "very rude"
    with pytest.raises(Refused, match="banned"):
        await paul.join_guild("House")
    await robo.house.unban(user)
    assert (await robo.until("member_unban"))[1].id == user.id
    with pytest.raises(discord.NotFound, match="10026"):
        await robo.house.fetch_ban(user)
    with pytest.raises(discord.NotFound, match="10026"):
        await robo.house.unban(user)
    await paul.join_guild("House")


async def test_a_ban_deletes_recent_messages(
    rest: HouseApi, robo: HouseBot, clock: ManualClock, paul: Person, mona: Person
) -> None:
    await paul.say("hall", "long ago")
    clock.move(3601)
    await paul.say("hall", "just now")
    await paul.say("attic", "here too")
    await mona.say("hall", "mine")
    path = await rest.guild(f"/bans/{await rest.user('paul')}")
    assert (await rest("PUT", path, {"delete_message_seconds": 3600})).status == 204
    assert [message.content for message in await mona.history("hall")] == ["long ago", "mine"]
    assert await mona.history("attic") == []


@pytest.mark.parametrize(("seconds", "status"), [(604800, 204), (604801, 400), (-1, 400)])
async def test_a_ban_deletes_at_most_a_week(rest: HouseApi, seconds: int, status: int) -> None:
    path = await rest.guild(f"/bans/{await rest.user('paul')}")
    assert (await rest("PUT", path, {"delete_message_seconds": seconds})).status == status


async def test_many_are_banned_at_once(rest: HouseApi) -> None:
    path = await rest.guild("/bulk-ban")
    paul, mona, adam = [await rest.user(name) for name in ("paul", "mona", "adam")]
    answer = await rest("POST", path, {"user_ids": [paul, adam, "1", mona]})
    assert answer.body == {"banned_users": [paul, mona], "failed_users": [adam, "1"]}
    again = await rest("POST", path, {"user_ids": [paul, adam]})
    assert (again.status, again.code) == (400, 500000)
    many = [str(number) for number in range(1, 201)]
    assert (await rest("POST", path, {"user_ids": many})).code == 500000
    assert (await rest("POST", path, {"user_ids": [*many, "201"]})).found("user_ids") == ["BASE_TYPE_MAX_LENGTH"]
    assert (await rest("POST", path, {})).found("user_ids") == ["BASE_TYPE_REQUIRED"]


async def test_bans_come_in_pages(rest: HouseApi) -> None:
    ids = sorted([await rest.user("paul"), await rest.user("mona")], key=int)
    for user_id in ids:
        await rest("PUT", await rest.guild(f"/bans/{user_id}"), {})
    path = await rest.guild("/bans")

    async def listed(**query: Any) -> list[str]:
        return [ban["user"]["id"] for ban in (await rest("GET", path, params=query)).body]

    assert await listed() == ids
    assert (await listed(limit=1), await listed(after=ids[0])) == (ids[:1], ids[1:])
    assert (await listed(before=ids[1]), await listed(before=ids[0], after=ids[0])) == (ids[:1], [])
    for limit in (0, 1001):
        assert (await rest("GET", path, params={"limit": limit})).status == 400


async def test_somebody_who_is_no_member_is_banned_too(rest: HouseApi, paul: Person) -> None:
    user = await rest.user("paul")
    await paul.leave_guild("House")
    assert (await rest("GET", await rest.guild(f"/members/{user}"))).code == 10007
    assert (await rest("PUT", await rest.guild(f"/bans/{user}"), {})).status == 204
    assert (await rest("PUT", await rest.guild("/bans/1"), {})).code == 10013


async def test_who_leaves_is_in_no_thread_any_more(robo: HouseBot, paul: Person) -> None:
    assert len(await robo.channel("attic").fetch_members()) == 1
    await paul.leave_guild("House")
    await robo.until("raw_thread_member_remove")
    assert await robo.channel("attic").fetch_members() == []


async def test_a_bot_leaves_and_is_invited_again(robo: HouseBot, rest: HouseApi, olga: Person) -> None:
    house = robo.house
    await house.leave()
    assert (await robo.until("guild_remove")) == house
    refused = await rest("GET", f"/guilds/{house.id}")
    assert (refused.status, refused.code) == (403, 50001)
    assert (await rest("GET", "/guilds/1")).code == 10004
    await olga.say("hall", "is it gone?")
    with pytest.raises(NotAllowed):
        async with Person.join(rest.sandbox.url, "paul") as paul:
            await paul.invite_bot("House")
    await olga.invite_bot("House", permissions=int(Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES))
    joined = await robo.until("guild_join")
    assert (joined.id, joined.me.guild_permissions.manage_guild) == (house.id, False)
    await olga.say("hall", "welcome")
    assert (await robo.until("message")).content == "welcome"


async def test_a_bot_is_invited_to_a_new_server_and_kicked(robo: HouseBot, paul: Person) -> None:
    await paul.invite_bot("Shed")
    shed = await robo.until("guild_join")
    assert (shed.name, [channel.name for channel in shed.text_channels]) == ("Shed", ["bench"])
    await paul.kick("Shed", "Robo")
    assert (await robo.until("guild_remove")) == shed


async def test_a_bot_hears_of_itself_without_the_members_intent(house: Sandbox, olga: Person) -> None:
    bot = HouseBot(discord.Intents(guilds=True))
    async with living(bot, house):
        await olga.set_nick("House", "Pauline", of="paul")
        await olga.set_nick("House", "Robin", of="Robo")
        assert (await bot.until("member_update"))[1].nick == "Robin"
        told = [event.data["nick"] for event in house.events_sent if event.name == "GUILD_MEMBER_UPDATE"]
        assert told == ["Robin"]


async def test_a_bot_changes_its_name(robo: HouseBot) -> None:
    await robo.user.edit(username="Robota")
    assert (await robo.until("member_update"))[1].name == "Robota"
    assert robo.user.name == "Robota"


@pytest.mark.parametrize(("name", "status"), [("x", 400), ("xx", 200), ("x" * 32, 200), ("x" * 33, 400)])
async def test_a_user_name_has_2_to_32_characters(rest: HouseApi, name: str, status: int) -> None:
    assert (await rest("PATCH", "/users/@me", {"username": name})).status == status


async def test_the_guilds_of_the_bot_come_in_pages(rest: HouseApi, paul: Person) -> None:
    await paul.invite_bot("Shed")
    ids = [guild["id"] for guild in (await rest("GET", "/users/@me/guilds")).body]
    assert ids == sorted(ids, key=int)

    async def listed(**query: Any) -> list[str]:
        return [guild["id"] for guild in (await rest("GET", "/users/@me/guilds", params=query)).body]

    assert (await listed(limit=1), await listed(after=ids[0]), await listed(before=ids[1])) == (
        ids[:1],
        ids[1:],
        ids[:1],
    )
    counted = (await rest("GET", "/users/@me/guilds", params={"with_counts": "true"})).body[0]
    assert (counted["approximate_member_count"], counted["owner"]) == (5, False)
    for limit in (0, 201):
        assert (await rest("GET", "/users/@me/guilds", params={"limit": limit})).status == 400
    assert (await rest("GET", f"/users/@me/guilds/{ids[0]}/member")).body["user"]["username"] == "Robo"


async def test_no_timeout_binds_an_administrator(clock: ManualClock) -> None:
    async with opened(clock, ALL) as sandbox, aiohttp.ClientSession() as http:
        rest = HouseApi(sandbox, http)
        administrator = {"permissions": str(int(Permission.ADMINISTRATOR))}
        role = (await rest("POST", await rest.guild("/roles"), administrator)).body["id"]
        paul = await rest.guild(f"/members/{await rest.user('paul')}")
        await rest("PUT", f"{paul}/roles/{role}")
        soon = datetime.fromtimestamp(clock.now() + 60, UTC).isoformat()
        refused = await rest("PATCH", paul, {"communication_disabled_until": soon})
        assert (refused.status, refused.code) == (403, 50013)


async def test_a_member_is_let_past_the_verification_by_some_moderators(clock: ManualClock) -> None:
    lacking = Permission.MANAGE_GUILD | Permission.MANAGE_ROLES
    for bits, status in ((EVERYTHING_ELSE & ~int(lacking), 200), (int(Permission.KICK_MEMBERS), 403)):
        async with opened(clock, bits) as sandbox, aiohttp.ClientSession() as http:
            rest = HouseApi(sandbox, http)
            paul = await rest.guild(f"/members/{await rest.user('paul')}")
            assert (await rest("PATCH", paul, {"flags": 4})).status == status


async def test_a_time_before_all_times_is_refused_and_breaks_nobody(rest: HouseApi) -> None:
    path = await rest.guild(f"/members/{await rest.user('paul')}")
    answer = await rest("PATCH", path, {"communication_disabled_until": "0001-01-01T00:00:00+23:59"})
    assert answer.found("communication_disabled_until") == ["DATE_TIME_TYPE_PARSE"]
    assert (await rest("GET", path)).status == 200
