"""Threads: started, changed and deleted, with what Discord says in them and refuses."""

from typing import Any

import aiohttp
import discord
import pytest

from sandbox import ManualClock, Sandbox
from sandbox.actor import NotAllowed, NotThere, Person
from sandbox.permissions import Permission
from tests.sandbox.houses import EVERYTHING_ELSE, HouseApi, HouseBot, opened


async def test_a_thread_from_a_message_has_its_id(robo: HouseBot, house: Sandbox) -> None:
    message = await robo.channel("hall").send("begin here")
    thread = await message.create_thread(name="From here", auto_archive_duration=60, slowmode_delay=3)
    assert (thread.id, thread.name, thread.auto_archive_duration) == (message.id, "From here", 60)
    assert (thread.slowmode_delay, thread.owner_id, thread.type) == (3, robo.user.id, discord.ChannelType.public_thread)
    assert await robo.until("thread_create") == thread
    first = await anext(thread.history(oldest_first=True))
    assert (first.type, first.reference.message_id) == (discord.MessageType.thread_starter_message, message.id)
    assert first.system_content == "begin here"
    fetched = await robo.channel("hall").fetch_message(message.id)
    assert (fetched.flags.has_thread, fetched.thread) == (True, thread)
    assert "MESSAGE_UPDATE" in [event.name for event in house.events_sent]
    with pytest.raises(discord.HTTPException, match="160004"):
        await message.create_thread(name="Again")


async def test_only_a_thread_from_an_older_message_is_announced(robo: HouseBot, clock: ManualClock) -> None:
    hall = robo.channel("hall")
    young, old = await hall.send("young"), await hall.send("old")
    await young.create_thread(name="a")
    clock.move(301)
    await old.create_thread(name="b")
    said = [message async for message in hall.history()]
    assert [message.type for message in said[1:]] == [discord.MessageType.default] * 2
    assert (said[0].type, said[0].content) == (discord.MessageType.thread_created, "b")
    assert said[0].reference.channel_id == old.id


async def test_a_public_thread_without_a_message_is_announced(robo: HouseBot) -> None:
    hall = robo.channel("hall")
    thread = await hall.create_thread(name="Open", type=discord.ChannelType.public_thread)
    assert (await robo.until("thread_create")) == thread
    announced = await anext(hall.history())
    assert (announced.type, announced.content) == (discord.MessageType.thread_created, "Open")
    assert (announced.reference.channel_id, announced.author) == (thread.id, robo.user)
    assert thread.me is not None


async def test_a_private_thread_is_known_only_to_who_is_in_it(robo: HouseBot, paul: Person, mona: Person) -> None:
    thread = await robo.channel("hall").create_thread(name="Secret", invitable=False)
    assert (thread.type, thread.invitable) == (discord.ChannelType.private_thread, False)
    await thread.send("psst")
    assert [message.content for message in await mona.history("Secret")] == ["psst"]  # she manages threads
    with pytest.raises(NotThere):
        await paul.history("Secret")
    await thread.add_user(robo.member("paul"))
    assert [message.content for message in await paul.history("Secret")] == ["psst", ""]
    hidden = [message async for message in robo.channel("hall").history()]
    assert hidden == []


async def test_threads_of_announcements_are_of_their_own_kind(rest: HouseApi, adam: Person) -> None:
    said = await adam.say("news", "read this")
    news = await rest.channel("news")
    made = await rest("POST", f"{news}/messages/{said.id}/threads", {"name": "a"})
    assert (made.status, made.body["type"]) == (201, 10)
    assert (await rest("POST", f"{news}/threads", {"name": "a", "type": 11})).found("type") == ["BASE_TYPE_CHOICES"]
    assert (await rest("POST", f"{news}/threads", {"name": "a", "type": 10})).body["type"] == 10


async def test_a_forum_post_begins_with_a_message(robo: HouseBot, house: Sandbox) -> None:
    forum = robo.channel("help")
    solved = forum.get_tag(forum.available_tags[1].id)
    thread, message = await forum.create_thread(name="A post", content="first words", applied_tags=[solved])
    assert (thread.id, thread.applied_tags, message.content) == (message.id, [solved], "first words")
    assert thread.message_count == 0  # the first message does not count
    assert (await robo.until("thread_create")) == thread
    names = [event.name for event in house.events_sent]
    assert names.index("THREAD_CREATE") < names.index("MESSAGE_CREATE")
    with pytest.raises(discord.HTTPException, match="40058"):
        await robo.http.request(discord.http.Route("POST", f"/channels/{forum.id}/messages"), json={"content": "x"})
    with_file = await forum.create_thread(name="b", content="see", file=discord.File(__file__, "test.py"))
    assert [attachment.filename for attachment in with_file.message.attachments] == ["test.py"]


async def test_a_forum_checks_the_tags(rest: HouseApi, robo: HouseBot) -> None:
    forum = await rest.channel("help")
    post: dict[str, Any] = {"name": "a", "message": {"content": "b"}}
    assert (await rest("POST", f"{forum}/threads", {"name": "a"})).found("message") == ["BASE_TYPE_REQUIRED"]
    assert (await rest("POST", f"{forum}/threads", {"name": "a", "message": {}})).code == 50006
    assert (await rest("POST", f"{forum}/threads", {**post, "applied_tags": ["5"]})).code == 10087
    six = [str(number) for number in range(6)]
    assert (await rest("POST", f"{forum}/threads", {**post, "applied_tags": six})).found("applied_tags")
    tags = (await rest("GET", forum)).body["available_tags"]
    await rest("PATCH", forum, {"flags": 1 << 4})
    assert (await rest("POST", f"{forum}/threads", post)).code == 40067
    made = (await rest("POST", f"{forum}/threads", {**post, "applied_tags": [tags[0]["id"]]})).body
    assert made["applied_tags"] == [tags[0]["id"]]
    changed = await rest("PATCH", f"/channels/{made['id']}", {"applied_tags": [tags[1]["id"]]})
    assert changed.body["applied_tags"] == [tags[1]["id"]]


async def test_moderated_tags_are_for_those_who_manage_threads(rest: HouseApi, paul: Person, mona: Person) -> None:
    await rest("PATCH", await rest.channel("help"), {"available_tags": [{"name": "official", "moderated": True}]})
    with pytest.raises(NotAllowed):
        await paul.create_thread("help", "a", content="b", tags=["official"])
    assert (await mona.create_thread("help", "a", content="b", tags=["official"])).tags == ("official",)


@pytest.mark.parametrize(
    ("body", "found"),
    [
        pytest.param({"name": "x" * 100, "type": 11}, None, id="a name of 100"),
        pytest.param({"name": "x" * 101}, ("name", "BASE_TYPE_BAD_LENGTH"), id="a name of 101"),
        pytest.param({"name": ""}, ("name", "BASE_TYPE_BAD_LENGTH"), id="an empty name"),
        pytest.param({}, ("name", "BASE_TYPE_REQUIRED"), id="no name"),
        *[pytest.param({"name": "a", "auto_archive_duration": n}, None, id=f"{n}") for n in (60, 1440, 4320, 10080)],
        pytest.param(
            {"name": "a", "auto_archive_duration": 59}, ("auto_archive_duration", "BASE_TYPE_CHOICES"), id="59"
        ),
        pytest.param({"name": "a", "rate_limit_per_user": 21600}, None, id="the longest slowmode"),
        pytest.param(
            {"name": "a", "rate_limit_per_user": 21601}, ("rate_limit_per_user", "NUMBER_TYPE_MAX"), id="a longer one"
        ),
        pytest.param({"name": "a", "type": 10}, ("type", "BASE_TYPE_CHOICES"), id="of announcements"),
    ],
)
async def test_what_a_new_thread_may_be(rest: HouseApi, body: dict[str, Any], found: tuple[str, str] | None) -> None:
    answer = await rest("POST", f"{await rest.channel('hall')}/threads", body)
    if found is None:
        assert answer.status == 201
    else:
        assert answer.found(found[0]) == [found[1]]


async def test_without_a_type_a_thread_is_private(rest: HouseApi) -> None:
    assert (await rest("POST", f"{await rest.channel('hall')}/threads", {"name": "a"})).body["type"] == 12


@pytest.mark.parametrize("channel", ["tower", "Rooms"])
async def test_some_channels_have_no_threads(rest: HouseApi, channel: str) -> None:
    refused = await rest("POST", f"{await rest.channel(channel)}/threads", {"name": "a", "type": 11})
    assert (refused.status, refused.code) == (400, 50024)


async def test_a_message_of_a_thread_starts_no_other(rest: HouseApi) -> None:
    attic = await rest.thread("attic")
    said = (await rest("POST", f"{attic}/messages", {"content": "a"})).body["id"]
    assert (await rest("POST", f"{attic}/messages/{said}/threads", {"name": "a"})).code == 50024
    assert (await rest("POST", f"{attic}/messages/1/threads", {"name": "a"})).code == 10008


async def test_an_archived_thread_opens_when_somebody_writes(robo: HouseBot, house: Sandbox) -> None:
    thread = await robo.channel("hall").create_thread(name="a", type=discord.ChannelType.public_thread)
    await thread.send("one")
    await thread.edit(archived=True)
    assert (await robo.until("thread_update"))[1].archived
    assert (await robo.fetch_channel(thread.id)).archived
    await thread.send("two")
    opened_again = [event.data for event in house.events_sent if event.name == "THREAD_UPDATE"][-1]
    assert opened_again["thread_metadata"]["archived"] is False
    names = [event.name for event in house.events_sent][-3:]
    assert names == ["THREAD_UPDATE", "THREAD_MEMBER_UPDATE", "MESSAGE_CREATE"]


async def test_in_an_archived_thread_only_deleting_works(rest: HouseApi) -> None:
    attic = await rest.thread("attic")
    said = (await rest("POST", f"{attic}/messages", {"content": "a"})).body["id"]
    other = (await rest("POST", f"{attic}/messages", {"content": "b"})).body["id"]
    paul = await rest.user("paul")
    assert (await rest("PATCH", attic, {"archived": True})).status == 200
    for method, path, body in (
        ("PATCH", "", {"name": "b"}),
        ("PATCH", "", {"locked": True}),
        ("PATCH", f"/messages/{said}", {"content": "b"}),
        ("PUT", "/thread-members/@me", None),
        ("DELETE", "/thread-members/@me", None),
        ("PUT", f"/thread-members/{paul}", None),
        ("DELETE", f"/thread-members/{paul}", None),
    ):
        refused = await rest(method, attic + path, body)
        assert (refused.status, refused.code) == (400, 50083), path
    assert (await rest("DELETE", f"{attic}/messages/{other}")).status == 204
    assert (await rest("PATCH", attic, {"archived": False, "name": "b"})).body["name"] == "b"


async def test_a_locked_thread_is_for_those_who_manage_threads(clock: ManualClock) -> None:
    bits = EVERYTHING_ELSE & ~int(Permission.MANAGE_THREADS)
    async with (
        opened(clock, bits) as sandbox,
        aiohttp.ClientSession() as http,
        Person.join(sandbox.url, "mona") as mona,
    ):
        rest = HouseApi(sandbox, http)
        thread = (await rest("POST", f"{await rest.channel('hall')}/threads", {"name": "a", "type": 11})).body["id"]
        said = (await rest("POST", f"/channels/{thread}/messages", {"content": "b"})).body["id"]
        await mona.change_thread("a", locked=True)
        for method, path, body in (
            ("POST", "/messages", {"content": "c"}),
            ("PATCH", f"/messages/{said}", {"content": "c"}),
            ("PATCH", "", {"name": "c"}),
        ):
            refused = await rest(method, f"/channels/{thread}{path}", body)
            assert (refused.status, refused.code) == (403, 50083), path
        await mona.change_thread("a", archived=True)
        assert (await rest("PATCH", f"/channels/{thread}", {"archived": False})).code == 50083
        assert (await rest("DELETE", f"/channels/{thread}/messages/{said}")).code == 50083
        assert (await mona.say("a", "I may")).content == "I may"
        assert (await rest("DELETE", f"/channels/{thread}/messages/{said}")).status == 204


async def test_whoever_started_a_thread_may_change_some_of_it(clock: ManualClock) -> None:
    bits = EVERYTHING_ELSE & ~int(Permission.MANAGE_THREADS)
    async with opened(clock, bits) as sandbox, aiohttp.ClientSession() as http:
        rest = HouseApi(sandbox, http)
        hall, attic = await rest.channel("hall"), await rest.thread("attic")
        own = f"/channels/{(await rest('POST', f'{hall}/threads', {'name': 'a', 'type': 11})).body['id']}"
        for body in ({"name": "b"}, {"auto_archive_duration": 60}, {"archived": True}, {"archived": False}):
            assert (await rest("PATCH", own, body)).status == 200
            opens = body == {"archived": False}  # which whoever may write there may do
            assert (await rest("PATCH", attic, body)).status == (200 if opens else 403)
        for body in ({"locked": True}, {"rate_limit_per_user": 5}):
            assert (await rest("PATCH", own, body)).code == 50013
        assert (await rest("DELETE", own)).code == 50013


async def test_a_new_name_is_said_in_the_thread(robo: HouseBot) -> None:
    attic = robo.channel("attic")
    await attic.edit(name="loft", reason="nicer")
    before, after = await robo.until("thread_update")
    assert (before.name, after.name) == ("attic", "loft")
    said = await anext(attic.history())
    assert (said.type, said.content) == (discord.MessageType.channel_name_change, "loft")


async def test_a_thread_is_deleted_and_its_message_forgets_it(robo: HouseBot) -> None:
    message = await robo.channel("hall").send("a")
    thread = await message.create_thread(name="b")
    await thread.delete()
    assert (await robo.until("thread_delete")).id == thread.id
    assert not (await robo.channel("hall").fetch_message(message.id)).flags.has_thread
    with pytest.raises(discord.NotFound):
        await robo.fetch_channel(thread.id)
