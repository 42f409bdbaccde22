"""What an interaction's token is good for after the first response, and what its messages say of it."""

from typing import Any

import pytest

from sandbox import ManualClock, Sandbox
from sandbox.actor import Person
from tests.sandbox.raw import Api
from tests.sandbox.scripted import Asked, Scripted

BUTTON = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Go", "custom_id": "go"}]}
FIELD = {"type": 18, "label": "l", "component": {"type": 4, "custom_id": "i", "style": 1}}
MODAL = {"custom_id": "m", "title": "t", "components": [FIELD]}
MESSAGE = {"content": "x"}
QUIET = {"content": "psst", "flags": 64}
TOKEN = 15 * 60.0


async def test_the_token_lives_fifteen_minutes(scripted: Scripted, clock: ManualClock) -> None:
    asked = await scripted.answered({"content": "one"})
    clock.move(TOKEN)
    assert (await asked.hook("PATCH", "/messages/@original", {"content": "two"})).status == 200
    clock.move(0.001)
    for method, rest in (
        ("PATCH", "/messages/@original"),
        ("GET", "/messages/@original"),
        ("DELETE", "/messages/@original"),
        ("POST", ""),
    ):
        answer = await asked.hook(method, rest, {"content": "three"} if method in ("PATCH", "POST") else None)
        assert (answer.status, answer.code) == (401, 50027)


async def test_a_webhook_of_nobody_is_unknown(scripted: Scripted) -> None:
    asked = await scripted.asked()
    await asked.respond(5)
    for changed in ({"token": "no"}, {"application_id": "1"}):
        for method, rest, body in (
            ("POST", "", MESSAGE),
            ("GET", "/messages/@original", None),
            ("PATCH", "/messages/@original", MESSAGE),
            ("DELETE", "/messages/@original", None),
        ):
            answer = await Asked(scripted.api, asked.data | changed).hook(method, rest, body)
            assert (answer.status, answer.code) == (404, 10015)


@pytest.mark.parametrize("focused", [None, "name"], ids=["before the first response", "of a completion"])
async def test_a_token_is_good_for_nothing_without_a_response_that_stays(
    scripted: Scripted, focused: str | None
) -> None:
    asked = await scripted.asked(focused=focused)
    if focused is not None:
        await asked.respond(8, {"choices": []})
    assert (await asked.hook("POST", "", MESSAGE)).code == 10015
    assert (await asked.hook("GET", "/messages/@original")).code == 10015


async def test_a_deferred_original_is_loading_until_it_is_edited(scripted: Scripted) -> None:
    asked = await scripted.asked()
    await asked.respond(5)
    assert (await asked.original())["flags"] == 128
    edited = (await asked.hook("PATCH", "/messages/@original", {"content": "here"})).body
    assert (edited["content"], edited["flags"], edited["edited_timestamp"]) == ("here", 0, None)
    again = (await asked.hook("PATCH", "/messages/@original", {"content": "there"})).body
    assert again["edited_timestamp"] is not None


@pytest.mark.parametrize(("deferred", "then"), [(64, 0), (0, 64), (64, 64), (0, 0)])
async def test_the_first_follow_up_takes_the_place_of_thinking_and_is_as_private_as_that(
    scripted: Scripted, deferred: int, then: int
) -> None:
    asked = await scripted.asked()
    await asked.respond(5, {"flags": deferred})
    first = (await asked.hook("POST", "?wait=true", {"content": "one", "flags": then})).body
    assert (first["id"], first["flags"]) == ((await asked.original())["id"], deferred)
    second = (await asked.hook("POST", "?wait=true", {"content": "two", "flags": then})).body
    assert (second["id"] != first["id"], second["flags"]) == (True, then)


async def test_thinking_becomes_a_layout(scripted: Scripted) -> None:
    asked = await scripted.asked()
    await asked.respond(5, {"flags": 64 | 1 << 15})
    assert (await asked.original())["flags"] == 64 | 128
    layout = {"components": [{"type": 10, "content": "x"}], "flags": 1 << 15}
    edited = (await asked.hook("PATCH", "/messages/@original", layout)).body
    assert (edited["flags"], edited["components"]) == (64 | 1 << 15, [{"type": 10, "id": 1, "content": "x"}])


async def test_follow_ups_are_read_changed_and_deleted(scripted: Scripted) -> None:
    asked, other = await scripted.asked(), await scripted.asked()
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
    assert (await asked.hook("POST", "", {"content": "still"})).status == 200


async def test_what_is_wrong_with_a_follow_up_is_told(scripted: Scripted) -> None:
    asked = await scripted.answered(MESSAGE)
    assert (await asked.hook("POST", "", {"content": "x" * 2001})).found("content") == ["BASE_TYPE_MAX_LENGTH"]
    assert (await asked.hook("POST", "", {})).code == 50006
    assert (await asked.hook("PATCH", "/messages/@original", {"content": ""})).code == 50006


async def test_files_come_with_every_kind_of_message(scripted: Scripted) -> None:
    asked = await scripted.asked()
    assert (await asked.respond(4, MESSAGE, file=True)).status == 204
    followed = (await asked.hook("POST", "", MESSAGE, file=True)).body
    edited = (await asked.hook("PATCH", "/messages/@original", {"attachments": [{"id": 0}]}, file=True)).body
    for message in (followed, edited):
        assert [attachment["filename"] for attachment in message["attachments"]] == ["x.txt"]


async def test_an_ephemeral_message_is_reached_through_its_token_only(
    scripted: Scripted, sandbox: Sandbox, ada: Person, ben: Person
) -> None:
    asked = await scripted.answered(QUIET)
    message = await asked.original()
    path = f"/channels/{message['channel_id']}/messages"
    for method, body in (("GET", None), ("PATCH", MESSAGE), ("DELETE", None)):
        assert (await scripted.api(method, f"{path}/{message['id']}", body)).code == 10008
    assert (await scripted.api("GET", path)).body == []
    assert (await scripted.api("GET", f"/channels/{message['channel_id']}")).body["last_message_id"] is None
    await asked.hook("PATCH", "/messages/@original", {"content": "changed"})
    assert [each.content for each in await ada.history("general")] == ["changed"]
    assert await ben.history("general") == []
    await asked.hook("DELETE", "/messages/@original")
    assert await ada.history("general") == []
    assert not [event for event in sandbox.events_sent if event.name.startswith("MESSAGE_")]


async def test_a_button_of_an_ephemeral_message_is_pressed_by_its_person_only(scripted: Scripted) -> None:
    message = await (await scripted.answered({**QUIET, "components": [BUTTON]})).original()
    refused = await scripted.act("press", "ben", message=message["id"], button="Go")
    assert (refused["status"], refused["problem"]) == (400, "unknown")
    pressed = await scripted.asked("press", message=message["id"], button="Go")
    assert pressed.data["message"]["flags"] == 64
    assert (await pressed.respond(7, {"content": "again"})).status == 204
    assert (await pressed.original())["content"] == "again"


# What the messages say of the interaction


def about(asked: Asked, kind: int = 2, **more: Any) -> dict[str, Any]:
    user = asked.data["member"]["user"]
    owners = {"0": asked.data["guild_id"]}
    return {"id": asked.data["id"], "type": kind, "user": user, "authorizing_integration_owners": owners, **more}


async def test_the_answer_to_a_command_says_who_ran_it(scripted: Scripted) -> None:
    asked = await scripted.answered(MESSAGE)
    message = await asked.original()
    assert (message["type"], message["webhook_id"]) == (20, asked.data["application_id"])
    assert message["interaction_metadata"] == about(asked)
    assert (message["interaction"]["name"], message["interaction"]["id"]) == ("model", asked.data["id"])
    assert "message_reference" not in message


async def test_a_follow_up_is_a_reply_to_the_first_response(scripted: Scripted) -> None:
    asked = await scripted.answered(MESSAGE)
    first = await asked.original()
    followed = (await asked.hook("POST", "", MESSAGE)).body
    assert followed["interaction_metadata"] == about(asked, original_response_message_id=first["id"])
    assert (followed["type"], followed["message_reference"]["message_id"]) == (19, first["id"])
    assert (followed["mentions"], "interaction" in followed) == ([], False)


async def test_nothing_is_a_reply_to_what_others_do_not_see(scripted: Scripted) -> None:
    asked = await scripted.answered(QUIET)
    aloud, quiet = (await asked.hook("POST", "", MESSAGE)).body, (await asked.hook("POST", "", QUIET)).body
    assert (aloud["type"], "message_reference" in aloud) == (0, False)
    assert (quiet["type"], quiet["referenced_message"]["content"]) == (19, "psst")


async def test_the_answer_to_a_button_says_of_which_message(scripted: Scripted) -> None:
    shown = await (await scripted.answered({**MESSAGE, "components": [BUTTON]})).original()
    pressed = await scripted.asked("press", message=shown["id"], button="Go")
    await pressed.respond(4, MESSAGE)
    message = await pressed.original()
    assert message["interaction_metadata"] == about(pressed, 3, interacted_message_id=shown["id"])
    assert (message["type"], message["referenced_message"]["id"]) == (19, shown["id"])
    assert "interaction" not in message


async def test_the_answer_to_a_menu_says_on_whom_or_what(scripted: Scripted, ben: Person) -> None:
    on_person = await scripted.asked("commands/on", command="Look", user="ben", channel="general")
    await on_person.respond(4, MESSAGE)
    message = await on_person.original()
    assert (message["type"], message["interaction"]["name"]) == (23, "Look")
    assert message["interaction_metadata"]["target_user"]["username"] == "ben"
    said = await ben.say("general", "hello")
    on_message = await scripted.asked("commands/on", command="Ask", message=str(said.id))
    await on_message.respond(4, MESSAGE)
    message = await on_message.original()
    assert (message["type"], message["interaction_metadata"]["target_message_id"]) == (23, str(said.id))
    assert message["referenced_message"]["content"] == "hello"
    assert message["mentions"] == []


@pytest.mark.parametrize("by_button", [False, True])
async def test_the_answer_to_a_modal_says_what_had_opened_it(scripted: Scripted, by_button: bool) -> None:
    opener = await scripted.asked()
    if by_button:
        await opener.respond(4, {**MESSAGE, "components": [BUTTON]})
        shown = await opener.original()
        opener = await scripted.asked("press", message=shown["id"], button="Go")
    await opener.respond(9, MODAL)
    submitted = await scripted.asked("submit", interaction=opener.data["id"], values={"i": "v"})
    await submitted.respond(4, MESSAGE)
    message = await submitted.original()
    of_opener = about(opener, 3, interacted_message_id=shown["id"]) if by_button else about(opener)
    assert message["interaction_metadata"] == about(submitted, 5, triggering_interaction_metadata=of_opener)
    assert message["type"] == (19 if by_button else 0)


async def test_an_answer_in_a_direct_message_belongs_to_no_server(scripted: Scripted) -> None:
    asked = await scripted.asked(channel="@TinyLLM")
    await asked.respond(4, MESSAGE)
    assert (await asked.original())["interaction_metadata"]["authorizing_integration_owners"] == {"0": "0"}


async def test_what_only_people_installed_says_so(scripted: Scripted, api: Api) -> None:
    body = {"name": "mine", "description": "d", "integration_types": [1]}
    await api("POST", f"{await api.application()}/commands", body)
    asked = await scripted.asked(command="mine", options={})
    owners = {"1": asked.data["member"]["user"]["id"]}
    assert asked.data["authorizing_integration_owners"] == owners
    await asked.respond(4, {**MESSAGE, "components": [BUTTON]})
    message = await asked.original()
    assert message["interaction_metadata"]["authorizing_integration_owners"] == owners
    pressed = await scripted.asked("press", message=message["id"], button="Go")
    assert pressed.data["authorizing_integration_owners"] == owners
