"""Which threads there are, who is in them, and who may do what there."""

from typing import Any

import aiohttp
import discord
import pytest

from sandbox import ManualClock, Sandbox
from sandbox.actor import NotAllowed, Person
from sandbox.permissions import Permission
from tests.sandbox.bots import living
from tests.sandbox.houses import EVERYTHING_ELSE, HouseApi, HouseBot, opened


async def test_archived_threads_are_listed_from_the_last_on(robo: HouseBot, clock: ManualClock) -> None:
    hall = robo.channel("hall")
    public = discord.ChannelType.public_thread
    made = [await hall.create_thread(name=f"{number}", type=public) for number in range(5)]
    for thread in made:
        clock.move(60)
        await thread.edit(archived=True)
    assert [thread.name async for thread in hall.archived_threads(limit=3)] == ["4", "3", "2"]
    assert [thread.name async for thread in hall.archived_threads(limit=None)] == ["4", "3", "2", "1", "0"]
    before = made[2].archive_timestamp
    fetched = await robo.fetch_channel(made[2].id)
    assert fetched.archive_timestamp > before
    older = [thread.name async for thread in hall.archived_threads(before=fetched.archive_timestamp)]
    assert older == ["1", "0"]
    assert [thread.name async for thread in hall.archived_threads(limit=1)] == ["4"]


async def test_archived_private_threads_are_for_moderators_and_members(robo: HouseBot, mona: Person) -> None:
    hall = robo.channel("hall")
    own = await hall.create_thread(name="own")
    await own.edit(archived=True)
    await mona.archive_thread("plans")
    every = [thread.name async for thread in hall.archived_threads(private=True)]
    assert sorted(every) == ["own", "plans"]
    assert [thread.name async for thread in hall.archived_threads(private=True, joined=True)] == ["own"]
    assert [thread.name async for thread in hall.archived_threads()] == []


@pytest.mark.parametrize(("limit", "status"), [("1", 400), ("2", 200), ("100", 200), ("101", 400), ("x", 400)])
async def test_a_list_of_archived_threads_has_two_to_a_hundred(rest: HouseApi, limit: str, status: int) -> None:
    path = f"{await rest.channel('hall')}/threads/archived/public"
    assert (await rest("GET", path, params={"limit": limit})).status == status


async def test_pages_of_archived_threads_say_whether_there_are_more(rest: HouseApi, clock: ManualClock) -> None:
    hall = await rest.channel("hall")
    for name in "abc":
        clock.move(1)
        made = (await rest("POST", f"{hall}/threads", {"name": name, "type": 11})).body["id"]
        await rest("PATCH", f"/channels/{made}", {"archived": True})
    path = f"{hall}/threads/archived/public"
    page = (await rest("GET", path, params={"limit": 2})).body
    assert ([thread["name"] for thread in page["threads"]], page["has_more"]) == (["c", "b"], True)
    assert {member["id"] for member in page["members"]} == {thread["id"] for thread in page["threads"]}
    before = page["threads"][-1]["thread_metadata"]["archive_timestamp"]
    rest_of_it = (await rest("GET", path, params={"limit": 2, "before": before})).body
    assert ([thread["name"] for thread in rest_of_it["threads"]], rest_of_it["has_more"]) == (["a"], False)
    assert (await rest("GET", path, params={"before": "yesterday"})).found("before") == ["DATE_TIME_TYPE_PARSE"]


async def test_active_threads_are_those_that_the_bot_sees(rest: HouseApi, adam: Person) -> None:
    await adam.create_thread("cellar", "wine")
    body = (await rest("GET", await rest.guild("/threads/active"))).body
    assert {thread["name"] for thread in body["threads"]} == {"attic", "plans", "how to"}
    await adam.archive_thread("attic")
    body = (await rest("GET", await rest.guild("/threads/active"))).body
    assert {thread["name"] for thread in body["threads"]} == {"plans", "how to"}


async def test_members_of_a_thread_come_and_go(robo: HouseBot, paul: Person) -> None:
    await robo.channel("attic").join()
    attic = await robo.until("thread_join")
    assert (attic.name, attic.me.id) == ("attic", robo.user.id)
    mona = robo.member("mona")
    await attic.add_user(mona)
    assert (await robo.until("thread_member_join")).id == mona.id
    said = await anext(attic.history())
    assert (said.type, said.mentions) == (discord.MessageType.recipient_add, [mona])
    assert {member.id for member in await attic.fetch_members()} == {robo.user.id, mona.id, robo.member("paul").id}
    assert (await attic.fetch_member(mona.id)).id == mona.id
    await attic.remove_user(mona)
    assert (await robo.until("thread_member_remove")).id == mona.id
    assert (await anext(attic.history())).type == discord.MessageType.recipient_remove
    await paul.leave_thread("attic")
    gone = await robo.until("raw_thread_member_remove")
    assert gone.data["removed_member_ids"] == [str(robo.member("paul").id)]
    await attic.leave()
    assert (await robo.until("thread_remove")) == attic
    with pytest.raises(discord.NotFound, match="10007"):
        await attic.fetch_member(mona.id)


async def test_members_of_a_thread_are_listed_in_pages(rest: HouseApi) -> None:
    attic = await rest.thread("attic")
    for name in ("mona", "adam"):
        await rest("PUT", f"{attic}/thread-members/{await rest.user(name)}")
    ids = sorted([await rest.user(name) for name in ("paul", "mona", "adam")], key=int)
    plain = (await rest("GET", f"{attic}/thread-members")).body
    assert ([member["user_id"] for member in plain], "member" in plain[0]) == (ids, False)
    full = {"with_member": "true", "limit": 2}
    first = (await rest("GET", f"{attic}/thread-members", params=full)).body
    assert [member["member"]["user"]["id"] for member in first] == ids[:2]
    second = (await rest("GET", f"{attic}/thread-members", params={**full, "after": ids[1]})).body
    assert [member["user_id"] for member in second] == ids[2:]
    one = (await rest("GET", f"{attic}/thread-members/{ids[0]}", params={"with_member": "1"})).body
    assert one["member"]["user"]["id"] == ids[0]


async def test_without_the_members_intent_there_is_no_list_of_members(rest: HouseApi, house: Sandbox) -> None:
    house._core.privileged_intents = 0
    attic = await rest.thread("attic")
    for path in (f"{attic}/thread-members", await rest.guild("/members")):
        refused = await rest("GET", path)
        assert (refused.status, refused.code) == (403, 50001)


async def test_who_writes_or_is_mentioned_in_a_thread_is_in_it(robo: HouseBot, paul: Person) -> None:
    attic = robo.channel("attic")
    await paul.say("attic", "hello @Robo")
    assert (await robo.until("thread_join")) == attic
    assert (await robo.until("message")).content.startswith("hello")
    await attic.send(f"hello {robo.member('mona').mention}")
    assert (await robo.until("thread_member_join")).id == robo.member("mona").id
    quiet = discord.AllowedMentions.none()
    await attic.send(f"hello {robo.member('adam').mention}", allowed_mentions=quiet)
    assert robo.member("adam").id not in {member.id for member in await attic.fetch_members()}


async def test_a_private_thread_that_is_not_open_to_invitations_brings_in_nobody(robo: HouseBot, paul: Person) -> None:
    thread = await robo.channel("hall").create_thread(name="closed", invitable=False)
    await thread.add_user(robo.member("paul"))
    with pytest.raises(NotAllowed):
        await paul.bring_into_thread("closed", "mona")
    await paul.say("closed", "@mona come in")
    assert robo.member("mona").id not in {member.id for member in await thread.fetch_members()}
    await thread.edit(invitable=True)
    assert "mona" in (await paul.bring_into_thread("closed", "mona")).members


@pytest.mark.parametrize(
    ("lacking", "method", "path", "body"),
    [
        (Permission.CREATE_PRIVATE_THREADS, "POST", "{hall}/threads", {"name": "a", "type": 12}),
        (Permission.MANAGE_THREADS, "DELETE", "{attic}", None),
        (Permission.MANAGE_THREADS, "DELETE", "{attic}/thread-members/{paul}", None),
        (Permission.MANAGE_THREADS, "GET", "{hall}/threads/archived/private", None),
    ],
)
async def test_each_needs_its_permission(
    clock: ManualClock, lacking: Permission, method: str, path: str, body: Any
) -> None:
    async with opened(clock, EVERYTHING_ELSE & ~int(lacking)) as sandbox, aiohttp.ClientSession() as http:
        rest = HouseApi(sandbox, http)
        hall, attic, paul = await rest.channel("hall"), await rest.thread("attic"), await rest.user("paul")
        refused = await rest(method, path.format(hall=hall, attic=attic, paul=paul), body)
        assert (refused.status, refused.code) == (403, 50013)


async def test_what_everybody_may_is_taken_away_in_one_channel(rest: HouseApi) -> None:
    hall, everyone = await rest.channel("hall"), await rest.guild_id()
    own = await rest.user("Robo")
    bits = Permission.CREATE_PUBLIC_THREADS | Permission.SEND_MESSAGES_IN_THREADS | Permission.CREATE_INSTANT_INVITE
    attic = await rest.thread("attic")
    await rest("PUT", f"{hall}/permissions/{own}", {"type": 1, "deny": str(int(bits))})
    said = (await rest("POST", f"{hall}/messages", {"content": "a"})).body["id"]
    for path, body in (
        (f"{hall}/threads", {"name": "a", "type": 11}),
        (f"{hall}/messages/{said}/threads", {"name": "a"}),
        (f"{attic}/messages", {"content": "a"}),
        (f"{hall}/invites", {}),
    ):
        assert (await rest("POST", path, body)).code == 50013
    assert everyone


async def test_a_bot_without_the_members_intent_hears_only_of_itself(house: Sandbox, paul: Person) -> None:
    bot = HouseBot(discord.Intents(guilds=True, guild_messages=True))
    async with living(bot, house):
        await paul.bring_into_thread("attic", "mona")
        await paul.bring_into_thread("attic", "Robo")
        told = [event.data for event in house.events_sent if event.name == "THREAD_MEMBERS_UPDATE"]
        assert [[member["user_id"] for member in data["added_members"]] for data in told] == [[str(bot.user.id)]]
        joined = [event.data for event in house.events_sent if event.name == "THREAD_CREATE"][-1]
        assert joined["member"]["user_id"] == str(bot.user.id)
        assert "newly_created" not in joined


async def test_the_counts_of_a_thread_leave_out_its_beginning(rest: HouseApi) -> None:
    hall = await rest.channel("hall")
    said = (await rest("POST", f"{hall}/messages", {"content": "a"})).body["id"]
    await rest("POST", f"{hall}/messages/{said}/threads", {"name": "b"})
    path = f"/channels/{said}"
    first = (await rest("POST", f"{path}/messages", {"content": "c"})).body["id"]
    await rest("POST", f"{path}/messages", {"content": "d"})
    await rest("DELETE", f"{path}/messages/{first}")
    thread = (await rest("GET", path)).body
    assert (thread["message_count"], thread["total_message_sent"], thread["member_count"]) == (1, 2, 1)
    assert thread["member"]["user_id"] == thread["owner_id"]


async def test_reactions_and_pins_of_an_archived_thread_stay_as_they_are(robo: HouseBot) -> None:
    thread = await robo.channel("hall").create_thread(name="Done", type=discord.ChannelType.public_thread)
    message = await thread.send("over")
    await message.add_reaction("👍")
    await thread.edit(archived=True)
    for change in (
        message.add_reaction("🎉"),
        message.remove_reaction("👍", robo.user),
        message.clear_reaction("👍"),
        message.clear_reactions(),
        message.pin(),
        message.unpin(),
    ):
        with pytest.raises(discord.HTTPException, match="50083"):
            await change
    await thread.edit(archived=False)
    await message.add_reaction("🎉")
    await message.pin()
    again = await thread.fetch_message(message.id)
    assert ([reaction.emoji for reaction in again.reactions], again.pinned) == (["👍", "🎉"], True)
