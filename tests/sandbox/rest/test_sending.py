"""What the bot may send where: permissions, kinds of channels, people who take no messages; and edits of flags."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox import ManualClock, Sandbox
from sandbox.actor import NotAllowed, Person
from sandbox.permissions import Permission
from tests.sandbox.raw import Answer, Api, gateway
from tests.sandbox.worlds import able, forbid

EMBED = {"title": "t"}
SUPPRESS = 1 << 2


@pytest.fixture
async def sandbox(clock: ManualClock) -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=clock, limits=False, world=able(Permission.MANAGE_MESSAGES)) as opened:
        yield opened


async def _send(api: Api, channel: str = "general", **body: Any) -> Answer:
    return await api("POST", f"{await api.channel(channel)}/messages", body)


def _path(answer: Answer) -> str:
    return f"/channels/{answer.body['channel_id']}/messages/{answer.body['id']}"


async def _direct(api: Api) -> str:
    owner = (await api("GET", "/applications/@me")).body["owner"]["id"]
    return f"/channels/{(await api('POST', '/users/@me/channels', {'recipient_id': owner})).body['id']}"


async def test_without_the_permission_embeds_are_left_out_and_embeds_alone_are_refused(
    api: Api, sandbox: Sandbox
) -> None:
    sent = await _send(api, content="x", embeds=[EMBED])
    assert len(sent.body["embeds"]) == 1
    await forbid(sandbox, Permission.EMBED_LINKS)
    assert (await _send(api, content="x", embeds=[EMBED])).body["embeds"] == []
    alone = await _send(api, embeds=[EMBED])
    assert (alone.status, alone.code) == (403, 50013)
    assert (await api("PATCH", _path(sent), {"embeds": [EMBED]})).body["embeds"] == []


@pytest.mark.parametrize(
    ("missing", "body", "code"),
    [
        (Permission.SEND_MESSAGES, {"content": "x"}, 50013),
        (Permission.VIEW_CHANNEL, {"content": "x"}, 50001),
        (Permission.SEND_TTS_MESSAGES, {"content": "x", "tts": True}, 50013),
        (
            Permission.SEND_POLLS,
            {"poll": {"question": {"text": "q"}, "answers": [{"poll_media": {"text": "a"}}]}},
            50013,
        ),
        (Permission.READ_MESSAGE_HISTORY, {"content": "x", "message_reference": {"message_id": "1"}}, 160002),
    ],
    ids=lambda value: value.name if isinstance(value, Permission) else "",
)
async def test_what_takes_a_permission_is_refused_without_it(
    api: Api, sandbox: Sandbox, missing: Permission, body: dict[str, Any], code: int
) -> None:
    channel = await api.channel()
    await forbid(sandbox, missing)
    assert (await api("POST", f"{channel}/messages", body)).code == code


async def test_history_is_empty_for_those_who_may_not_read_it(api: Api, sandbox: Sandbox) -> None:
    sent = await _send(api, content="x")
    await forbid(sandbox, Permission.READ_MESSAGE_HISTORY)
    assert (await api("GET", f"{await api.channel()}/messages")).body == []
    assert (await api("GET", _path(sent))).code == 50013


async def test_only_one_way_through_the_history_at_a_time(api: Api) -> None:
    answer = await api("GET", f"{await api.channel()}/messages?before=1&after=2")
    assert (answer.status, answer.code) == (400, 50035)


async def test_a_person_may_take_no_direct_messages(api: Api, ada: Person) -> None:
    direct = await _direct(api)
    await ada.take_directs(False)
    answer = await api("POST", f"{direct}/messages", {"content": "x"})
    assert (answer.status, answer.code) == (403, 50007)
    await ada.take_directs(True)
    assert (await api("POST", f"{direct}/messages", {"content": "x"})).status == 200


async def test_who_shares_no_server_with_the_bot_is_not_reached(api: Api, ben: Person) -> None:
    said = await ben.say("general", "@TinyLLM hello")
    author = (await api("GET", f"{await api.channel()}/messages/{said.id}")).body["author"]["id"]
    direct = f"/channels/{(await api('POST', '/users/@me/channels', {'recipient_id': author})).body['id']}"
    await ben.leave_guild("Workshop")
    answer = await api("POST", f"{direct}/messages", {"content": "x"})
    assert (answer.status, answer.code) == (403, 50278)


async def test_embeds_are_suppressed_and_shown_again_without_an_edit(api: Api, clock: ManualClock) -> None:
    sent = await _send(api, content="x", embeds=[EMBED])
    clock.move(1)
    hidden = (await api("PATCH", _path(sent), {"flags": SUPPRESS})).body
    assert (hidden["embeds"], hidden["flags"], hidden["edited_timestamp"]) == ([], SUPPRESS, None)
    shown = (await api("PATCH", _path(sent), {"flags": 0})).body
    assert (len(shown["embeds"]), shown["flags"]) == (1, 0)
    assert (await _send(api, content="x", embeds=[EMBED], flags=SUPPRESS)).body["embeds"] == []


@pytest.mark.parametrize(
    ("asked", "kept"),
    [(1 << 12, 1 << 12), (SUPPRESS, SUPPRESS), (1 << 0 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 14, 0)],
    ids=["silent", "suppressed", "not the bot's to set"],
)
async def test_only_some_flags_can_be_sent(api: Api, asked: int, kept: int) -> None:
    assert (await _send(api, content="x", flags=asked)).body["flags"] == kept


async def test_of_other_peoples_messages_only_flags_can_be_edited(api: Api, sandbox: Sandbox, ada: Person) -> None:
    said = await ada.say("general", "@TinyLLM hello")
    path = f"{await api.channel()}/messages/{said.id}"
    assert (await api("PATCH", path, {"flags": SUPPRESS, "content": "x"})).code == 50005
    answer = await api("PATCH", path, {"flags": SUPPRESS})
    assert (answer.status, answer.body["flags"], answer.body["content"]) == (
        200,
        SUPPRESS,
        f"<@{await _own(api)}> hello",
    )
    await forbid(sandbox, Permission.MANAGE_MESSAGES)
    assert (await api("PATCH", path, {"flags": 0})).code == 50013
    whispered = await ada.say("@TinyLLM", "hello")
    assert (await api("PATCH", f"{await _direct(api)}/messages/{whispered.id}", {"flags": SUPPRESS})).code == 50005


async def _own(api: Api) -> str:
    own: str = (await api("GET", "/users/@me")).body["id"]
    return own


async def test_what_was_spoken_is_not_spoken_again_when_it_is_edited(clock: ManualClock) -> None:
    async with (
        Sandbox(clock=clock, limits=False, world=able(Permission.SEND_TTS_MESSAGES)) as opened,
        gateway(opened) as line,
    ):
        from tests.sandbox.raw import calling

        await line.identify(opened.token, intents=512)
        await line.until("READY")
        async with calling(opened) as api:
            sent = await _send(api, content="x", tts=True)
            assert (await line.until("MESSAGE_CREATE"))["d"]["tts"] is True
            await api("PATCH", _path(sent), {"content": "y"})
            assert (await line.until("MESSAGE_UPDATE"))["d"]["tts"] is False


async def test_crossposts_are_for_announcement_channels_and_once_each(api: Api, sandbox: Sandbox) -> None:
    elsewhere = await _send(api, content="x")
    answer = await api("POST", f"{_path(elsewhere)}/crosspost")
    assert (answer.status, answer.code) == (400, 50024)
    async with gateway(sandbox) as line:
        await line.identify(sandbox.token, intents=512)
        await line.until("READY")
        sent = await _send(api, "news", content="x")
        published = (await api("POST", f"{_path(sent)}/crosspost")).body
        told = (await line.until("MESSAGE_UPDATE"))["d"]
    assert (published["flags"], told["flags"], published["edited_timestamp"]) == (1, 1, None)
    assert (await api("POST", f"{_path(sent)}/crosspost")).code == 40033


async def test_forums_and_categories_take_no_messages(api: Api, ada: Person) -> None:
    for kind, code in (("forum", 40058), ("category", 50008)):
        await ada.create_channel("Workshop", kind, kind)
        assert (await _send(api, kind, content="x")).code == code


async def test_what_was_deleted_is_counted_no_longer(api: Api, ada: Person) -> None:
    said = [await ada.say("ideas", str(number)) for number in range(3)]
    thread = (await api("GET", f"/guilds/{await api.guild_id()}/threads/active")).body["threads"][0]
    path = f"/channels/{thread['id']}"
    await api("DELETE", f"{path}/messages/{said[0].id}")
    await api("POST", f"{path}/messages/bulk-delete", {"messages": [str(each.id) for each in said[1:]]})
    counted = (await api("GET", path)).body
    assert (counted["message_count"], counted["total_message_sent"]) == (0, 3)


async def test_people_write_only_where_they_may(sandbox: Sandbox, ada: Person, ben: Person) -> None:
    await forbid(sandbox, Permission.SEND_MESSAGES, everyone=True)
    with pytest.raises(NotAllowed, match="Missing Permissions"):
        await ben.say("general", "x")
    await ben.say("ideas", "threads have a permission of their own")
    await ada.say("general", "x")
