"""What a bot is sent when people pick from selects and fill in modals."""

import base64
from typing import Any

import pytest

from tests.sandbox.raw import Api
from tests.sandbox.scripted import Scripted

FILE = {"filename": "notes.txt", "content": base64.b64encode(b"notes").decode()}


# Selects


def row(component: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": [component]}


def select(kind: int, custom_id: str = "s", **changes: Any) -> dict[str, Any]:
    return {"type": kind, "custom_id": custom_id, **changes}


LETTERS = [{"label": letter.upper(), "value": letter} for letter in "abc"]


async def show(scripted: Scripted, *components: dict[str, Any]) -> str:
    """The id of a message with these in rows of their own."""
    rows = [row(component) for component in components]
    return str((await (await scripted.answered({"content": "x", "components": rows})).original())["id"])


@pytest.mark.parametrize(
    ("kind", "values", "kinds"),
    [
        (5, ["ben", "cleo"], {"users", "members"}),
        (6, ["managers"], {"roles"}),
        (7, ["ben", "managers"], {"users", "members", "roles"}),
        (8, ["general", "ideas"], {"channels"}),
    ],
)
async def test_what_is_picked_is_resolved(scripted: Scripted, kind: int, values: list[str], kinds: set[str]) -> None:
    message = await show(scripted, select(kind, max_values=2))
    data = (await scripted.asked("pick", message=message, values=values)).data["data"]
    assert (data["component_type"], data["custom_id"], data["id"]) == (kind, "s", 2)
    assert set(data["resolved"]) == kinds
    assert set(data["values"]) == {key for kind in kinds for key in data["resolved"][kind]}
    again = (await scripted.asked("pick", message=message, values=data["values"])).data["data"]
    assert again == data


async def test_options_are_picked_by_what_is_sent_or_seen(scripted: Scripted) -> None:
    message = await show(scripted, select(3, options=LETTERS, min_values=0, max_values=3))
    for given in (["b", "C"], [], ["a", "b", "c"]):
        data = (await scripted.asked("pick", message=message, values=given)).data["data"]
        assert data["values"] == [value.lower() for value in given]
        assert "resolved" not in data


async def test_the_select_that_takes_the_values_is_meant(scripted: Scripted) -> None:
    message = await show(scripted, select(5, "one"), select(3, "two", options=LETTERS), select(5, "three"))
    for values, custom_id, meant in ((["a"], None, "two"), (["ben"], None, "one"), (["ben"], "three", "three")):
        asked = await scripted.asked("pick", message=message, values=values, custom_id=custom_id)
        assert asked.data["data"]["custom_id"] == meant


@pytest.mark.parametrize(
    ("component", "values"),
    [
        (select(3, options=LETTERS), ["d"]),
        (select(3, options=LETTERS), ["a", "b"]),
        (select(3, options=LETTERS, min_values=2, max_values=3), ["a"]),
        (select(3, options=LETTERS, max_values=2), ["a", "a"]),
        (select(3, options=LETTERS), []),
        (select(5), ["nobody"]),
        (select(6), ["ben"]),
        (select(8, channel_types=[2]), ["general"]),
        (select(5, max_values=1), ["ben", "cleo"]),
    ],
    ids=["unknown", "too many", "too few", "twice", "none", "nobody", "no role", "another channel", "too many people"],
)
async def test_what_cannot_be_picked(scripted: Scripted, component: dict[str, Any], values: list[str]) -> None:
    message = await show(scripted, component)
    for custom_id, problem in ((None, {"unknown"}), ("s", {"bad_option", "unknown"})):
        answer = await scripted.act("pick", message=message, values=values, custom_id=custom_id)
        assert (answer["status"], answer["problem"] in problem) == (400, True)


async def test_what_is_disabled_cannot_be_used(scripted: Scripted) -> None:
    button = {"type": 2, "style": 1, "label": "Go", "custom_id": "go", "disabled": True}
    message = await show(scripted, select(5, disabled=True), button)
    assert (await scripted.act("pick", message=message, values=["ben"]))["problem"] == "not_allowed"
    assert (await scripted.act("press", message=message, button="Go"))["problem"] == "not_allowed"


async def test_a_message_of_nobody_asked_belongs_to_the_server(scripted: Scripted, api: Api) -> None:
    button = {"type": 2, "style": 1, "label": "Go", "custom_id": "go"}
    sent = await api("POST", f"{await api.channel()}/messages", {"content": "x", "components": [row(button)]})
    data = (await scripted.asked("press", message=sent.body["id"], button="go")).data
    assert data["authorizing_integration_owners"] == {"0": data["guild_id"]}


# Modals


def label(kind: int, **changes: Any) -> dict[str, Any]:
    return {"type": 18, "label": "l", "component": {"type": kind, "custom_id": "f", **changes}}


async def show_modal(scripted: Scripted, *parts: dict[str, Any]) -> str:
    """The interaction that it answered."""
    modal = {"custom_id": "m", "title": "t", "components": list(parts)}
    return str((await scripted.answered(modal, 9)).data["id"])


@pytest.mark.parametrize(
    ("part", "value", "sent"),
    [
        (label(4, style=1), "text", {"value": "text"}),
        (label(4, style=1, value="before"), None, {"value": "before"}),
        (label(4, style=1, required=False), None, {"value": ""}),
        (label(4, style=1, min_length=2, max_length=3), "xx", {"value": "xx"}),
        (label(3, options=LETTERS), "a", {"values": ["a"]}),
        (label(3, options=LETTERS), ["B"], {"values": ["b"]}),
        (label(3, options=[{**LETTERS[0], "default": True}]), None, {"values": ["a"]}),
        (label(3, options=LETTERS, required=False), None, {"values": []}),
        (label(21, options=LETTERS), "B", {"value": "b"}),
        (label(21, options=LETTERS, required=False), None, {"value": None}),
        (label(21, options=[LETTERS[0], {**LETTERS[1], "default": True}]), None, {"value": "b"}),
        (label(22, options=LETTERS), ["a", "C"], {"values": ["a", "c"]}),
        (label(22, options=LETTERS, required=False), None, {"values": []}),
        (label(23), None, {"value": False}),
        (label(23, default=True), None, {"value": True}),
        (label(23), True, {"value": True}),
    ],
)
async def test_fields_are_sent_as_they_were_filled_in(
    scripted: Scripted, part: dict[str, Any], value: Any, sent: dict[str, Any]
) -> None:
    values = {} if value is None else {"f": value}
    asked = await scripted.asked("submit", interaction=await show_modal(scripted, part), values=values)
    kind = part["component"]["type"]
    assert asked.data["type"] == 5
    assert asked.data["data"] == {
        "custom_id": "m",
        "components": [{"type": 18, "id": 1, "component": {"type": kind, "id": 2, "custom_id": "f", **sent}}],
    }


@pytest.mark.parametrize(
    ("part", "value", "kinds"),
    [
        (label(5), "ben", {"users", "members"}),
        (label(6), "managers", {"roles"}),
        (label(7, max_values=2), ["ben", "managers"], {"users", "members", "roles"}),
        (label(8), "general", {"channels"}),
        (label(19), FILE, {"attachments"}),
        (label(19, max_values=2), [FILE, FILE], {"attachments"}),
    ],
)
async def test_what_is_picked_in_a_modal_is_resolved(
    scripted: Scripted, part: dict[str, Any], value: Any, kinds: set[str]
) -> None:
    asked = await scripted.asked("submit", interaction=await show_modal(scripted, part), values={"f": value})
    resolved = asked.data["data"]["resolved"]
    values = asked.data["data"]["components"][0]["component"]["values"]
    assert set(resolved) == kinds
    assert set(values) == {key for kind in kinds for key in resolved[kind]}
    assert len(values) == (len(value) if isinstance(value, list) else 1)


async def test_the_older_way_and_plain_texts_have_their_shapes(scripted: Scripted) -> None:
    older = row({"type": 4, "custom_id": "f", "label": "l", "style": 1})
    interaction = await show_modal(scripted, {"type": 10, "content": "x"}, older)
    asked = await scripted.asked("submit", interaction=interaction, values={"f": "v"})
    assert asked.data["data"]["components"] == [
        {"type": 10, "id": 1},
        {"type": 1, "id": 2, "components": [{"type": 4, "id": 3, "custom_id": "f", "value": "v"}]},
    ]


@pytest.mark.parametrize(
    ("part", "value"),
    [
        (label(4, style=1), None),
        (label(4, style=1), ""),
        (label(4, style=1, min_length=2), "x"),
        (label(4, style=1, max_length=2), "xxx"),
        (label(4, style=1), "x" * 4001),
        (label(3, options=LETTERS), None),
        (label(3, options=LETTERS), "d"),
        (label(3, options=LETTERS), ["a", "b"]),
        (label(3, options=LETTERS, required=False, min_values=2, max_values=2), ["a"]),
        (label(5), "nobody"),
        (label(19), None),
        (label(19), [FILE, FILE]),
        (label(19, file_types=["image"]), FILE),
        (label(21, options=LETTERS), None),
        (label(21, options=LETTERS), "d"),
        (label(22, options=LETTERS), None),
        (label(22, options=LETTERS, max_values=1), ["a", "b"]),
        (label(22, options=LETTERS), ["d"]),
        (label(23), "yes"),
    ],
)
async def test_what_the_client_does_not_submit(scripted: Scripted, part: dict[str, Any], value: Any) -> None:
    values = {} if value is None else {"f": value}
    answer = await scripted.act("submit", interaction=await show_modal(scripted, part), values=values)
    assert (answer["status"], answer["problem"]) == (400, "bad_option")


async def test_only_ones_own_modal_can_be_sent_and_only_its_fields(scripted: Scripted) -> None:
    interaction = await show_modal(scripted, label(4, style=1))
    for person, number in (("ben", interaction), ("ada", "1"), ("ada", "x")):
        answer = await scripted.act("submit", person, interaction=number, values={"f": "v"})
        assert answer["problem"] == "unknown"
    assert (await scripted.act("submit", interaction=interaction, values={"g": "v"}))["problem"] == "bad_option"
    again = [await scripted.asked("submit", interaction=interaction, values={"f": "v"}) for _ in range(2)]
    assert again[0].data["id"] != again[1].data["id"]  # after a failure people send it once more
