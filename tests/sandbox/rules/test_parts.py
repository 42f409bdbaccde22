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


def picking(kind: int = 5, **changes: Any) -> dict[str, Any]:
    """A select that offers users, roles, both or channels, in its row."""
    return rows(row({"type": kind, "custom_id": "p", **changes}))


def link(url: object = "https://example.com", **changes: Any) -> dict[str, Any]:
    return rows(row({"type": 2, "style": 5, "label": "l", "url": url, **changes}))


def premium(**changes: Any) -> dict[str, Any]:
    return rows(row({"type": 2, "style": 6, "sku_id": "1", **changes}))


def media(url: str = "https://example.com/x.png", **changes: Any) -> dict[str, Any]:
    return {"media": {"url": url}, **changes}


def gallery(*items: dict[str, Any]) -> dict[str, Any]:
    return layout({"type": 12, "items": list(items)})


def section(*texts: dict[str, Any], accessory: Any = None) -> dict[str, Any]:
    return {"type": 9, "components": list(texts), "accessory": accessory or button()}


def container(*children: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"type": 17, "components": list(children), **changes}


def users(count: int) -> list[dict[str, Any]]:
    return [{"id": str(number), "type": "user"} for number in range(count)]


def chosen(count: int) -> list[dict[str, Any]]:
    return [{"label": "l", "value": str(number), "default": number < count} for number in range(25)]


FIELD = {"name": "n", "value": "v"}
FITS = {
    "10 embeds": {"embeds": [{"title": "t"}] * 10},
    "title of 256": embed(title="x" * 256),
    "description of 4096": embed(description="x" * 4096),
    "25 fields": embed(fields=[FIELD] * 25),
    "field name of 256": embed(fields=[{**FIELD, "name": "x" * 256}]),
    "empty field value": embed(fields=[{"name": "n", "value": ""}]),
    "field value of 1024": embed(fields=[{**FIELD, "value": "x" * 1024}]),
    "footer of 2048": embed(footer={"text": "x" * 2048}),
    "6000 in all embeds": {"embeds": [{"description": "x" * 3000}] * 2},
    "5 rows of 5 buttons": rows(*(row(*(button(5 * i + j) for j in range(5))) for i in range(5))),
    "label of 80": rows(row(button(label="x" * 80))),
    "custom id of 100": rows(row(button(custom_id="x" * 100))),
    "link button": rows(row({"type": 2, "style": 5, "label": "l", "url": "https://example.com"})),
    "25 options": rows(row(select(25))),
    "placeholder of 150": rows(row(select(placeholder="x" * 150))),
    **{f"select of type {kind}": picking(kind) for kind in (5, 6, 7, 8)},
    **{f"button of style {style}": rows(row(button(style=style))) for style in (1, 2, 3, 4)},
    "emoji of Unicode": rows(row(button(label=None, emoji={"name": "👍🏽"}))),
    "keycap": rows(row(button(emoji={"name": "1\N{VARIATION SELECTOR-16}\N{COMBINING ENCLOSING KEYCAP}"}))),
    "emoji that is a letter to Unicode": rows(row(button(emoji={"name": "ℹ\N{VARIATION SELECTOR-16}"}))),
    "emoji of a server": rows(row(button(emoji={"name": "blob", "id": "1", "animated": True}))),
    "link of 512": link("https://example.com/" + "x" * 492),
    "link into Discord": link("discord://-/channels/@me"),
    "premium button": premium(),
    "between 0 and 25": picking(min_values=0, max_values=25),
    "as many as there are options": rows(row(select(3, max_values=3))),
    "nothing required of a message": rows(row(select(1, min_values=0, required=True))),
    "25 chosen": rows(row(select(options=chosen(25), max_values=25))),
    "25 defaults": picking(default_values=users(25), max_values=25),
    "defaults of both kinds": picking(7, max_values=2, default_values=[*users(1), {"id": "9", "type": "role"}]),
    "types of channels": picking(8, channel_types=[0, 5, 15]),
    "option of 100": rows(row(select(options=[{"label": "x" * 100, "value": "x" * 100, "description": "x" * 100}]))),
    "custom id that sounds like none": rows(row(button(1)), row(button(custom_id="None"))),
    "largest number": rows(row(button(id=2**31 - 1))),
    "numbers of 0": rows(row(button(1, id=0), button(2, id=0))),
    "40 components": layout(*[text()] * 40),
    "4000 characters": layout(text(2000), text(2000)),
    "40 components in a container": layout(container(*[text()] * 39)),
    "container": layout(container(text(), {"type": 14}, row(button()), accent_color=0xFFFFFF, spoiler=True)),
    "section with a button": layout(section(text())),
    "section of 3 texts": layout(section(text(), text(), text())),
    "section with a thumbnail": layout(section(text(), accessory={"type": 11, **media(description="x" * 1024)})),
    "section in a container": layout(container(section(text()))),
    "gallery of 1": gallery(media()),
    "gallery of 10": gallery(*[media()] * 10),
    "item of 1024": gallery(media(description="x" * 1024, spoiler=True)),
    "attached item": gallery(media("attachment://x.png")),
    "file": layout({"type": 13, "file": {"url": "attachment://x.txt"}, "spoiler": True}),
    "separators": layout({"type": 14}, {"type": 14, "divider": False, "spacing": 2}),
    "row in a layout": layout(row(select())),
}
DOES_NOT_FIT = {
    "11 embeds": {"embeds": [{"title": "t"}] * 11},
    "title of 257": embed(title="x" * 257),
    "description of 4097": embed(description="x" * 4097),
    "26 fields": embed(fields=[FIELD] * 26),
    "field name of 257": embed(fields=[{**FIELD, "name": "x" * 257}]),
    "field value of 1025": embed(fields=[{**FIELD, "value": "x" * 1025}]),
    "field without value": embed(fields=[{"name": "n"}]),
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
    "style 0": rows(row(button(style=0))),
    "style 7": rows(row(button(style=7))),
    "no style": rows(row({"type": 2, "label": "l", "custom_id": "c"})),
    "label that is no text": rows(row(button(label=7))),
    "disabled that is no truth": rows(row(button(disabled="no"))),
    "custom id and url": rows(row(button(url="https://example.com"))),
    "link with a custom id": link(custom_id="c"),
    "link of 513": link("https://example.com/" + "x" * 493),
    "link of another scheme": link("ftp://example.com"),
    "link without a scheme": link("example.com"),
    "link to nowhere": link("https://"),
    "link that is no text": link(7),
    "link that cannot be read": link("https://[x"),
    "premium button without its article": premium(sku_id=None),
    "premium button with a label": premium(label="l"),
    "premium button with a custom id": premium(custom_id="c"),
    "no emoji": rows(row(button(emoji={}))),
    "emoji that is a word": rows(row(button(emoji={"name": "thumbsup"}))),
    "emoji with a word": rows(row(button(emoji={"name": "👍 ok"}))),
    "emoji that is no object": rows(row(button(emoji="👍"))),
    "emoji of no server": rows(row(button(emoji={"name": "blob", "id": "x"}))),
    "number below 0": rows(row(button(id=-1))),
    "number beyond all": rows(row(button(id=2**31))),
    "same number twice": rows(row(button(1, id=7), button(2, id=7))),
    "link without url": rows(row({"type": 2, "style": 5, "label": "l"})),
    "same custom id twice": rows(row(button(1), button(1))),
    "same custom id in two rows": rows(row(button(1)), row(button(1))),
    "no options": rows(row(select(0))),
    "26 options": rows(row(select(26))),
    "same value twice": rows(row(select(options=[{"label": "a", "value": "v"}] * 2))),
    "option of 101": rows(row(select(options=[{"label": "x" * 101, "value": "v"}]))),
    "option with a value of 101": rows(row(select(options=[{"label": "l", "value": "x" * 101}]))),
    "option with a description of 101": rows(
        row(select(options=[{"label": "l", "value": "v", "description": "x" * 101}]))
    ),
    "option with no emoji": rows(row(select(options=[{"label": "l", "value": "v", "emoji": {"name": "a"}}]))),
    "more than there are options": rows(row(select(2, max_values=3))),
    "more chosen than can be": rows(row(select(options=chosen(2)))),
    "at least -1": picking(min_values=-1),
    "at least 26": picking(min_values=26, max_values=25),
    "at most 0": picking(min_values=0, max_values=0),
    "at most 26": picking(max_values=26),
    "more than at most": picking(min_values=2),
    "26 defaults": picking(default_values=users(26), max_values=25),
    "more defaults than can be": picking(default_values=users(2)),
    "fewer defaults than must be": picking(default_values=users(1), min_values=2, max_values=2),
    "default of another kind": picking(6, default_values=users(1)),
    "unknown type of channel": picking(8, channel_types=[99]),
    "select without a custom id": rows(row({"type": 5})),
    "text input in a message": rows(row({"type": 4, "custom_id": "t", "style": 1, "label": "l"})),
    "label in a message": layout({"type": 18, "label": "l", "component": {"type": 4, "custom_id": "t", "style": 1}}),
    "placeholder of 151": rows(row(select(placeholder="x" * 151))),
    "button without a row": rows(button()),
    "not a list": {"components": "x"},
    "not objects": {"embeds": [1]},
    "layout without the flag": rows(text()),
    "41 components": layout(*[text()] * 41),
    "4001 characters": layout(text(2000), text(2001)),
    "content beside a layout": layout(text(), content="x"),
    "embeds beside a layout": layout(text(), embeds=[{"title": "t"}]),
    "empty text": layout(text(0)),
    "text that is no text": layout({"type": 10, "content": 7}),
    "section without accessory": layout({"type": 9, "components": [text()]}),
    "section without text": layout(section()),
    "section of 4 texts": layout(section(text(), text(), text(), text())),
    "section of a button": layout(section(button())),
    "section with a text beside it": layout(section(text(), accessory=text())),
    "thumbnail by itself": layout({"type": 11, **media()}),
    "thumbnail without media": layout(section(text(), accessory={"type": 11})),
    "button by itself in a layout": layout(button()),
    "empty gallery": gallery(),
    "gallery of 11": gallery(*[media()] * 11),
    "item of 1025": gallery(media(description="x" * 1025)),
    "item without description": gallery(media(description="")),
    "item without media": gallery({"description": "d"}),
    "item of another scheme": gallery(media("ftp://example.com/x.png")),
    "item with an address of 2049": gallery(media("https://example.com/" + "x" * 2029)),
    "file from elsewhere": layout({"type": 13, "file": {"url": "https://example.com/x.txt"}}),
    "file without a file": layout({"type": 13}),
    "spacing of 3": layout({"type": 14, "spacing": 3}),
    "divider that is no truth": layout({"type": 14, "divider": "yes"}),
    "empty container": layout(container()),
    "container in a container": layout(container(container(text()))),
    "color beyond all": layout(container(text(), accent_color=0x1000000)),
    "color below 0": layout(container(text(), accent_color=-1)),
    "41 components in a container": layout(container(*[text()] * 40)),
    "same custom id in a section": layout(section(text()), section(text())),
    "type that is a text": layout({"type": "10", "content": "x"}),
    "no type": layout({"content": "x"}),
    "row of no objects": rows({"type": 1, "components": [7]}),
    "row that is no list": rows({"type": 1, "components": "x"}),
    "accessory that is no object": layout({"type": 9, "components": [text()], "accessory": 7}),
    "deeper than anything": layout(container(container(container(container(container(container(text()))))))),
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


WHERE = [
    (rows(row(button(label="x" * 81))), (0, "components", 0, "label"), "BASE_TYPE_MAX_LENGTH"),
    (rows(row(button(1), button(1))), (0, "components", 1, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED"),
    (rows(row(button(emoji={}))), (0, "components", 0, "emoji", "name"), "BUTTON_COMPONENT_INVALID_EMOJI"),
    (rows(row(button(custom_id=None))), (0, "components", 0, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED"),
    (link("ftp://x"), (0, "components", 0, "url"), "URL_TYPE_INVALID_SCHEME"),
    (rows(text()), (0,), "UNION_TYPE_CHOICES"),
    (layout(section(text(), accessory=text())), (0, "accessory"), "UNION_TYPE_CHOICES"),
    (layout(container(text(0))), (0, "components", 0, "content"), "BASE_TYPE_BAD_LENGTH"),
]


@pytest.mark.parametrize(("body", "path", "code"), WHERE, ids=[code for _, _, code in WHERE])
def test_findings_say_where_they_are(body: dict[str, Any], path: tuple[str | int, ...], code: str) -> None:
    with pytest.raises(DiscordError) as refused:
        read_draft(body, base=("data",))
    at = refused.value.body()["errors"]["data"]["components"]
    for step in path:
        at = at[str(step)]
    assert at["_errors"][0]["code"] == code


@pytest.mark.parametrize("options", [5, "abc", {"a": 1}, [5]], ids=str)
def test_options_of_a_select_are_a_list_of_objects(options: Any) -> None:
    with pytest.raises(DiscordError) as refused:
        read_draft(rows(row({**select(), "options": options})))
    assert refused.value.code == 50035
