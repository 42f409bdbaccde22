"""Deleting many messages at once: what counts, what is refused, and what is heard of it."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox import ManualClock, Sandbox
from sandbox.actor import Person
from sandbox.permissions import Permission
from tests.sandbox.raw import Answer, Api, calling, gateway
from tests.sandbox.worlds import able

TWO_WEEKS = 14 * 24 * 3600


@pytest.fixture
async def sandbox(clock: ManualClock) -> AsyncIterator[Sandbox]:
    async with Sandbox(clock=clock, limits=False, world=able(Permission.MANAGE_MESSAGES)) as opened:
        yield opened


async def _send(api: Api, count: int) -> list[str]:
    path = f"{await api.channel()}/messages"
    return [(await api("POST", path, {"content": str(number)})).body["id"] for number in range(count)]


async def _delete(api: Api, ids: Any) -> Answer:
    return await api("POST", f"{await api.channel()}/messages/bulk-delete", {"messages": ids})


async def _left(api: Api) -> list[str]:
    return [message["content"] for message in (await api("GET", f"{await api.channel()}/messages")).body]


async def test_many_messages_go_with_one_event(api: Api, sandbox: Sandbox, ada: Person) -> None:
    async with gateway(sandbox) as line:
        await line.identify(sandbox.token, intents=512)
        await line.until("READY")
        ids = await _send(api, 3)
        said = await ada.say("general", "and this")
        assert (await _delete(api, [ids[0], ids[2], str(said.id), "1790000000000000000"])).status == 204
        event = (await line.until("MESSAGE_DELETE_BULK"))["d"]
    assert event["ids"] == [ids[0], ids[2], str(said.id)]
    assert event["guild_id"] == await api.guild_id()
    assert await _left(api) == ["1"]
    assert [message.content for message in await ada.history("general")] == ["1"]


@pytest.mark.parametrize(("count", "status"), [(1, 400), (2, 204), (100, 204), (101, 400)])
async def test_from_two_to_a_hundred_may_be_named(api: Api, clock: ManualClock, count: int, status: int) -> None:
    first = int((await _send(api, 1))[0])
    answer = await _delete(api, [str(first + number) for number in range(count)])
    assert answer.status == status
    if status == 400:
        assert answer.found("messages") == ["BASE_TYPE_BAD_LENGTH"]


@pytest.mark.parametrize(("age", "status"), [(TWO_WEEKS, 204), (TWO_WEEKS + 1, 400)])
async def test_only_of_the_last_two_weeks(api: Api, clock: ManualClock, age: float, status: int) -> None:
    old = await _send(api, 1)
    clock.move(age)
    answer = await _delete(api, [*old, *await _send(api, 1)])
    assert answer.status == status
    if status == 400:
        assert answer.code == 50034
        assert await _left(api) == ["0", "0"]


@pytest.mark.parametrize(
    ("ids", "place", "code"),
    [
        (["1", "1"], ("messages", 1), "SET_TYPE_ALREADY_CONTAINS_VALUE"),
        (["1", "x"], ("messages", 1), "NUMBER_TYPE_COERCE"),
        (None, ("messages",), "BASE_TYPE_REQUIRED"),
        ({"1": "2"}, ("messages",), "LIST_TYPE_CONVERT"),
    ],
    ids=str,
)
async def test_what_are_no_ids_is_refused(api: Api, ids: Any, place: tuple[str | int, ...], code: str) -> None:
    assert (await _delete(api, ids)).found(*place) == [code]


async def test_it_takes_the_permission_and_a_server(api: Api, clock: ManualClock, ada: Person) -> None:
    owner = (await api("GET", "/applications/@me")).body["owner"]["id"]
    direct = (await api("POST", "/users/@me/channels", {"recipient_id": owner})).body["id"]
    answer = await api("POST", f"/channels/{direct}/messages/bulk-delete", {"messages": ["1", "2"]})
    assert (answer.status, answer.code) == (403, 50003)
    async with Sandbox(clock=clock, limits=False) as weak, calling(weak) as other:
        answer = await _delete(other, ["1", "2"])
        assert (answer.status, answer.code) == (403, 50013)
