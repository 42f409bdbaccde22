"""Webhooks of channels: made, changed, moved, deleted, and written through."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox import ManualClock, Sandbox
from sandbox.actor import Person
from sandbox.permissions import Permission
from tests.sandbox.raw import Answer, Api, calling, gateway
from tests.sandbox.uploading import PNG, fetched, send
from tests.sandbox.worlds import able

WEBHOOKS, MESSAGES = 1 << 5, 1 << 9
AVATAR = "data:image/png;base64,iVBORw0KGgo="


@pytest.fixture
async def sandbox(clock: ManualClock) -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=clock, limits=False, world=able(Permission.MANAGE_WEBHOOKS)) as opened:
        yield opened


@pytest.fixture
async def stranger(sandbox: Sandbox) -> AsyncIterator[Api]:
    """Somebody who has nothing but a webhook's token."""
    async with calling(sandbox) as caller:
        caller.token = "none"
        yield caller


async def _make(api: Api, channel: str = "general", **body: Any) -> Answer:
    return await api("POST", f"{await api.channel(channel)}/webhooks", {"name": "news", **body})


def _path(made: Answer) -> str:
    return f"/webhooks/{made.body['id']}/{made.body['token']}"


async def test_a_webhook_is_made_listed_changed_and_deleted(api: Api, sandbox: Sandbox) -> None:
    async with gateway(sandbox) as line:
        await line.identify(sandbox.token, intents=WEBHOOKS)
        await line.until("READY")
        made = await _make(api, avatar=AVATAR)
        event = (await line.until("WEBHOOKS_UPDATE"))["d"]
        assert event == {"guild_id": made.body["guild_id"], "channel_id": made.body["channel_id"]}
        assert (made.body["type"], made.body["name"], made.body["user"]["username"]) == (1, "news", "TinyLLM")
        assert made.body["application_id"] == (await api("GET", "/applications/@me")).body["id"]
        assert (await fetched(api, f"{sandbox.url}/avatars/1/{made.body['avatar']}.png"))[0] == 200
        one = f"/webhooks/{made.body['id']}"
        assert (await api("GET", one)).body == made.body
        assert (await api("GET", f"{await api.channel()}/webhooks")).body == [made.body]
        assert (await api("GET", f"/guilds/{await api.guild_id()}/webhooks")).body == [made.body]
        random = (await api.channel("random")).removeprefix("/channels/")
        changed = (await api("PATCH", one, {"name": "olds", "avatar": None, "channel_id": random})).body
        assert (changed["name"], changed["avatar"], changed["channel_id"]) == ("olds", None, random)
        assert {(await line.until("WEBHOOKS_UPDATE"))["d"]["channel_id"] for _ in range(2)} == {
            made.body["channel_id"],
            random,
        }
        assert (await api("GET", f"{await api.channel()}/webhooks")).body == []
        assert (await api("DELETE", one)).status == 204
        await line.until("WEBHOOKS_UPDATE")
    assert (await api("GET", one)).code == 10015


async def test_its_token_is_enough(api: Api, stranger: Api) -> None:
    made = await _make(api)
    path = _path(made)
    shown = (await stranger("GET", path)).body
    assert (shown["name"], "user" in shown) == ("news", False)
    assert (await stranger("PATCH", path, {"name": "x"})).body["name"] == "x"
    assert (await stranger("GET", path.rpartition("/")[0])).status == 401
    assert (await stranger("GET", f"{path}x")).code == 50027
    assert (await stranger("GET", f"/webhooks/1/{made.body['token']}")).code == 10015
    assert (await stranger("DELETE", path)).status == 204
    assert (await stranger("POST", path, {"content": "x"})).code == 10015


async def test_a_message_has_its_name_and_no_member(api: Api, stranger: Api, sandbox: Sandbox, ada: Person) -> None:
    made = await _make(api)
    async with gateway(sandbox) as line:
        await line.identify(sandbox.token, intents=MESSAGES)
        await line.until("READY")
        body = {"content": f"for <@{(await api('GET', '/users/@me')).body['id']}>", "username": "Captain"}
        sent = (
            await stranger("POST", f"{_path(made)}?wait=true", {**body, "avatar_url": "https://example.com/a"})
        ).body
        heard = (await line.until("MESSAGE_CREATE"))["d"]
    assert sent["webhook_id"] == sent["author"]["id"] == made.body["id"]
    assert (sent["author"]["username"], sent["author"]["bot"]) == ("Captain", True)
    assert sent["author"]["discriminator"] == "0000"
    assert (await fetched(api, f"{sandbox.url}/avatars/1/{sent['author']['avatar']}.png"))[0] == 200
    assert (heard["content"], heard["author"], "member" in heard) == (sent["content"], sent["author"], False)
    assert [(each.author, each.bot) for each in await ada.history("general")] == [("Captain", True)]
    plain = (await stranger("POST", f"{_path(made)}?wait=true", {"content": "x"})).body
    assert (plain["author"]["username"], plain["author"]["avatar"]) == ("news", None)


async def test_without_waiting_there_is_no_body(api: Api, stranger: Api, ada: Person) -> None:
    made = await _make(api)
    answer = await stranger("POST", _path(made), {"content": "x"})
    assert (answer.status, answer.body) == (204, None)
    assert [each.content for each in await ada.history("general")] == ["x"]


async def test_its_messages_are_read_changed_and_deleted_with_the_token(api: Api, stranger: Api) -> None:
    path = _path(await _make(api))
    sent = (await send(stranger, {"content": "x"}, ("a.png", PNG), path=f"{path}?wait=true")).body
    message = f"{path}/messages/{sent['id']}"
    assert (await stranger("GET", message)).body == sent
    assert (await stranger("PATCH", message, {"content": "y", "attachments": []})).body["content"] == "y"
    other = (await api("POST", f"{await api.channel()}/messages", {"content": "mine"})).body["id"]
    for method in ("GET", "PATCH", "DELETE"):
        answer = await stranger(method, f"{path}/messages/{other}", {"content": "z"} if method == "PATCH" else None)
        assert answer.code == 10008
    assert (await stranger("DELETE", message)).status == 204
    assert (await stranger("GET", message)).code == 10008


async def test_it_writes_into_threads_of_its_channel_only(api: Api, stranger: Api, ada: Person) -> None:
    guild = f"/guilds/{await api.guild_id()}"
    thread = (await api("GET", f"{guild}/threads/active")).body["threads"][0]["id"]
    here, elsewhere = _path(await _make(api)), _path(await _make(api, "random"))
    sent = (await stranger("POST", f"{here}?wait=true&thread_id={thread}", {"content": "x"})).body
    assert sent["channel_id"] == thread
    assert (await stranger("GET", f"{here}/messages/{sent['id']}")).code == 10008
    assert (await stranger("GET", f"{here}/messages/{sent['id']}?thread_id={thread}")).status == 200
    assert (await stranger("POST", f"{elsewhere}?thread_id={thread}", {"content": "x"})).code == 10003
    assert (await stranger("POST", f"{here}?thread_id=1", {"content": "x"})).code == 10003
    assert (await stranger("POST", here, {"content": "x", "thread_name": "new"})).code == 220003
    assert [each.content for each in await ada.history("ideas")] == ["x"]


async def test_in_a_forum_it_begins_posts(api: Api, stranger: Api, ada: Person) -> None:
    await ada.create_channel("Workshop", "help", "forum")
    path = _path(await _make(api, "help"))
    assert (await stranger("POST", path, {"content": "x"})).code == 220001
    body = {"content": "How?", "thread_name": "A question", "username": "Captain"}
    sent = (await stranger("POST", f"{path}?wait=true", body)).body
    assert (sent["id"], sent["author"]["username"]) == (sent["channel_id"], "Captain")
    thread = sent["channel_id"]
    assert (await api("GET", f"/channels/{thread}")).body["name"] == "A question"
    assert (await stranger("POST", f"{path}?thread_id={thread}", body)).code == 220002
    assert (await stranger("POST", f"{path}?thread_id={thread}", {"content": "So."})).status == 204
    assert [message.content for message in await ada.history("A question")] == ["How?", "So."]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 50006),
        ({"content": "x" * 2001}, 50035),
        ({"content": "x", "username": "x" * 81}, 50035),
        ({"content": "x", "username": "Clyde the third"}, 50035),
        ({"content": "x", "avatar_url": "x"}, 50035),
    ],
    ids=str,
)
async def test_what_does_not_fit_is_refused(api: Api, stranger: Api, body: dict[str, Any], code: int) -> None:
    assert (await stranger("POST", _path(await _make(api)), body)).code == code


@pytest.mark.parametrize("name", ["", "clyde", "DisCord", None])
async def test_names_have_rules(api: Api, name: Any) -> None:
    assert (await _make(api, name=name)).code == 50035


async def test_a_channel_has_at_most_fifteen(api: Api) -> None:
    for _ in range(15):
        assert (await _make(api)).status == 200
    answer = await _make(api)
    assert (answer.status, answer.code) == (400, 30007)
    moving = (await _make(api, "random")).body["id"]
    general = (await api.channel()).removeprefix("/channels/")
    assert (await api("PATCH", f"/webhooks/{moving}", {"channel_id": general})).code == 30007
    assert (await api("PATCH", f"/webhooks/{moving}", {"channel_id": "1"})).code == 10003


async def test_it_takes_the_permission_and_a_channel_of_a_server(clock: ManualClock) -> None:
    async with Sandbox(clock=clock, limits=False) as opened, calling(opened) as api:
        assert (await _make(api)).code == 50013
        for path in (f"{await api.channel()}/webhooks", f"/guilds/{await api.guild_id()}/webhooks"):
            assert (await api("GET", path)).code == 50013
    async with (
        Sandbox(clock=clock, limits=False, world=able(Permission.MANAGE_WEBHOOKS)) as opened,
        calling(opened) as api,
    ):
        thread = (await api("GET", f"/guilds/{await api.guild_id()}/threads/active")).body["threads"][0]["id"]
        assert (await api("POST", f"/channels/{thread}/webhooks", {"name": "x"})).code == 50024


async def test_its_words_are_hidden_like_those_of_others(api: Api, stranger: Api) -> None:
    path = _path(await _make(api))
    sent = (await stranger("POST", f"{path}?wait=true", {"content": "secret"})).body
    assert (await api("GET", f"/channels/{sent['channel_id']}/messages/{sent['id']}")).body["content"] == ""


async def test_a_webhook_goes_with_its_channel(clock: ManualClock) -> None:
    world = able(Permission.MANAGE_WEBHOOKS, Permission.MANAGE_CHANNELS)
    async with Sandbox(clock=clock, limits=False, world=world) as sandbox, calling(sandbox) as api:
        gone, stays = await _make(api, "random"), await _make(api)
        assert (await api("DELETE", await api.channel("random"))).status == 200
        assert (await api("POST", _path(gone), {"content": "x"})).code == 10015
        assert (await api("GET", f"/guilds/{await api.guild_id()}/webhooks")).body == [stays.body]
