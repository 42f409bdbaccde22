"""The first response to an interaction: what fits, when it is too late, and what comes of it."""

import asyncio
from typing import Any

import pytest

from sandbox import ManualClock
from sandbox.actor import Person
from tests.sandbox.raw import Api, soon
from tests.sandbox.scripted import Asked, Scripted

BUTTON = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}
ROW = {"type": 1, "components": [{"type": 4, "custom_id": "i", "label": "l", "style": 1}]}
MODAL = {"custom_id": "m", "title": "t", "components": [ROW]}
MESSAGE = {"content": "x"}
FIRST = 3.0
DATA: dict[int, Any] = {4: MESSAGE, 5: None, 6: None, 7: MESSAGE, 8: {"choices": []}, 9: MODAL}
EVERY_KIND = (1, 4, 5, 6, 7, 8, 9, 10, 12, 13)


async def opened(scripted: Scripted, what: str) -> Asked:
    """An interaction of each kind."""
    if what == "command":
        return await scripted.asked()
    if what == "completion":
        return await scripted.asked(focused="name")
    if what == "menu":
        return await scripted.asked("commands/on", command="Look", user="ben", channel="general")
    if what == "modal of a command":
        asked = await scripted.answered(MODAL, 9)
        return await scripted.asked("submit", interaction=asked.data["id"], values={"i": "v"})
    message = await (await scripted.answered({**MESSAGE, "components": [BUTTON]})).original()
    asked = await scripted.asked("press", message=message["id"], button="Go")
    if what == "button":
        return asked
    await asked.respond(9, MODAL)
    return await scripted.asked("submit", interaction=asked.data["id"], values={"i": "v"})


@pytest.mark.parametrize(
    ("what", "allowed"),
    [
        ("command", {4, 5, 9}),
        ("menu", {4, 5, 9}),
        ("completion", {8}),
        ("button", {4, 5, 6, 7, 9}),
        ("modal of a command", {4, 5}),
        ("modal of a button", {4, 5, 6, 7}),
    ],
)
async def test_only_what_fits_is_a_response(scripted: Scripted, what: str, allowed: set[int]) -> None:
    fitting = set()
    for kind in EVERY_KIND:
        answer = await (await opened(scripted, what)).respond(kind, DATA.get(kind))
        if answer.status == 204:
            fitting.add(kind)
        else:
            assert answer.found("type") == ["BASE_TYPE_CHOICES"]
    assert fitting == allowed


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({}, ("type",)),
        ({"type": True}, ("type",)),
        ({"type": "4"}, ("type",)),
        ({"type": [4]}, ("type",)),
        ({"type": 4, "data": "x"}, ("data",)),
    ],
)
async def test_nonsense_is_no_response(scripted: Scripted, body: dict[str, Any], found: tuple[str, ...]) -> None:
    asked = await scripted.asked()
    answer = await scripted.api("POST", f"/interactions/{asked.data['id']}/{asked.data['token']}/callback", body)
    assert (answer.status, answer.code) == (400, 50035)
    assert answer.found(*found)


async def test_three_seconds_are_in_time_and_more_are_not(scripted: Scripted, clock: ManualClock) -> None:
    in_time, too_late = await scripted.asked(), await scripted.asked()
    clock.move(FIRST)
    assert (await in_time.respond(4, MESSAGE)).status == 204
    clock.move(0.001)
    answer = await too_late.respond(4, MESSAGE)
    assert (answer.status, answer.code) == (404, 10062)
    assert (await too_late.hook("POST", "", MESSAGE)).code == 10015


async def test_a_second_first_response_is_refused(scripted: Scripted) -> None:
    asked = await scripted.asked()
    assert (await asked.respond(5)).status == 204
    answer = await asked.respond(4, MESSAGE)
    assert (answer.status, answer.code) == (400, 40060)


@pytest.mark.parametrize("what", ["command", "completion", "button", "modal of a command"])
async def test_of_many_responses_at_once_one_counts(scripted: Scripted, what: str) -> None:
    asked = await opened(scripted, what)
    kind = 8 if what == "completion" else 4
    answers = await asyncio.gather(*(asked.respond(kind, DATA[kind]) for _ in range(5)))
    assert sorted(answer.status for answer in answers) == [204, 400, 400, 400, 400]
    assert {answer.code for answer in answers if answer.status == 400} == {40060}


async def test_an_unknown_token_or_id_is_an_unknown_interaction(scripted: Scripted) -> None:
    asked = await scripted.asked()
    for changed in ({"token": "no"}, {"id": "1"}, {"id": "x"}):
        answer = await Asked(scripted.api, asked.data | changed).respond(5)
        assert (answer.status, answer.code) == (404, 10062)


async def test_no_token_is_needed_beside_the_interactions(scripted: Scripted, api: Api) -> None:
    asked = await scripted.asked()
    api.token = "somebody else's"
    assert (await asked.respond(4, MESSAGE)).status == 204
    assert (await asked.hook("POST", "", MESSAGE)).status == 200


async def test_a_refused_response_leaves_the_interaction_open(scripted: Scripted) -> None:
    asked = await scripted.asked()
    answer = await asked.respond(4, {"content": "x" * 2001})
    assert answer.found("data", "content") == ["BASE_TYPE_MAX_LENGTH"]
    assert (await asked.respond(4, {"content": ""})).code == 50006
    assert (await asked.respond(4)).code == 50006
    assert (await asked.respond(9, {})).found("data", "title") == ["BASE_TYPE_REQUIRED"]
    assert (await asked.respond(4, {"content": "x" * 2000})).status == 204


@pytest.mark.parametrize("flags", [0, 64])
@pytest.mark.parametrize("kind", [4, 5])
async def test_the_response_is_returned_when_asked_for(scripted: Scripted, flags: int, kind: int) -> None:
    asked = await scripted.asked()
    body = (await asked.respond(kind, {**MESSAGE, "flags": flags}, "?with_response=true")).body
    message = await asked.original()
    assert body["interaction"] == {
        "id": asked.data["id"],
        "type": 2,
        "response_message_id": message["id"],
        "response_message_loading": kind == 5,
        "response_message_ephemeral": bool(flags),
        "channel_id": asked.data["channel_id"],
        "guild_id": asked.data["guild_id"],
    }
    assert (message["flags"], message["type"]) == (flags | (128 if kind == 5 else 0), 20)
    # What only thinks has made nothing yet that could be shown.
    assert body.get("resource") == (None if kind == 5 else {"type": 4, "message": message})


async def test_a_response_without_a_message_of_its_own_says_so(scripted: Scripted) -> None:
    asked = await scripted.asked()
    assert (await asked.respond(9, MODAL, "?with_response=1")).body == {
        "interaction": {"id": asked.data["id"], "type": 2}
    }
    pressed = await opened(scripted, "button")
    body = (await pressed.respond(6, None, "?with_response=true")).body
    assert body["interaction"]["response_message_id"] == pressed.data["message"]["id"]
    assert "resource" not in body
    updated = await opened(scripted, "button")
    resource = (await updated.respond(7, {"content": "new"}, "?with_response=true")).body["resource"]
    assert (resource["type"], resource["message"]["content"]) == (7, "new")


@pytest.mark.parametrize(
    ("choices", "status"),
    [
        ([{"name": "n", "value": str(number)} for number in range(25)], 204),
        ([{"name": "n", "value": str(number)} for number in range(26)], 400),
        ([{"name": "x" * 100, "value": "x" * 100}], 204),
        ([{"name": "x" * 101, "value": "x"}], 400),
        ([{"name": "x", "value": "x" * 101}], 400),
        ([{"name": "x", "value": "x", "name_localizations": {"fr": "x" * 100}}], 204),
        ([{"name": "x", "value": "x", "name_localizations": {"fr": "x" * 101}}], 400),
        ([{"name": "", "value": "x"}], 400),
        ([{"name": "x"}], 400),
        ([{"name": "x", "value": 1}], 400),
        ([None, {"name": "x", "value": "x"}], 204),
        ("x", 400),
        ([1], 400),
        ([], 204),
    ],
    ids=[
        "25",
        "26",
        "100 each",
        "name of 101",
        "value of 101",
        "translation of 100",
        "translation of 101",
        "no name",
        "no value",
        "value of another type",
        "nothing among them",
        "no list",
        "no objects",
        "none",
    ],
)
async def test_autocomplete_has_limits(scripted: Scripted, choices: Any, status: int) -> None:
    asked = await scripted.asked(focused="name")
    assert asked.data["type"] == 4
    assert (await asked.respond(8, {"choices": choices})).status == status


@pytest.mark.parametrize(
    ("kind", "right", "wrong"), [(3, "a", 1), (4, 1, 0.5), (4, 1, "one"), (10, 0.5, "half")], ids=str
)
async def test_choices_have_the_type_of_the_option(scripted: Scripted, kind: int, right: Any, wrong: Any) -> None:
    option = {"type": kind, "name": "number", "description": "d", "autocomplete": True}
    body = {"name": "count", "description": "d", "options": [option]}
    await scripted.api("POST", f"{await scripted.api.application()}/commands", body)
    for value, status in ((wrong, 400), (right, 204)):
        asked = await scripted.asked(command="count", options={"number": "1"}, focused="number")
        assert asked.data["data"]["options"] == [{"type": kind, "name": "number", "value": "1", "focused": True}]
        assert (await asked.respond(8, {"choices": [{"name": "n", "value": value}]})).status == status


async def test_a_component_is_answered_by_an_update_of_its_message(scripted: Scripted) -> None:
    message = await (await scripted.answered({"content": "one", "components": [BUTTON]})).original()
    pressed = await scripted.asked("press", message=message["id"], button="Go")
    assert pressed.data["data"] == {"component_type": 2, "custom_id": "go", "id": 2}
    assert pressed.data["message"] == message
    assert (await pressed.respond(7, {"content": "two", "components": []})).status == 204
    after = await pressed.original()
    assert (after["id"], after["content"], after["components"]) == (message["id"], "two", [])


async def test_a_deferred_update_is_followed_by_an_edit(scripted: Scripted) -> None:
    pressed = await opened(scripted, "button")
    assert (await pressed.respond(6)).status == 204
    edited = (await pressed.hook("PATCH", "/messages/@original", {"content": "two"})).body
    assert (edited["id"], edited["content"]) == (pressed.data["message"]["id"], "two")
    assert len(edited["components"]) == 1


async def test_a_message_that_is_gone_is_not_updated(scripted: Scripted) -> None:
    pressed = await opened(scripted, "button")
    path = f"/channels/{pressed.data['channel_id']}/messages/{pressed.data['message']['id']}"
    assert (await scripted.api("DELETE", path)).status == 204
    assert (await pressed.respond(7, MESSAGE)).code == 10008
    assert (await pressed.respond(6)).status == 204


async def test_a_modal_that_a_button_opened_updates_the_buttons_message(scripted: Scripted) -> None:
    submitted = await opened(scripted, "modal of a button")
    assert submitted.data["message"]["components"][0]["components"][0]["custom_id"] == "go"
    assert (await submitted.respond(7, {"content": "filled"})).status == 204
    assert (await submitted.original())["id"] == submitted.data["message"]["id"]
    assert "message" not in (await opened(scripted, "modal of a command")).data


async def test_an_edit_keeps_the_components_of_a_layout_and_nothing_beside_them(scripted: Scripted) -> None:
    text = {"type": 10, "content": "x"}
    asked = await scripted.answered({"components": [text], "flags": 1 << 15})
    refused = await asked.hook("PATCH", "/messages/@original", {"content": "y"})
    assert refused.found("content") == ["MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"]
    edited = (await asked.hook("PATCH", "/messages/@original", {"components": [text, text], "flags": 0})).body
    assert (len(edited["components"]), edited["flags"]) == (2, 1 << 15)


async def test_a_message_becomes_a_layout_once_its_words_are_gone(scripted: Scripted) -> None:
    asked = await scripted.answered(MESSAGE)
    layout = {"components": [{"type": 10, "content": "x"}], "flags": 1 << 15}
    assert (await asked.hook("PATCH", "/messages/@original", layout)).code == 50035
    assert (await asked.original())["components"] == []
    edited = (await asked.hook("PATCH", "/messages/@original", {**layout, "content": None})).body
    assert (edited["content"], edited["flags"]) == ("", 1 << 15)


async def test_a_layout_shows_only_files_that_are_there(scripted: Scripted) -> None:
    file = {"type": 13, "file": {"url": "attachment://x.txt"}}
    picture = {"type": 12, "items": [{"media": {"url": "https://example.com/x.png"}}]}
    body = {"components": [file, picture], "flags": 1 << 15}
    asked = await scripted.asked()
    assert (await asked.respond(4, body)).code == 50035
    assert (await asked.respond(4, body, file=True)).status == 204
    message = await asked.original()
    shown, gallery = message["components"]
    (attachment,) = message["attachments"]
    assert (shown["name"], shown["size"]) == ("x.txt", 4)
    assert shown["file"]["url"] == attachment["url"]
    assert shown["file"]["attachment_id"] == attachment["id"]
    assert gallery["items"][0]["media"]["proxy_url"] == "https://example.com/x.png"
    async with scripted.api.http.get(shown["file"]["url"]) as response:
        assert await response.read() == b"text"


async def test_people_are_told_what_came_of_it(scripted: Scripted, ada: Person) -> None:
    async with scripted.api.http.ws_connect(f"{scripted.api.sandbox.url}/sandbox/people/ada/feed") as feed:
        await feed.receive_json()
        said = []
        for kind, data in ((4, MESSAGE), (5, None), (9, MODAL)):
            await (await scripted.asked()).respond(kind, data)
            said.append(await next_answer(feed))
        await (await scripted.asked(focused="name")).respond(8, {"choices": [{"name": "n", "value": "v", "more": 1}]})
        choices = await next_answer(feed)
    assert [(each["callback"], each["result"]) for each in said] == [(4, "message"), (5, "deferred"), (9, "modal")]
    assert said[2]["modal"]["components"][0]["components"][0]["id"] == 2
    assert (choices["result"], choices["choices"]) == ("choices", [{"name": "n", "value": "v"}])


async def next_answer(feed: Any) -> dict[str, Any]:
    while True:
        item: dict[str, Any] = await soon(feed.receive_json())
        if item["kind"] == "answer":
            return item


@pytest.mark.parametrize(
    ("what", "sentence"),
    [
        ("command", "The application did not respond"),
        ("button", "This interaction failed"),
        ("completion", "Loading options failed"),
        ("modal of a command", "Something went wrong. Try again."),
    ],
)
async def test_people_are_told_that_nobody_answered(
    scripted: Scripted, clock: ManualClock, what: str, sentence: str
) -> None:
    async with scripted.api.http.ws_connect(f"{scripted.api.sandbox.url}/sandbox/people/ada/feed") as feed:
        await feed.receive_json()
        asked = await opened(scripted, what)
        clock.move(FIRST)
        clock.move(0.001)
        told = await next_answer(feed)
        while told["interaction"] != asked.data["id"]:
            told = await next_answer(feed)
    assert (told["result"], told["sentence"], told["message"]) == ("failed", sentence, None)


async def test_a_loading_answer_is_seen_growing_by_the_person(scripted: Scripted, ada: Person) -> None:
    asked = await scripted.asked()
    await asked.respond(5)
    thinking = await ada.wait_for("general", lambda message: message.loading)
    await asked.hook("PATCH", "/messages/@original", {"content": "here"})
    grown = await soon(ada.wait_for_revision(thinking, lambda message: message.content == "here"))
    assert not grown.loading
