"""Components as they come back: numbers, defaults, and nothing that Discord does not know."""

from typing import Any

import pytest

from sandbox.rules.messages import read_draft

V2 = 1 << 15
TEXT = {"type": 10, "content": "x"}
BUTTON = {"type": 2, "style": 1, "label": "L", "custom_id": "b"}
URL = "https://example.com/x.png"


def back(*components: dict[str, Any], flags: int = V2) -> list[dict[str, Any]]:
    read = read_draft({"components": list(components), "flags": flags}).components
    assert read is not None
    return read


def test_numbers_are_given_in_order_around_those_that_are_taken() -> None:
    inner = {"type": 9, "components": [TEXT], "accessory": BUTTON}
    (container, text) = back({"type": 17, "components": [inner], "id": 3}, {**TEXT, "id": 2})
    section = container["components"][0]
    assert (container["id"], section["id"], section["components"][0]["id"]) == (3, 1, 4)
    assert (section["accessory"]["id"], text["id"]) == (5, 2)


@pytest.mark.parametrize(
    ("sent", "came_back"),
    [
        ({"type": 14}, {"divider": True, "spacing": 1}),
        ({"type": 14, "divider": False, "spacing": 2}, {"divider": False, "spacing": 2}),
        (
            {"type": 13, "file": {"url": "attachment://x", "size": 1}},
            {"file": {"url": "attachment://x"}, "spoiler": False},
        ),
        (
            {"type": 12, "items": [{"media": {"url": URL, "width": 1}}]},
            {"items": [{"media": {"url": URL}, "description": None, "spoiler": False}]},
        ),
        ({**TEXT, "unknown": 1}, {"content": "x"}),
    ],
    ids=["separator", "another separator", "file", "gallery", "text"],
)
def test_defaults_are_filled_in_and_what_is_unknown_is_dropped(sent: dict[str, Any], came_back: dict[str, Any]) -> None:
    assert back(sent) == [{"type": sent["type"], "id": 1, **came_back}]


def test_a_container_says_what_it_looks_like() -> None:
    (container,) = back({"type": 17, "components": [TEXT]})
    assert (container["accent_color"], container["spoiler"]) == (None, False)


def test_buttons_and_selects_come_back_tidied() -> None:
    emoji = {"name": "blob", "id": 7, "unknown": 1}
    select = {"type": 5, "custom_id": "s", "required": True, "default_values": [{"id": 8, "type": "user"}]}
    options = [{"label": "l", "value": "v", "default": False, "emoji": {"name": "👍", "id": None}}]
    rows = back(
        {"type": 1, "components": [{**BUTTON, "emoji": emoji, "url": None}]},
        {"type": 1, "components": [select]},
        {"type": 1, "components": [{"type": 3, "custom_id": "o", "options": options}]},
        flags=0,
    )
    button, users, texts = (row["components"][0] for row in rows)
    assert button == {**BUTTON, "id": 2, "emoji": {"name": "blob", "id": "7", "animated": False}}
    assert users == {
        "type": 5,
        "id": 4,
        "custom_id": "s",
        "min_values": 1,
        "max_values": 1,
        "default_values": [{"id": "8", "type": "user"}],
    }
    assert texts["options"] == [{"label": "l", "value": "v", "default": False, "emoji": {"name": "👍"}}]


def test_numbers_may_come_as_texts() -> None:
    (row,) = back({"type": 1, "components": [{"type": 5, "custom_id": "s", "max_values": "2"}]})
    assert row["components"][0]["max_values"] == 2
    (container,) = back({"type": 17, "components": [TEXT], "accent_color": "255"})
    assert container["accent_color"] == 255
