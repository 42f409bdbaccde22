"""Forwards, and replies to messages that are gone."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox import ManualClock, Sandbox
from sandbox.actor import Person
from sandbox.gateway.intents import Intent
from sandbox.permissions import Permission
from tests.sandbox.raw import Answer, Api, calling, gateway
from tests.sandbox.uploading import PNG, fetched, send
from tests.sandbox.worlds import able, forbid

CONTENT = int(Intent.MESSAGE_CONTENT)
HAS_SNAPSHOT = 1 << 14


@pytest.fixture
async def sandbox(clock: ManualClock) -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=clock, limits=False, world=able(Permission.PIN_MESSAGES, Permission.SEND_POLLS)) as opened:
        yield opened


async def _forward(api: Api, channel_id: str, message_id: str, to: str = "random", **more: Any) -> Answer:
    reference = {"type": 1, "channel_id": channel_id, "message_id": message_id, **more}
    return await api("POST", f"{await api.channel(to)}/messages", {"message_reference": reference})


async def test_a_forward_is_a_snapshot_that_outlives_the_message(api: Api, clock: ManualClock) -> None:
    sent = (await send(api, {"content": "see", "embeds": [{"title": "t"}]}, ("a.png", PNG))).body
    forward = (await _forward(api, sent["channel_id"], sent["id"])).body
    assert (forward["type"], forward["content"], forward["flags"]) == (0, "", HAS_SNAPSHOT)
    assert forward["message_reference"] == {
        "type": 1,
        "channel_id": sent["channel_id"],
        "message_id": sent["id"],
        "guild_id": await api.guild_id(),
    }
    (snapshot,) = (each["message"] for each in forward["message_snapshots"])
    assert (snapshot["content"], snapshot["embeds"], snapshot["timestamp"]) == (
        "see",
        sent["embeds"],
        sent["timestamp"],
    )
    assert "author" not in snapshot
    clock.move(1)
    path = f"/channels/{sent['channel_id']}/messages/{sent['id']}"
    await api("PATCH", path, {"content": "changed", "attachments": []})
    await api("DELETE", path)
    again = (await api("GET", f"/channels/{forward['channel_id']}/messages/{forward['id']}")).body
    assert again["message_snapshots"] == forward["message_snapshots"]
    assert (await fetched(api, snapshot["attachments"][0]["url"]))[1] == PNG
    assert "referenced_message" not in again


async def test_a_forward_of_a_forward_has_the_first_words(api: Api) -> None:
    sent = (await api("POST", f"{await api.channel()}/messages", {"content": "first"})).body
    once = (await _forward(api, sent["channel_id"], sent["id"])).body
    twice = (await _forward(api, once["channel_id"], once["id"], to="quiet")).body
    assert twice["message_snapshots"][0]["message"]["content"] == "first"
    assert twice["message_reference"]["message_id"] == once["id"]


async def test_only_what_is_there_and_was_written_is_forwarded(api: Api, sandbox: Sandbox) -> None:
    channel = await api.channel()
    here = channel.removeprefix("/channels/")
    unknown = await _forward(api, here, "1")
    assert unknown.found("message_reference") == ["REPLIES_UNKNOWN_MESSAGE"]
    assert (await _forward(api, "1", "1")).code == 10003
    assert (await _forward(api, here, "1", fail_if_not_exists=False)).code == 50006
    sent = (await api("POST", f"{channel}/messages", {"content": "x"})).body
    await api("PUT", f"{channel}/pins/{sent['id']}")
    system = (await api("GET", f"{channel}/messages?limit=1")).body[0]["id"]
    assert (await _forward(api, here, system)).code == 50068
    poll = {"question": {"text": "q"}, "answers": [{"poll_media": {"text": "a"}}]}
    asked = (await api("POST", f"{channel}/messages", {"poll": poll})).body["id"]
    assert (await _forward(api, here, asked)).code == 50068
    await forbid(sandbox, Permission.READ_MESSAGE_HISTORY)
    assert (await _forward(api, here, sent["id"])).code == 50001


@pytest.mark.parametrize(("privileged", "status"), [(0, 403), (CONTENT, 200)])
async def test_only_what_the_bot_may_read_is_forwarded(clock: ManualClock, privileged: int, status: int) -> None:
    async with (
        Sandbox(clock=clock, limits=False, privileged_intents=privileged) as opened,
        calling(opened) as api,
        Person.join(opened.url, "ada") as ada,
    ):
        said = await ada.say("general", "secret")
        answer = await _forward(api, (await api.channel()).removeprefix("/channels/"), str(said.id))
    assert answer.status == status
    if status == 403:
        assert answer.code == 160014


async def test_peoples_forwards_are_hidden_with_their_snapshots(api: Api, sandbox: Sandbox, ada: Person) -> None:
    async with gateway(sandbox) as line:
        await line.identify(sandbox.token, intents=512)
        await line.until("READY")
        said = await ada.say("general", "secret", files={"a.txt": b"a"})
        forward = await ada.forward(said, "random")
        assert forward.forwarded == "secret"
        await line.until("MESSAGE_CREATE")
        heard = (await line.until("MESSAGE_CREATE"))["d"]
    fetched_again = (await api("GET", f"{await api.channel('random')}/messages/{forward.id}")).body
    for shown in (heard, fetched_again):
        snapshot = shown["message_snapshots"][0]["message"]
        assert (snapshot["content"], snapshot["attachments"]) == ("", [])


async def test_a_reply_to_what_was_deleted_says_so(api: Api, ada: Person) -> None:
    channel = await api.channel()
    first = (await api("POST", f"{channel}/messages", {"content": "first"})).body["id"]
    reply = await ada.say("general", "@TinyLLM yes", reply_to=(await ada.history("general"))[0])
    path = f"{channel}/messages/{reply.id}"
    assert (await api("GET", path)).body["referenced_message"]["content"] == "first"
    await api("DELETE", f"{channel}/messages/{first}")
    gone = (await api("GET", path)).body
    assert gone["referenced_message"] is None
    assert gone["message_reference"]["message_id"] == first
