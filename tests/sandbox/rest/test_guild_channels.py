"""Channels of guilds: made, changed, put in order and deleted by a bot, with everything that Discord refuses."""

from typing import Any

import aiohttp
import discord
import orjson
import pytest

from sandbox import ManualClock, Sandbox
from sandbox.actor import NotAllowed, Person
from sandbox.permissions import Permission
from tests.sandbox.bots import living
from tests.sandbox.houses import EVERYTHING_ELSE, HouseApi, HouseBot, opened


async def test_a_bot_makes_channels_of_every_kind(robo: HouseBot) -> None:
    category = discord.utils.get(robo.house.categories, name="Rooms")
    made = await robo.house.create_text_channel("Green Room!", category=category, topic="plants", slowmode_delay=5)
    assert (made.name, made.topic, made.slowmode_delay, made.category) == ("green-room", "plants", 5, category)
    assert await robo.until("guild_channel_create") == made
    assert (await robo.house.create_voice_channel("Deep Cave", user_limit=9)).user_limit == 9
    assert (await robo.house.create_category("Outside")).type == discord.ChannelType.category
    assert (await robo.house.create_stage_channel("Stage")).type == discord.ChannelType.stage_voice
    news = await robo.house.create_text_channel("more-news", news=True)
    assert news.type == discord.ChannelType.news
    forum = await robo.house.create_forum("ideas", topic="x" * 4096, available_tags=[discord.ForumTag(name="new")])
    assert [tag.name for tag in forum.available_tags] == ["new"]


async def test_a_bot_changes_and_deletes_a_channel(robo: HouseBot) -> None:
    hall = robo.channel("hall")
    await hall.edit(name="Big Hall", topic="about", nsfw=True, slowmode_delay=21600, reason="spring cleaning")
    before, after = await robo.until("guild_channel_update")
    assert (before.name, after.name, after.topic, after.nsfw) == ("hall", "big-hall", "about", True)
    await hall.edit(topic=None)
    assert (await robo.until("guild_channel_update"))[1].topic is None
    await hall.delete()
    assert (await robo.until("guild_channel_delete")).id == hall.id
    assert (await robo.until("thread_delete")).name == "attic"
    with pytest.raises(discord.NotFound, match="Unknown Channel"):
        await hall.send("x")


async def test_the_channels_of_a_deleted_category_stay(robo: HouseBot) -> None:
    await robo.channel("Rooms").delete()
    before, after = await robo.until("guild_channel_update")
    assert (before.category_id is None, after.name, after.category_id) == (False, "hall", None)


async def test_a_channel_has_the_overwrites_of_its_category_until_it_gets_its_own(robo: HouseBot) -> None:
    rooms, everyone = robo.channel("Rooms"), robo.house.default_role
    made = await robo.house.create_text_channel("a", category=rooms)
    await rooms.set_permissions(everyone, add_reactions=False)
    assert (await robo.until("guild_channel_update"))[1] == rooms
    followed = {(await robo.until("guild_channel_update"))[1].name for _ in range(2)}
    assert followed == {"a", "hall"}  # which had the same ones
    await made.set_permissions(everyone, add_reactions=True)
    assert (await robo.until("guild_channel_update"))[1].permissions_synced is False
    await rooms.set_permissions(everyone, overwrite=None)
    assert {(await robo.until("guild_channel_update"))[1].name for _ in range(2)} == {"Rooms", "hall"}


async def test_a_channel_is_as_closed_as_the_category_in_which_it_is_made(robo: HouseBot) -> None:
    everyone, paul = robo.house.default_role, robo.member("paul")
    closed = discord.PermissionOverwrite(add_reactions=False)
    rooms = await robo.house.create_category("Private", overwrites={everyone: closed})
    made = await robo.house.create_text_channel("a", category=rooms)  # with an empty list of overwrites
    assert made.overwrites == {everyone: closed}
    opened = discord.PermissionOverwrite(add_reactions=True)
    assert (await rooms.create_text_channel("b", overwrites={paul: opened})).overwrites == {paul: opened}


async def test_a_bot_closes_a_channel_to_a_member(robo: HouseBot, paul: Person) -> None:
    hall, member = robo.channel("hall"), robo.member("paul")
    await hall.set_permissions(member, send_messages=False, reason="too loud")
    _, after = await robo.until("guild_channel_update")
    assert after.overwrites_for(member).send_messages is False
    with pytest.raises(NotAllowed, match="Missing Permissions"):
        await paul.say("hall", "hello")
    await hall.set_permissions(member, overwrite=None)
    assert (await paul.say("hall", "hello")).content == "hello"


async def test_channels_change_their_order_and_their_category(robo: HouseBot, rest: HouseApi) -> None:
    path = await rest.guild("/channels")
    ids = {channel["name"]: channel["id"] for channel in (await rest("GET", path)).body}
    moved = [{"id": ids["slow"], "position": 0, "parent_id": ids["Rooms"]}, {"id": ids["hall"], "position": 1}]
    assert (await rest("PATCH", path, moved)).status == 204
    after = (await robo.until("guild_channel_update"))[1]
    assert (after.name, after.position, after.category.name) == ("slow", 0, "Rooms")
    two = [{"id": ids["slow"], "parent_id": None}, {"id": ids["cellar"], "parent_id": ids["Rooms"]}]
    assert (await rest("PATCH", path, two)).code == 40009
    assert (await rest("PATCH", path, [{"id": "1"}])).code == 10003
    assert (await rest("PATCH", path, [{"position": 1}])).found(0, "id") == ["BASE_TYPE_REQUIRED"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param({"name": "x" * 100}, 201, id="a name of 100"),
        pytest.param({"name": "x" * 101}, ("name", "BASE_TYPE_BAD_LENGTH"), id="a name of 101"),
        pytest.param({"name": ""}, ("name", "BASE_TYPE_BAD_LENGTH"), id="an empty name"),
        pytest.param({}, ("name", "BASE_TYPE_REQUIRED"), id="no name"),
        pytest.param({"name": "a", "topic": "x" * 1024}, 201, id="a topic of 1024"),
        pytest.param({"name": "a", "topic": "x" * 1025}, ("topic", "BASE_TYPE_MAX_LENGTH"), id="a topic of 1025"),
        pytest.param({"name": "a", "type": 15, "topic": "x" * 4096}, 201, id="guidelines of 4096"),
        pytest.param(
            {"name": "a", "type": 15, "topic": "x" * 4097}, ("topic", "BASE_TYPE_MAX_LENGTH"), id="guidelines of 4097"
        ),
        pytest.param({"name": "a", "rate_limit_per_user": 21600}, 201, id="the longest slowmode"),
        pytest.param({"name": "a", "rate_limit_per_user": 5.0}, 201, id="a whole number with a point"),
        pytest.param(
            {"name": "a", "rate_limit_per_user": 5.5}, ("rate_limit_per_user", "NUMBER_TYPE_COERCE"), id="a fraction"
        ),
        pytest.param(
            {"name": "a", "rate_limit_per_user": 21601}, ("rate_limit_per_user", "NUMBER_TYPE_MAX"), id="a longer one"
        ),
        pytest.param(
            {"name": "a", "rate_limit_per_user": -1}, ("rate_limit_per_user", "NUMBER_TYPE_MIN"), id="a negative one"
        ),
        pytest.param({"name": "a", "type": 2, "user_limit": 99}, 201, id="a voice channel for 99"),
        pytest.param({"name": "a", "type": 2, "user_limit": 100}, ("user_limit", "NUMBER_TYPE_MAX"), id="for 100"),
        pytest.param({"name": "a", "type": 2, "bitrate": 8000}, 201, id="the lowest bitrate"),
        pytest.param({"name": "a", "type": 2, "bitrate": 7999}, ("bitrate", "NUMBER_TYPE_MIN"), id="a lower bitrate"),
        pytest.param({"name": "a", "type": 2, "bitrate": 96000}, 201, id="the highest bitrate"),
        pytest.param({"name": "a", "type": 2, "bitrate": 96001}, ("bitrate", "NUMBER_TYPE_MAX"), id="a higher bitrate"),
        pytest.param({"name": "a", "type": 11}, ("type", "BASE_TYPE_CHOICES"), id="a thread"),
        pytest.param({"name": "a", "type": "text"}, ("type", "BASE_TYPE_CHOICES"), id="a kind in words"),
        pytest.param({"name": "a", "nsfw": "yes"}, ("nsfw", "BOOLEAN_TYPE_CONVERT"), id="no boolean"),
        pytest.param({"name": "a", "parent_id": "1"}, ("parent_id", "CHANNEL_PARENT_INVALID"), id="no such category"),
        pytest.param({"name": "a", "parent_id": "x"}, ("parent_id", "NUMBER_TYPE_COERCE"), id="no id"),
        pytest.param(
            {"name": "a", "default_auto_archive_duration": 61},
            ("default_auto_archive_duration", "BASE_TYPE_CHOICES"),
            id="a strange duration",
        ),
        pytest.param(
            {"name": "a", "type": 15, "available_tags": [{"name": f"{n}"} for n in range(20)]}, 201, id="20 tags"
        ),
        pytest.param(
            {"name": "a", "type": 15, "available_tags": [{"name": f"{n}"} for n in range(21)]},
            ("available_tags", "BASE_TYPE_MAX_LENGTH"),
            id="21 tags",
        ),
        pytest.param(
            {"name": "a", "permission_overwrites": [{"id": f"{n}", "type": 1} for n in range(100)]},
            201,
            id="100 overwrites",
        ),
        pytest.param(
            {"name": "a", "permission_overwrites": [{"id": f"{n}", "type": 1} for n in range(101)]},
            ("permission_overwrites", "BASE_TYPE_MAX_LENGTH"),
            id="101 overwrites",
        ),
        pytest.param({"name": "a", "permission_overwrites": 5}, ("permission_overwrites", "LIST_TYPE_CONVERT"), id="5"),
    ],
)
async def test_what_a_new_channel_may_be(rest: HouseApi, body: dict[str, Any], status: Any) -> None:
    answer = await rest("POST", await rest.guild("/channels"), body)
    if status == 201:
        assert answer.status == 201
    else:
        assert (answer.status, answer.code) == (400, 50035)
        assert answer.found(status[0]) == [status[1]]


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("Hello World", "hello-world"),
        ("What's new?!", "whats-new"),
        ("a  -  b", "a-b"),
        ("ÄRGER_42", "ärger_42"),
        ("🌱 seeds", "🌱-seeds"),
    ],
)
async def test_text_channels_have_plain_names(rest: HouseApi, given: str, name: str) -> None:
    path = await rest.guild("/channels")
    assert (await rest("POST", path, {"name": given})).body["name"] == name
    assert (await rest("POST", path, {"name": given, "type": 2})).body["name"] == given


async def test_a_category_holds_fifty_channels_and_a_guild_five_hundred(rest: HouseApi) -> None:
    path = await rest.guild("/channels")
    rooms = (await rest.channel("Rooms")).rpartition("/")[2]
    inside = {"name": "a", "type": 2, "parent_id": rooms}
    answers = [await rest("POST", path, inside) for _ in range(50)]
    assert [answer.status for answer in answers] == [201] * 49 + [400]
    assert answers[-1].found("parent_id") == ["CHANNEL_PARENT_MAX_CHANNELS"]
    hall = (await rest.channel("hall")).rpartition("/")[2]
    wrong = await rest("POST", path, {"name": "a", "parent_id": hall})
    assert wrong.found("parent_id") == ["CHANNEL_PARENT_INVALID_TYPE"]
    have = len((await rest("GET", path)).body)
    answers = [await rest("POST", path, {"name": "a", "type": 2}) for _ in range(501 - have)]
    assert [answer.status for answer in answers] == [201] * (500 - have) + [400]
    assert answers[-1].code == 30013


async def test_only_communities_have_stages_and_announcements(rest: HouseApi, house: Sandbox) -> None:
    path = await rest.guild("/channels")
    features = {"features": []}
    assert (await rest("PATCH", await rest.guild(), features)).code == 50013  # that is for administrators
    assert (await rest("POST", path, {"name": "a", "type": 13})).status == 201
    hall = await rest.channel("hall")
    assert (await rest("PATCH", hall, {"type": 5})).body["type"] == 5
    assert (await rest("PATCH", await rest.channel("tower"), {"type": 0})).code == 50024


async def test_tags_keep_their_ids_and_have_names_of_their_own(rest: HouseApi) -> None:
    forum = await rest.channel("help")
    tags = (await rest("GET", forum)).body["available_tags"]
    renamed = [{**tags[0], "name": "new"}, {"name": "more", "emoji_name": "🌱", "moderated": True}]
    after = (await rest("PATCH", forum, {"available_tags": renamed})).body["available_tags"]
    assert (after[0]["id"], after[0]["name"]) == (tags[0]["id"], "new")
    assert (after[1]["name"], after[1]["emoji_name"], after[1]["moderated"]) == ("more", "🌱", True)
    twice = await rest("PATCH", forum, {"available_tags": [{"name": "a"}, {"name": "a"}]})
    assert twice.code == 40061
    assert (await rest("PATCH", forum, {"available_tags": [{"id": "5", "name": "a"}]})).code == 10087
    long = await rest("PATCH", forum, {"available_tags": [{"name": "x" * 51}]})
    assert long.found("available_tags", 0, "name") == ["BASE_TYPE_MAX_LENGTH"]


async def test_overwrites_are_for_roles_and_users_that_there_are(rest: HouseApi) -> None:
    path = f"{await rest.channel('hall')}/permissions"
    mods, paul = await rest.role("mods"), await rest.user("paul")
    assert (await rest("PUT", f"{path}/{mods}", {"type": 0, "allow": "1024"})).status == 204
    assert (await rest("PUT", f"{path}/{paul}", {"type": 1, "deny": 1024})).status == 204
    assert (await rest("PUT", f"{path}/{paul}", {"type": 0})).code == 10009
    assert (await rest("PUT", f"{path}/1", {"type": 0})).code == 10009
    assert (await rest("PUT", f"{path}/{paul}", {"type": 2})).found("type") == ["BASE_TYPE_CHOICES"]
    assert (await rest("DELETE", f"{path}/{mods}")).status == 204
    assert (await rest("DELETE", f"{path}/{mods}")).code == 10009


@pytest.mark.parametrize(
    ("lacking", "method", "path", "body"),
    [
        (Permission.MANAGE_CHANNELS, "POST", "/guilds/{guild}/channels", {"name": "a"}),
        (Permission.MANAGE_CHANNELS, "PATCH", "/guilds/{guild}/channels", [{"id": "{id}", "position": 9}]),
        (Permission.MANAGE_CHANNELS, "PATCH", "{hall}", {"name": "a"}),
        (Permission.MANAGE_CHANNELS, "DELETE", "{hall}", None),
        (Permission.MANAGE_ROLES, "PATCH", "{hall}", {"permission_overwrites": [{"id": "1", "type": 1, "deny": "1"}]}),
        (Permission.MANAGE_ROLES, "PUT", "{hall}/permissions/{guild}", {"type": 0, "deny": "1024"}),
        (Permission.MANAGE_ROLES, "DELETE", "{hall}/permissions/{guild}", None),
        (Permission.MANAGE_CHANNELS, "GET", "{hall}/invites", None),
    ],
)
async def test_each_needs_its_permission(
    clock: ManualClock, lacking: Permission, method: str, path: str, body: Any
) -> None:
    async with opened(clock, EVERYTHING_ELSE & ~int(lacking)) as sandbox, aiohttp.ClientSession() as http:
        rest = HouseApi(sandbox, http)
        hall = await rest.channel("hall")
        for name, value in (("{guild}", await rest.guild_id()), ("{hall}", hall), ("{id}", hall.rpartition("/")[2])):
            path = path.replace(name, value)
            body = None if body is None else orjson.loads(orjson.dumps(body).decode().replace(name, value))
        refused = await rest(method, path, body)
        assert (refused.status, refused.code) == (403, 50013)


async def test_what_a_bot_may_not_do_itself_it_gives_to_nobody(clock: ManualClock) -> None:
    lacking = Permission.MANAGE_MESSAGES
    async with opened(clock, EVERYTHING_ELSE & ~int(lacking)) as sandbox, aiohttp.ClientSession() as http:
        rest = HouseApi(sandbox, http)
        mods, path = await rest.role("mods"), f"{await rest.channel('hall')}/permissions"
        own = await rest.role("Robo")
        assert (await rest("PUT", f"{path}/{mods}", {"type": 0, "allow": str(int(lacking))})).code == 50013
        manages = int(Permission.MANAGE_ROLES)
        assert (await rest("PUT", f"{path}/{own}", {"type": 0, "allow": str(manages)})).code == 50013
        assert (await rest("PUT", f"{path}/{mods}", {"type": 0, "allow": "1024"})).status == 204
        new = {"name": "a", "permission_overwrites": [{"id": mods, "type": 0, "allow": str(int(lacking))}]}
        assert (await rest("POST", await rest.guild("/channels"), new)).code == 50013


async def test_nobody_looks_into_a_channel_that_is_not_shown(rest: HouseApi) -> None:
    cellar = await rest.channel("cellar")
    for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/invites"), ("POST", "/typing")):
        refused = await rest(method, cellar + path, {} if method == "PATCH" else None)
        assert (refused.status, refused.code) == (403, 50001)


async def test_without_a_new_value_nothing_happens(robo: HouseBot, house: Sandbox, rest: HouseApi) -> None:
    before = len(house.events_sent)
    assert (await rest("PATCH", await rest.channel("hall"), {"topic": None, "position": 1})).status == 200
    assert len(house.events_sent) == before


async def test_a_bot_that_comes_to_see_a_channel_is_told_its_threads(
    robo: HouseBot, house: Sandbox, adam: Person
) -> None:
    thread = await adam.create_thread("cellar", "wine")
    everyone = robo.house.default_role
    await adam.change_channel(
        "cellar", permission_overwrites=[{"id": str(everyone.id), "type": 0, "allow": "0", "deny": "0"}]
    )
    assert (await robo.until("thread_join")).id == thread.id
    synced = next(event.data for event in house.events_sent if event.name == "THREAD_LIST_SYNC")
    assert (synced["channel_ids"], synced["members"]) == ([str(thread.parent)], [])


async def test_a_direct_message_is_closed_and_no_more(rest: HouseApi) -> None:
    direct = (await rest("POST", "/users/@me/channels", {"recipient_id": await rest.user("paul")})).body
    assert (await rest("DELETE", f"/channels/{direct['id']}")).body == direct
    assert (await rest("PATCH", f"/channels/{direct['id']}", {"name": "a"})).code == 50003
    assert (await rest("PUT", f"/channels/{direct['id']}/permissions/1", {"type": 0})).code == 50003


async def test_a_bot_sees_the_living_state_after_it_comes_back(house: Sandbox, rest: HouseApi) -> None:
    await rest("POST", await rest.guild("/channels"), {"name": "made-before"})
    bot = HouseBot()
    async with living(bot, house):
        assert bot.channel("made-before") is not None


async def test_channels_are_cloned_moved_and_synced(robo: HouseBot) -> None:
    hall, rooms = robo.channel("hall"), robo.channel("Rooms")
    await hall.set_permissions(robo.house.default_role, add_reactions=False)
    await robo.until("guild_channel_update")
    twin = await hall.clone(name="twin")
    assert (twin.category, twin.overwrites) == (rooms, hall.overwrites)
    await robo.until("guild_channel_create")
    await twin.edit(sync_permissions=True)
    assert (await robo.until("guild_channel_update"))[1].permissions_synced
    await robo.channel("slow").move(beginning=True, category=rooms)
    moved = (await robo.until("guild_channel_update"))[1]
    assert (moved.name, moved.category, moved.position) == ("slow", rooms, 0)


async def test_what_is_fetched_is_what_there_is(robo: HouseBot) -> None:
    fetched = {channel.name for channel in await robo.house.fetch_channels()}
    assert fetched == {channel.name for channel in robo.house.channels}
    assert {thread.name for thread in await robo.house.active_threads()} == {"attic", "plans", "how to"}
    forum = await robo.house.fetch_channel(robo.channel("help").id)
    edited = await forum.edit(default_layout=discord.ForumLayoutType.gallery_view, default_thread_slowmode_delay=5)
    assert (edited.default_layout, edited.default_thread_slowmode_delay) == (discord.ForumLayoutType.gallery_view, 5)
    post = robo.channel("how to")
    assert (await post.edit(pinned=True)).flags.pinned


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"emoji_name": "🌱"}, {"emoji_id": None, "emoji_name": "🌱"}),
        (None, None),
    ],
)
async def test_a_forum_suggests_a_reaction(rest: HouseApi, given: Any, kept: Any) -> None:
    forum = (await rest("PATCH", await rest.channel("help"), {"default_reaction_emoji": given})).body
    assert forum["default_reaction_emoji"] == kept


async def test_a_channel_moves_into_a_category_that_the_bot_manages(rest: HouseApi) -> None:
    rooms, slow, own = await rest.channel("Rooms"), await rest.channel("slow"), await rest.user("Robo")
    denied = {"type": 1, "deny": str(int(Permission.MANAGE_CHANNELS))}
    await rest("PUT", f"{rooms}/permissions/{own}", denied)
    moved = {"parent_id": rooms.rpartition("/")[2]}
    assert (await rest("PATCH", slow, moved)).code == 50013
    path, new = await rest.guild("/channels"), {"name": "a", **moved}
    assert (await rest("POST", path, new)).code == 50013
    assert (await rest("PATCH", path, [{"id": slow.rpartition("/")[2], **moved}])).code == 50013
    await rest("DELETE", f"{rooms}/permissions/{own}")
    locked = [{"id": slow.rpartition("/")[2], **moved, "lock_permissions": True}]
    assert (await rest("PATCH", path, locked)).status == 204
    assert (await rest("GET", slow)).body["parent_id"] == moved["parent_id"]


@pytest.mark.parametrize("given", ["🌱", {"emoji_id": {"a": 1}}, {"emoji_name": 5}], ids=str)
async def test_what_is_no_emoji_is_no_suggestion(rest: HouseApi, given: Any) -> None:
    answer = await rest("PATCH", await rest.channel("help"), {"default_reaction_emoji": given})
    assert (answer.status, answer.code) == (400, 50035)


@pytest.mark.parametrize(("number", "status"), [(2**31 - 1, 200), (2**31, 400), (1e25, 400), ("9" * 20, 400)])
async def test_a_number_that_nobody_could_store_is_refused(rest: HouseApi, number: Any, status: int) -> None:
    path = await rest.channel("hall")
    assert (await rest("PATCH", path, {"position": number})).status == status
    assert (await rest("GET", path)).status == 200


async def test_a_channel_stays_in_a_category_that_is_full(rest: HouseApi) -> None:
    category = (await rest("POST", await rest.guild("/channels"), {"name": "full", "type": 4})).body["id"]
    for _ in range(50):
        made = await rest("POST", await rest.guild("/channels"), {"name": "x", "parent_id": category})
        assert made.status == 201
    path = f"/channels/{made.body['id']}"
    assert (await rest("PATCH", path, {"name": "y", "parent_id": category})).body["name"] == "y"
    assert (await rest("PATCH", await rest.channel("hall"), {"parent_id": category})).status == 400


async def test_overwrites_are_taken_over_only_by_who_manages_roles(clock: ManualClock) -> None:
    lacking = EVERYTHING_ELSE & ~int(Permission.MANAGE_ROLES)
    async with opened(clock, lacking) as sandbox, aiohttp.ClientSession() as http:
        rest = HouseApi(sandbox, http)
        hall = (await rest.channel("hall")).rpartition("/")[2]
        answer = await rest("PATCH", await rest.guild("/channels"), [{"id": hall, "lock_permissions": True}])
        assert (answer.status, answer.code) == (403, 50013)
