"""Pins through REST, on the paths of today and on the old ones."""

from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest

from sandbox import ManualClock, Sandbox
from sandbox.actor import NotAllowed, Person
from sandbox.permissions import Permission
from tests.sandbox.raw import Api, calling, gateway
from tests.sandbox.worlds import able, forbid

GUILDS, GUILD_MESSAGES = 1, 1 << 9
PATHS = ["messages/pins", "pins"]


@pytest.fixture
async def sandbox(clock: ManualClock) -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=clock, limits=False, world=able(Permission.PIN_MESSAGES)) as opened:
        yield opened


async def _send(api: Api, count: int) -> list[str]:
    path = f"{await api.channel()}/messages"
    return [(await api("POST", path, {"content": str(number)})).body["id"] for number in range(count)]


@pytest.mark.parametrize("path", PATHS)
async def test_a_pin_is_told_and_said_in_the_channel(api: Api, sandbox: Sandbox, ada: Person, path: str) -> None:
    async with gateway(sandbox) as line:
        await line.identify(sandbox.token, intents=GUILDS | GUILD_MESSAGES)
        await line.until("GUILD_CREATE")
        (message,) = await _send(api, 1)
        channel = await api.channel()
        assert (await api("PUT", f"{channel}/{path}/{message}")).status == 204
        assert (await line.until("MESSAGE_UPDATE"))["d"]["pinned"] is True
        update = (await line.until("CHANNEL_PINS_UPDATE"))["d"]
        said = (await line.until("MESSAGE_CREATE"))["d"]
    assert update["last_pin_timestamp"] is not None
    assert update["guild_id"] == await api.guild_id()
    assert (said["type"], said["content"], said["author"]["username"]) == (6, "", "TinyLLM")
    assert said["message_reference"]["message_id"] == message
    assert "referenced_message" not in said
    assert (await api("GET", f"{channel}/messages/{message}")).body["pinned"] is True
    assert (await api("GET", channel)).body["last_pin_timestamp"] == update["last_pin_timestamp"]
    assert [(each.kind, each.pinned) for each in await ada.history("general")] == [(0, True), (6, False)]


async def test_twice_is_once_and_unpinning_says_nothing(api: Api, sandbox: Sandbox) -> None:
    async with gateway(sandbox) as line:
        await line.identify(sandbox.token, intents=GUILDS)
        await line.until("GUILD_CREATE")
        (message,) = await _send(api, 1)
        path = f"{await api.channel()}/messages/pins/{message}"
        for method in ("PUT", "PUT", "DELETE", "DELETE"):
            assert (await api(method, path)).status == 204
        updates = [event.data for event in sandbox.events_sent if event.name == "CHANNEL_PINS_UPDATE"]
    assert [update["last_pin_timestamp"] is None for update in updates] == [False, True]
    assert [each["type"] for each in (await api("GET", f"{await api.channel()}/messages")).body] == [6, 0]


async def test_pins_are_listed_last_pinned_first_and_in_pages(api: Api) -> None:
    channel, ids = await api.channel(), await _send(api, 5)
    for message in (ids[2], ids[0], ids[4], ids[1], ids[3]):
        await api("PUT", f"{channel}/messages/pins/{message}")
    first = (await api("GET", f"{channel}/messages/pins?limit=2")).body
    before = quote(first["items"][-1]["pinned_at"])
    rest = (await api("GET", f"{channel}/messages/pins?limit=3&before={before}")).body
    contents = [item["message"]["content"] for item in first["items"] + rest["items"]]
    assert contents == ["3", "1", "4", "0", "2"]
    assert (first["has_more"], rest["has_more"]) == (True, False)
    assert [message["content"] for message in (await api("GET", f"{channel}/pins")).body] == contents


@pytest.mark.parametrize(
    ("query", "status"),
    [("limit=1", 200), ("limit=50", 200), ("limit=0", 400), ("limit=51", 400), ("before=yesterday", 400)],
)
async def test_the_list_has_limits(api: Api, query: str, status: int) -> None:
    assert (await api("GET", f"{await api.channel()}/messages/pins?{query}")).status == status


async def test_250_messages_can_be_pinned_and_the_old_path_lists_50(api: Api) -> None:
    channel, ids = await api.channel(), await _send(api, 251)
    for message in ids[:250]:
        assert (await api("PUT", f"{channel}/messages/pins/{message}")).status == 204
    answer = await api("PUT", f"{channel}/messages/pins/{ids[250]}")
    assert (answer.status, answer.code) == (400, 30003)
    assert len((await api("GET", f"{channel}/pins")).body) == 50
    await api("DELETE", f"{channel}/messages/{ids[0]}")  # what is deleted is pinned no longer
    assert (await api("PUT", f"{channel}/messages/pins/{ids[250]}")).status == 204


async def test_system_messages_cannot_be_pinned(api: Api) -> None:
    channel, (message,) = await api.channel(), await _send(api, 1)
    await api("PUT", f"{channel}/pins/{message}")
    system = (await api("GET", f"{channel}/messages?limit=1")).body[0]["id"]
    assert (await api("PUT", f"{channel}/pins/{system}")).code == 50021
    assert (await api("PATCH", f"{channel}/messages/{system}", {"content": "x"})).code == 50021
    reply = {"content": "x", "message_reference": {"message_id": system}}
    answer = await api("POST", f"{channel}/messages", reply)
    assert answer.found("message_reference") == ["REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE"]


async def test_it_takes_the_permission_to_pin_in_a_server_and_none_in_a_direct_message(
    clock: ManualClock, api: Api, sandbox: Sandbox
) -> None:
    await forbid(sandbox, Permission.READ_MESSAGE_HISTORY)
    (message,) = await _send(api, 1)
    await api("PUT", f"{await api.channel()}/pins/{message}")
    assert (await api("GET", f"{await api.channel()}/messages/pins")).body == {"items": [], "has_more": False}
    async with (
        Sandbox(clock=clock, limits=False, world=able(Permission.MANAGE_MESSAGES)) as weak,
        calling(weak) as other,
    ):
        (message,) = await _send(other, 1)
        path = f"{await other.channel()}/messages/pins/{message}"
        assert ((await other("PUT", path)).code, (await other("DELETE", path)).code) == (50013, 50013)
        owner = (await other("GET", "/applications/@me")).body["owner"]["id"]
        direct = (await other("POST", "/users/@me/channels", {"recipient_id": owner})).body["id"]
        sent = (await other("POST", f"/channels/{direct}/messages", {"content": "x"})).body["id"]
        assert (await other("PUT", f"/channels/{direct}/messages/pins/{sent}")).status == 204


async def test_people_pin_too_if_they_may(ada: Person, ben: Person) -> None:
    said = await ben.say("general", "hello")
    assert (await ada.pin(said)).pinned
    with pytest.raises(NotAllowed, match="ben cannot pin"):
        await ben.unpin(said)
    assert not (await ada.unpin(said)).pinned
    whispered = await ben.say("@TinyLLM", "hello")
    assert (await ben.pin(whispered)).pinned
