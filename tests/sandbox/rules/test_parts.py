"""Both sides of every limit of embeds, components and layouts."""

from typing import Any

import pytest

from sandbox.errors import DiscordError
from sandbox.rules.messages import read_draft

V2 = 1 << 15


def row(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(parts)}


def button(number: int = 0, **changes: Any) -> dict[str, Any]:
    return {"type": 2, "style": 1, "label": "L", "custom_id": f"b{number}", **changes}


def select(count: int = 1, **changes: Any) -> dict[str, Any]:
    options = [{"label": "l", "value": str(number)} for number in range(count)]
    return {"type": 3, "custom_id": "s", "options": options, **changes}


def embed(**parts: Any) -> dict[str, Any]:
    return {"embeds": [{"title": "t", **parts}]}


def rows(*children: dict[str, Any]) -> dict[str, Any]:
    return {"components": list(children)}


def layout(*children: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"components": list(children), "flags": V2, **more}


def text(length: int = 1) -> dict[str, Any]:
    return {"type": 10, "content": "x" * length}


FIELD = {"name": "n", "value": "v"}
FITS = {
    "10 embeds": {"embeds": [{"title": "t"}] * 10},
    "title of 256": embed(title="x" * 256),
    "description of 4096": embed(description="x" * 4096),
    "25 fields": embed(fields=[FIELD] * 25),
    "field name of 256": embed(fields=[{**FIELD, "name": "x" * 256}]),
    "field value of 1024": embed(fields=[{**FIELD, "value": "x" * 1024}]),
    "footer of 2048": embed(footer={"text": "x" * 2048}),
    "6000 in all embeds": {"embeds": [{"description": "x" * 3000}] * 2},
    "5 rows of 5 buttons": rows(*(row(*(button(5 * i + j) for j in range(5))) for i in range(5))),
    "label of 80": rows(row(button(label="x" * 80))),
    "custom id of 100": rows(row(button(custom_id="x" * 100))),
    "link button": rows(row({"type": 2, "style": 5, "label": "l", "url": "https://example.com"})),
    "25 options": rows(row(select(25))),
    "placeholder of 150": rows(row(select(placeholder="x" * 150))),
    "user select": rows(row({"type": 5, "custom_id": "u"})),
    "40 components": layout(*[text()] * 40),
    "4000 characters": layout(text(2000), text(2000)),
    "container": layout({"type": 17, "components": [text(), {"type": 14}, row(button())]}),
    "section": layout({"type": 9, "components": [text()], "accessory": button()}),
}
DOES_NOT_FIT = {
    "11 embeds": {"embeds": [{"title": "t"}] * 11},
    "title of 257": embed(title="x" * 257),
    "description of 4097": embed(description="x" * 4097),
    "26 fields": embed(fields=[FIELD] * 26),
    "field name of 257": embed(fields=[{**FIELD, "name": "x" * 257}]),
    "field value of 1025": embed(fields=[{**FIELD, "value": "x" * 1025}]),
    "field without value": embed(fields=[{"name": "n", "value": ""}]),
    "footer of 2049": embed(footer={"text": "x" * 2049}),
    "6001 in all embeds": {"embeds": [{"description": "x" * 3000}, {"description": "x" * 3001}]},
    "6 rows": rows(*(row(button(number)) for number in range(6))),
    "6 buttons": rows(row(*(button(number) for number in range(6)))),
    "empty row": rows(row()),
    "2 selects in a row": rows(row(select(), select(custom_id="other"))),
    "select beside a button": rows(row(select(), button())),
    "label of 81": rows(row(button(label="x" * 81))),
    "custom id of 101": rows(row(button(custom_id="x" * 101))),
    "no custom id": rows(row({"type": 2, "style": 1, "label": "l"})),
    "no label": rows(row({"type": 2, "style": 1, "custom_id": "c"})),
    "style 9": rows(row(button(style=9))),
    "link without url": rows(row({"type": 2, "style": 5, "label": "l"})),
    "same custom id twice": rows(row(button(1), button(1))),
    "no options": rows(row(select(0))),
    "26 options": rows(row(select(26))),
    "same value twice": rows(row(select(options=[{"label": "a", "value": "v"}] * 2))),
    "placeholder of 151": rows(row(select(placeholder="x" * 151))),
    "button without a row": rows(button()),
    "not a list": {"components": "x"},
    "not objects": {"embeds": [1]},
    "layout without the flag": rows(text()),
    "41 components": layout(*[text()] * 41),
    "4001 characters": layout(text(2000), text(2001)),
    "content beside a layout": layout(text(), content="x"),
    "embeds beside a layout": layout(text(), embeds=[{"title": "t"}]),
    "section without accessory": layout({"type": 9, "components": [text()]}),
    "container in a container": layout({"type": 17, "components": [{"type": 17, "components": [text()]}]}),
    "content that is no text": {"content": ["x"]},
    "11 files": {"attachments": [{"id": number} for number in range(11)]},
}


@pytest.mark.parametrize("body", FITS.values(), ids=FITS.keys())
def test_it_fits(body: dict[str, Any]) -> None:
    read_draft(body)


@pytest.mark.parametrize("body", DOES_NOT_FIT.values(), ids=DOES_NOT_FIT.keys())
def test_it_does_not_fit(body: dict[str, Any]) -> None:
    with pytest.raises(DiscordError) as refused:
        read_draft(body)
    assert refused.value.code == 50035


def test_findings_say_where_they_are() -> None:
    with pytest.raises(DiscordError) as refused:
        read_draft(rows(row(button(label="x" * 81))), base=("data",))
    label = refused.value.body()["errors"]["data"]["components"]["0"]["components"]["0"]["label"]
    assert label["_errors"][0]["code"] == "BASE_TYPE_MAX_LENGTH"


def test_components_get_numbers_and_keep_their_own() -> None:
    draft = read_draft(rows(row(button(1, id=7), button(2))))
    assert draft.components is not None
    assert [part["id"] for part in draft.components[0]["components"]] == [7, 2]
