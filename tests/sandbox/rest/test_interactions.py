"""The life of an interaction: its first response, its deadlines, and what its token is good for."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from sandbox import ManualClock, Sandbox
from sandbox.actor import Person
from tests.sandbox.raw import Answer, Api, Gateway, gateway, soon

BUTTON = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}
FIRST, TOKEN = 3.0, 15 * 60.0


@dataclass
class Asked:
    """An interaction as the bot got it, and the calls that answer it."""

    api: Api
    data: dict[str, Any]

    async def respond(self, kind: int, data: Any = None, query: str = "") -> Answer:
        path = f"/interactions/{self.data['id']}/{self.data['token']}/callback{query}"
        return await self.api("POST", path, {"type": kind, "data": data})

    async def hook(self, method: str, rest: str = "", body: Any = None) -> Answer:
        path = f"/webhooks/{self.data['application_id']}/{self.data['token']}{rest}"
        return await self.api(method, path, body)


class Bot:
    """A bot that does nothing by itself: the test answers what it is asked."""

    def __init__(self, line: Gateway, api: Api, ada: Person) -> None:
        self.line, self.api, self.ada = line, api, ada

    async def asked(self, path: str = "commands", **body: Any) -> Asked:
        """Lets ada start an interaction without waiting for its answer."""
        if path == "commands":
            body = {"command": "model", "channel": "general", "options": {"name": "x"}, **body}
        url = f"{self.api.sandbox.url}/sandbox/people/ada/{path}"
        async with self.api.http.post(url, json=body) as response:
            assert response.status == 200, await response.text()
        return Asked(self.api, (await self.line.until("INTERACTION_CREATE"))["d"])


@pytest.fixture
async def bot(sandbox: Sandbox, api: Api, ada: Person) -> AsyncIterator[Bot]:
    name = {"type": 3, "name": "name", "description": "d", "autocomplete": True}
    body = {"name": "model", "description": "d", "options": [name]}
    await api("POST", f"{await api.application()}/commands", body)
    async with gateway(sandbox) as line:
        await line.identify(sandbox.token)
        await line.until("GUILD_CREATE")
        yield Bot(line, api, ada)


async def test_the_event_says_who_where_and_with_what_permissions(bot: Bot) -> None:
    data = (await bot.asked()).data
    assert data["member"]["user"]["username"] == "ada"
    assert data["member"]["permissions"] == str((1 << 53) - 1)
    assert int(data["app_permissions"]) & 1 << 11
    assert (data["channel"]["name"], data["guild"]["id"]) == ("general", data["guild_id"])
    assert data["data"]["options"] == [{"type": 3, "name": "name", "value": "x"}]
    direct = (await bot.asked(channel="@TinyLLM")).data
    assert (direct["user"]["username"], direct["context"], "guild_id" in direct) == ("ada", 1, False)


async def test_three_seconds_are_in_time_and_more_are_not(bot: Bot, clock: ManualClock) -> None:
    in_time, too_late = await bot.asked(), await bot.asked()
    clock.move(FIRST)
    assert (await in_time.respond(4, {"content": "x"})).status == 204
    clock.move(0.001)
    answer = await too_late.respond(4, {"content": "x"})
    assert (answer.status, answer.code) == (404, 10062)
    assert (await too_late.hook("POST", "", {"content": "x"})).code == 10015


async def test_a_second_first_response_is_refused(bot: Bot) -> None:
    asked = await bot.asked()
    assert (await asked.respond(5)).status == 204
    answer = await asked.respond(4, {"content": "x"})
    assert (answer.status, answer.code) == (400, 40060)


async def test_an_unknown_token_or_id_is_an_unknown_interaction(bot: Bot) -> None:
    asked = await bot.asked()
    for changed in ({"token": "no"}, {"id": "1"}):
        answer = await Asked(bot.api, asked.data | changed).respond(5)
        assert (answer.status, answer.code) == (404, 10062)


async def test_the_token_lives_fifteen_minutes(bot: Bot, clock: ManualClock) -> None:
    asked = await bot.asked()
    await asked.respond(4, {"content": "one"})
    clock.move(TOKEN)
    assert (await asked.hook("PATCH", "/messages/@original", {"content": "two"})).status == 200
    clock.move(0.001)
    for method, rest in (("PATCH", "/messages/@original"), ("GET", "/messages/@original"), ("POST", "")):
        answer = await asked.hook(method, rest, None if method == "GET" else {"content": "three"})
        assert (answer.status, answer.code) == (401, 50027)


async def test_a_webhook_of_nobody_is_unknown(bot: Bot) -> None:
    asked = await bot.asked()
    await asked.respond(5)
    for changed in ({"token": "no"}, {"application_id": "1"}):
        answer = await Asked(bot.api, asked.data | changed).hook("POST", "", {"content": "x"})
        assert (answer.status, answer.code) == (404, 10015)


async def test_a_refused_response_leaves_the_interaction_open(bot: Bot) -> None:
    asked = await bot.asked()
    answer = await asked.respond(4, {"content": "x" * 2001})
    assert answer.found("data", "content") == ["BASE_TYPE_MAX_LENGTH"]
    assert (await asked.respond(4, {"content": ""})).code == 50006
    assert (await asked.respond(7, {"content": "x"})).found("type") == ["BASE_TYPE_CHOICES"]
    assert (await asked.respond(4, {"content": "x" * 2000})).status == 204


async def test_the_response_is_returned_when_asked_for(bot: Bot) -> None:
    asked = await bot.asked()
    body = (await asked.respond(4, {"content": "x", "flags": 64}, "?with_response=true")).body
    assert body["interaction"]["response_message_ephemeral"] is True
    message = body["resource"]["message"]
    assert (message["content"], message["flags"], message["type"]) == ("x", 64, 20)
    assert message["interaction_metadata"]["user"]["username"] == "ada"
    assert (await asked.hook("GET", "/messages/@original")).body == message


@pytest.mark.parametrize("kind", [5, 9])
async def test_a_response_that_shows_no_message_yet_is_returned_without_one(bot: Bot, kind: int) -> None:
    asked = await bot.asked()
    rows = [{"type": 1, "components": [{"type": 4, "custom_id": "a", "style": 1, "label": "A"}]}]
    data = {"custom_id": "m", "title": "M", "components": rows} if kind == 9 else None
    body = (await asked.respond(kind, data, "?with_response=true")).body
    assert (body["interaction"]["id"], "resource" in body) == (asked.data["id"], False)
    assert ("response_message_id" in body["interaction"]) is (kind == 5)


async def test_an_answer_to_a_modal_says_what_had_opened_it(bot: Bot) -> None:
    opener = await bot.asked()
    rows = [{"type": 1, "components": [{"type": 4, "custom_id": "a", "style": 1, "label": "A"}]}]
    modal = {"custom_id": "m", "title": "M", "components": rows}
    assert (await opener.respond(9, modal)).status == 204
    asked = await bot.asked("submit", modal=modal, channel="general", values={"a": "b"})
    body = (await asked.respond(4, {"content": "x"}, "?with_response=true")).body
    metadata = body["resource"]["message"]["interaction_metadata"]
    trigger = metadata["triggering_interaction_metadata"]
    assert (metadata["id"], metadata["type"]) == (asked.data["id"], 5)
    assert (trigger["id"], trigger["type"]) == (opener.data["id"], 2)


async def test_a_deferred_original_is_loading_until_it_is_edited(bot: Bot) -> None:
    asked = await bot.asked()
    await asked.respond(5)
    assert (await asked.hook("GET", "/messages/@original")).body["flags"] == 128
    edited = (await asked.hook("PATCH", "/messages/@original", {"content": "here"})).body
    assert (edited["content"], edited["flags"], edited["edited_timestamp"]) == ("here", 0, None)


async def test_the_first_follow_up_takes_the_place_of_thinking(bot: Bot) -> None:
    asked = await bot.asked()
    await asked.respond(5, {"flags": 64})
    first = (await asked.hook("POST", "?wait=true", {"content": "one"})).body
    assert (first["id"], first["flags"]) == ((await asked.hook("GET", "/messages/@original")).body["id"], 64)
    second = (await asked.hook("POST", "?wait=true", {"content": "two"})).body
    assert (second["id"] != first["id"], second["flags"]) == (True, 0)


async def test_follow_ups_are_read_changed_and_deleted(bot: Bot) -> None:
    asked, other = await bot.asked(), await bot.asked()
    await asked.respond(4, {"content": "one"})
    await other.respond(4, {"content": "other"})
    path = f"/messages/{(await asked.hook('POST', '', {'content': 'two', 'flags': 64})).body['id']}"
    assert (await asked.hook("GET", path)).body["flags"] == 64
    assert (await asked.hook("PATCH", path, {"content": "three"})).body["content"] == "three"
    assert (await other.hook("GET", path)).code == 10008
    assert (await asked.hook("DELETE", path)).status == 204
    assert (await asked.hook("GET", path)).code == 10008
    assert (await asked.hook("DELETE", "/messages/@original")).status == 204
    assert (await asked.hook("PATCH", "/messages/@original", {"content": "x"})).code == 10008


async def test_an_ephemeral_message_is_reached_through_its_token_only(bot: Bot) -> None:
    asked = await bot.asked()
    await asked.respond(4, {"content": "psst", "flags": 64})
    message = (await asked.hook("GET", "/messages/@original")).body
    path = f"/channels/{message['channel_id']}/messages"
    assert (await bot.api("GET", f"{path}/{message['id']}")).code == 10008
    assert (await bot.api("GET", path)).body == []


@pytest.mark.parametrize(
    ("choices", "status"),
    [
        ([{"name": "n", "value": str(number)} for number in range(25)], 204),
        ([{"name": "n", "value": str(number)} for number in range(26)], 400),
        ([{"name": "x" * 100, "value": "x" * 100}], 204),
        ([{"name": "x" * 101, "value": "x"}], 400),
        ([{"name": "x", "value": "x" * 101}], 400),
        ([{"name": "", "value": "x"}], 400),
        ([{"name": "x"}], 400),
        ([], 204),
    ],
    ids=["25", "26", "100 each", "name of 101", "value of 101", "no name", "no value", "none"],
)
async def test_autocomplete_has_limits(bot: Bot, choices: list[Any], status: int) -> None:
    asked = await bot.asked(focused="name")
    assert asked.data["type"] == 4
    assert asked.data["data"]["options"][0]["focused"] is True
    assert (await asked.respond(8, {"choices": choices})).status == status


@pytest.mark.parametrize("kind", [4, 5, 6, 7, 9])
async def test_autocomplete_takes_choices_only(bot: Bot, kind: int) -> None:
    asked = await bot.asked(focused="name")
    assert (await asked.respond(kind, {"content": "x"})).code == 50035


async def test_a_component_is_answered_by_an_update_of_its_message(bot: Bot) -> None:
    command = await bot.asked()
    await command.respond(4, {"content": "one", "components": [BUTTON]})
    message = (await command.hook("GET", "/messages/@original")).body
    pressed = await bot.asked("press", message=message["id"], button="Go")
    assert pressed.data["data"] == {"component_type": 2, "custom_id": "go", "id": 2}
    assert pressed.data["message"]["components"] == message["components"]
    assert (await pressed.respond(7, {"content": "two", "components": []})).status == 204
    after = (await pressed.hook("GET", "/messages/@original")).body
    assert (after["id"], after["content"], after["components"]) == (message["id"], "two", [])


async def test_a_deferred_update_is_followed_by_an_edit(bot: Bot) -> None:
    command = await bot.asked()
    await command.respond(4, {"content": "one", "components": [BUTTON]})
    message = (await command.hook("GET", "/messages/@original")).body
    pressed = await bot.asked("press", message=message["id"], button="go")
    assert (await pressed.respond(6)).status == 204
    edited = (await pressed.hook("PATCH", "/messages/@original", {"content": "two"})).body
    assert (edited["id"], edited["content"], len(edited["components"])) == (message["id"], "two", 1)


@pytest.mark.parametrize(
    ("modal", "status"),
    [
        ({"custom_id": "m", "title": "x" * 45}, 204),
        ({"custom_id": "m", "title": "x" * 46}, 400),
        ({"custom_id": "x" * 101, "title": "t"}, 400),
        ({"custom_id": "m", "title": "t", "components": []}, 400),
    ],
)
async def test_modals_have_limits(bot: Bot, modal: dict[str, Any], status: int) -> None:
    rows = [{"type": 1, "components": [{"type": 4, "custom_id": "i", "label": "l", "style": 1}]}]
    asked = await bot.asked()
    assert (await asked.respond(9, {"components": rows, **modal})).status == status


async def test_a_loading_answer_is_seen_growing_by_the_person(bot: Bot) -> None:
    asked = await bot.asked()
    await asked.respond(5)
    thinking = await bot.ada.wait_for("general", lambda message: message.loading)
    await asked.hook("PATCH", "/messages/@original", {"content": "here"})
    grown = await soon(bot.ada.wait_for_revision(thinking, lambda message: message.content == "here"))
    assert not grown.loading
