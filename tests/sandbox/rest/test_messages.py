"""Messages through REST: what is accepted, what is refused, and in which words."""

import io
from typing import Any

import aiohttp
import pytest

from sandbox import ManualClock, Sandbox
from sandbox.actor import Person, Refused
from tests.sandbox.raw import Answer, Api


async def _send(api: Api, channel: str = "general", **body: Any) -> Answer:
    return await api("POST", f"{await api.channel(channel)}/messages", body)


async def test_every_answer_is_exactly_json(api: Api) -> None:
    for answer in (await api("GET", "/users/@me"), await api("GET", "/channels/1"), await api("GET", "/nowhere")):
        assert answer.content_type == "application/json"


async def test_a_wrong_token_is_unauthorized(api: Api) -> None:
    api.token = "wrong"
    answer = await api("GET", "/users/@me")
    assert (answer.status, answer.body) == (401, {"message": "401: Unauthorized", "code": 0})
    assert (await api("GET", "/gateway")).status == 200


async def test_an_unknown_route_is_named_loudly(api: Api, caplog: pytest.LogCaptureFixture) -> None:
    answer = await api("PUT", "/channels/1/nothing/2", {})
    assert (answer.status, answer.body["route"]) == (501, "PUT /api/v10/channels/1/nothing/2")
    assert "PUT /api/v10/channels/1/nothing/2" in caplog.text


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/channels/1", 404, 10003),
        ("/channels/nonsense", 404, 10003),
        (f"/channels/{'9' * 5000}", 404, 10003),
        ("/guilds/1", 404, 10004),
        ("/users/1", 404, 10013),
    ],
)
async def test_what_is_not_there_is_unknown(api: Api, path: str, status: int, code: int) -> None:
    answer = await api("GET", path)
    assert (answer.status, answer.code) == (status, code)


async def test_two_thousand_characters_fit_and_one_more_does_not(api: Api) -> None:
    assert (await _send(api, content="x" * 2000)).status == 200
    answer = await _send(api, content="x" * 2001)
    assert (answer.status, answer.body) == (
        400,
        {
            "code": 50035,
            "message": "Invalid Form Body",
            "errors": {
                "content": {
                    "_errors": [{"code": "BASE_TYPE_MAX_LENGTH", "message": "Must be 2000 or fewer in length."}]
                }
            },
        },
    )


async def test_people_have_the_same_limit(ada: Person) -> None:
    await ada.say("general", "x" * 2000)
    with pytest.raises(Refused, match="Invalid Form Body"):
        await ada.say("general", "x" * 2001)
    with pytest.raises(Refused, match="empty message"):
        await ada.say("general", "  ")


@pytest.mark.parametrize("body", [{}, {"content": ""}, {"content": " \n "}, {"content": None}, {"embeds": [{}]}])
async def test_an_empty_message_is_refused(api: Api, body: dict[str, Any]) -> None:
    answer = await _send(api, **body)
    assert (answer.status, answer.code) == (400, 50006)


async def test_content_is_trimmed(api: Api) -> None:
    assert (await _send(api, content="\n  a b \n")).body["content"] == "a b"


async def test_an_edit_changes_only_what_it_names(api: Api, clock: ManualClock) -> None:
    sent = (await _send(api, content="one", embeds=[{"title": "t"}])).body
    clock.move(1)
    path = f"/channels/{sent['channel_id']}/messages/{sent['id']}"
    edited = (await api("PATCH", path, {"content": "two"})).body
    assert (edited["content"], edited["embeds"][0]["title"]) == ("two", "t")
    assert sent["edited_timestamp"] is None
    assert edited["edited_timestamp"] > sent["timestamp"]
    assert (await api("PATCH", path, {"content": "", "embeds": []})).code == 50006
    assert (await api("PATCH", path, {"content": "x" * 2001})).code == 50035
    assert (await api("GET", path)).body == edited


async def test_other_peoples_messages_can_be_neither_edited_nor_deleted(api: Api, ada: Person) -> None:
    said = await ada.say("general", "mine")
    path = f"{await api.channel()}/messages/{said.id}"
    assert (await api("PATCH", path, {"content": "no"})).body["code"] == 50005
    assert (await api("DELETE", path)).code == 50013
    whispered = await ada.say("@TinyLLM", "mine")
    owner = (await api("GET", "/applications/@me")).body["owner"]["id"]
    direct = (await api("POST", "/users/@me/channels", {"recipient_id": owner})).body["id"]
    assert (await api("DELETE", f"/channels/{direct}/messages/{whispered.id}")).code == 50003


async def test_a_deleted_message_is_unknown(api: Api) -> None:
    sent = (await _send(api, content="one")).body
    path = f"/channels/{sent['channel_id']}/messages/{sent['id']}"
    assert (await api("DELETE", path)).status == 204
    for method in ("GET", "PATCH", "DELETE"):
        answer = await api(method, path, {"content": "x"} if method == "PATCH" else None)
        assert (answer.status, answer.code) == (404, 10008)


async def test_history_is_newest_first_and_cut_by_ids(api: Api) -> None:
    ids = [(await _send(api, content=str(number))).body["id"] for number in range(6)]
    path = f"{await api.channel()}/messages"

    async def listed(query: str) -> list[int]:
        return [int(message["content"]) for message in (await api("GET", f"{path}?{query}")).body]

    assert await listed("") == [5, 4, 3, 2, 1, 0]
    assert await listed("limit=2") == [5, 4]
    assert await listed(f"before={ids[3]}&limit=2") == [2, 1]
    assert await listed(f"after={ids[1]}&limit=2") == [3, 2]
    assert await listed(f"around={ids[3]}&limit=3") == [4, 3, 2]
    await api("DELETE", f"{path}/{ids[5]}")
    assert await listed("limit=1") == [4]


@pytest.mark.parametrize(
    ("query", "status"),
    [("limit=1", 200), ("limit=100", 200), ("limit=0", 400), ("limit=101", 400), ("before=x", 400)],
)
async def test_history_has_limits(api: Api, query: str, status: int) -> None:
    assert (await api("GET", f"{await api.channel()}/messages?{query}")).status == status


async def test_a_reply_to_nothing_fails_unless_that_is_allowed(api: Api) -> None:
    answer = await _send(api, content="x", message_reference={"message_id": "1"})
    assert answer.found("message_reference") == ["REPLIES_UNKNOWN_MESSAGE"]
    lenient = {"message_id": "1", "fail_if_not_exists": False}
    sent = (await _send(api, content="x", message_reference=lenient)).body
    assert (sent["type"], "message_reference" in sent) == (0, False)
    other = (await _send(api, "random", content="x")).body["id"]
    answer = await _send(api, content="x", message_reference={"message_id": other})
    assert answer.found("message_reference") == ["REPLIES_UNKNOWN_MESSAGE"]


async def test_the_same_nonce_within_five_minutes_is_the_same_message(api: Api, clock: ManualClock) -> None:
    async def sent(**more: Any) -> str:
        answer = await _send(api, content="once", nonce="n", **more)
        identifier: str = answer.body["id"]
        return identifier

    first = await sent(enforce_nonce=True)
    clock.move(300)
    assert await sent(enforce_nonce=True) == first
    assert await sent() != first
    clock.move(301)
    assert await sent(enforce_nonce=True) != first
    assert len((await api("GET", f"{await api.channel()}/messages")).body) == 3


async def test_a_nonce_belongs_to_its_channel_and_has_25_characters(api: Api) -> None:
    here = await _send(api, content="x", nonce="n" * 25, enforce_nonce=True)
    there = await _send(api, "random", content="x", nonce="n" * 25, enforce_nonce=True)
    assert here.body["id"] != there.body["id"]
    assert (await _send(api, content="x", nonce="n" * 26)).found("nonce") == ["BASE_TYPE_MAX_LENGTH"]


async def test_multipart_bodies_carry_json_and_files(api: Api, sandbox: Sandbox) -> None:
    form = aiohttp.FormData(quote_fields=False)
    payload = '{"content":"see","attachments":[{"id":0,"filename":"b.txt","description":"d"}]}'
    form.add_field("payload_json", payload)
    form.add_field("files[0]", b"abc", filename="a.txt", content_type="text/plain")
    answer = await api("POST", f"{await api.channel()}/messages", data=form)
    attachment = answer.body["attachments"][0]
    assert (answer.body["content"], attachment["filename"], attachment["size"]) == ("see", "b.txt", 3)
    async with api.http.get(attachment["url"]) as download:
        assert await download.read() == b"abc"
    assert sandbox.requests[-1].body["content"] == "see"
    path = f"/channels/{answer.body['channel_id']}/messages/{answer.body['id']}"
    kept = await api("PATCH", path, {"content": "seen"})
    assert [each["id"] for each in kept.body["attachments"]] == [attachment["id"]]
    assert (await api("PATCH", path, {"attachments": []})).body["attachments"] == []


@pytest.mark.parametrize(("size", "status"), [(10 * 1024 * 1024, 200), (10 * 1024 * 1024 + 1, 413)])
async def test_a_file_has_at_most_ten_mebibytes(api: Api, size: int, status: int) -> None:
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("files[0]", io.BytesIO(b"x" * size), filename="a.bin")
    answer = await api("POST", f"{await api.channel()}/messages", data=form)
    assert answer.status == status


async def test_a_request_has_at_most_25_mebibytes(api: Api) -> None:
    body = io.BytesIO(b'{"content":"' + b" " * (25 * 1024 * 1024) + b'"}')
    headers = {"Authorization": f"Bot {api.token}", "Content-Type": "application/json"}
    url = f"{api.sandbox.api}/v10{await api.channel()}/messages"
    async with api.http.post(url, data=body, headers=headers) as response:
        assert (response.status, (await response.json())["code"]) == (413, 40005)


async def test_what_is_not_json_is_refused(api: Api) -> None:
    url = f"{api.sandbox.api}/v10{await api.channel()}/messages"
    async with api.http.post(url, data=b"{", headers={"Authorization": f"Bot {api.token}"}) as response:
        assert (response.status, (await response.json())["code"]) == (400, 50109)


async def test_typing_is_204(api: Api) -> None:
    assert (await api("POST", f"{await api.channel()}/typing")).status == 204


async def test_guild_channel_and_member_are_described(api: Api) -> None:
    guild = f"/guilds/{await api.guild_id()}"
    assert (await api("GET", f"{guild}?with_counts=true")).body["approximate_member_count"] == 4
    assert (await api("GET", await api.channel("quiet"))).body["name"] == "quiet"
    owner = (await api("GET", "/oauth2/applications/@me")).body["owner"]["id"]
    assert (await api("GET", f"{guild}/members/{owner}")).body["user"]["username"] == "ada"
    assert (await api("GET", f"{guild}/members/1")).code == 10013
    assert (await api("GET", f"{guild}/members")).code == 50001
    assert [role["name"] for role in (await api("GET", f"{guild}/roles")).body][:2] == ["@everyone", "managers"]
    gateway = (await api("GET", "/gateway/bot")).body
    assert (gateway["url"], gateway["shards"]) == (api.sandbox.gateway, 1)
