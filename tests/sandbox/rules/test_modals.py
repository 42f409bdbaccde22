"""Both sides of every limit of modals, and the modal as people are shown it."""

from typing import Any

import pytest

from sandbox.errors import DiscordError
from sandbox.rules.modals import read_modal


def modal(*parts: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"custom_id": "m", "title": "t", "components": list(parts), **changes}


def label(component: Any = None, **changes: Any) -> dict[str, Any]:
    return {"type": 18, "label": "l", "component": component or field(), **changes}


def field(number: int = 0, **changes: Any) -> dict[str, Any]:
    return {"type": 4, "custom_id": f"t{number}", "style": 1, **changes}


def with_field(**changes: Any) -> dict[str, Any]:
    return modal(label(field(**changes)))


def row(*children: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(children)}


def options(count: int, chosen: int = 0) -> list[dict[str, Any]]:
    return [{"label": "l", "value": str(number), "default": number < chosen} for number in range(count)]


def inside(kind: int, **changes: Any) -> dict[str, Any]:
    """A label around a component of this type."""
    return modal(label({"type": kind, "custom_id": "c", **changes}))


FITS = {
    "5 parts": modal(*(label(field(number)) for number in range(5))),
    "title of 45": modal(label(), title="x" * 45),
    "custom id of 100": modal(label(), custom_id="x" * 100),
    "the older way": modal(row(field(label="l"))),
    "label of an older input of 45": modal(row(field(label="x" * 45))),
    "label of 45": modal(label(label="x" * 45)),
    "description of 100": modal(label(description="x" * 100)),
    "text": modal({"type": 10, "content": "x"}, label()),
    "text of 4000": modal({"type": 10, "content": "x" * 4000}),
    "value of 4000": with_field(value="x" * 4000),
    "placeholder of 100": with_field(placeholder="x" * 100),
    "lengths of 0 and 4000": with_field(min_length=0, max_length=4000),
    "many lines": with_field(style=2),
    "no label of its own": with_field(label=None),
    "select": inside(3, options=options(25)),
    **{f"select of type {kind}": inside(kind) for kind in (5, 6, 7, 8)},
    "nothing required": inside(5, min_values=0, required=False),
    "placeholder of a select of 150": inside(5, placeholder="x" * 150),
    "upload": inside(19),
    "10 files": inside(19, min_values=10, max_values=10),
    "no files": inside(19, min_values=0, required=False),
    "10 types of files": inside(19, file_types=[f".x{number}" for number in range(10)]),
    "2 radios": inside(21, options=options(2)),
    "10 radios": inside(21, options=options(10, chosen=1)),
    "1 checkbox in a group": inside(22, options=options(1)),
    "10 checkboxes": inside(22, options=options(10, chosen=10), min_values=10, max_values=10),
    "no checkboxes": inside(22, options=options(2), min_values=0, required=False),
    "checkbox": inside(23, default=True),
}
DOES_NOT_FIT = {
    "6 parts": modal(*(label(field(number)) for number in range(6))),
    "no parts": modal(),
    "no components": {"custom_id": "m", "title": "t"},
    "components that are no list": modal(components="x"),
    "components that are no objects": modal(components=[1]),
    "title of 46": modal(label(), title="x" * 46),
    "no title": modal(label(), title=""),
    "custom id of 101": modal(label(), custom_id="x" * 101),
    "no custom id": modal(label(), custom_id=None),
    "button": modal(row({"type": 2, "style": 1, "label": "l", "custom_id": "b"})),
    "input by itself": modal(field(label="l")),
    "two inputs in a row": modal(row(field(1, label="l"), field(2, label="l"))),
    "empty row": modal(row()),
    "select in a row": modal(row({"type": 5, "custom_id": "u"})),
    "older input without a label": modal(row(field())),
    "label of an older input of 46": modal(row(field(label="x" * 46))),
    "label of 46": modal(label(label="x" * 46)),
    "no label": modal(label(label=None)),
    "description of 101": modal(label(description="x" * 101)),
    "empty description": modal(label(description="")),
    "label of nothing": modal({"type": 18, "label": "l"}),
    "label of a button": inside(2, style=1, label="l"),
    "label of a label": modal(label(label())),
    "label of no object": modal({"type": 18, "label": "l", "component": 7}),
    "label in a label's input": with_field(label="l"),
    "text of 4001": modal({"type": 10, "content": "x" * 4001}),
    "empty text": modal({"type": 10, "content": ""}),
    "container": modal({"type": 17, "components": [{"type": 10, "content": "x"}]}),
    "same custom id twice": modal(label(), label()),
    "value of 4001": with_field(value="x" * 4001),
    "placeholder of 101": with_field(placeholder="x" * 101),
    "length of -1": with_field(min_length=-1),
    "length of 4001": with_field(max_length=4001),
    "largest length of 0": with_field(max_length=0),
    "lengths that cross": with_field(min_length=2, max_length=1),
    "style of 3": with_field(style=3),
    "input without style": modal(label({"type": 4, "custom_id": "t"})),
    "input of 101": with_field(custom_id="x" * 101),
    "select without options": inside(3, options=[]),
    "26 options": inside(3, options=options(26)),
    "disabled select": inside(5, disabled=True),
    "required select of nothing": inside(5, min_values=0),
    "placeholder of a select of 151": inside(5, placeholder="x" * 151),
    "11 files": inside(19, max_values=11),
    "required upload of nothing": inside(19, min_values=0),
    "unknown type of files": inside(19, file_types=["pdf"]),
    "1 radio": inside(21, options=options(1)),
    "11 radios": inside(21, options=options(11)),
    "2 radios chosen": inside(21, options=options(2, chosen=2)),
    "same radio twice": inside(21, options=[{"label": "l", "value": "v"}] * 2),
    "no checkboxes in a group": inside(22, options=[]),
    "11 checkboxes": inside(22, options=options(11)),
    "more than there are checkboxes": inside(22, options=options(2), max_values=3),
    "more checkboxes chosen than can be": inside(22, options=options(2, chosen=2), max_values=1),
    "checkbox that is no truth": inside(23, default="yes"),
    "checkbox without a custom id": modal(label({"type": 23})),
}


@pytest.mark.parametrize("body", FITS.values(), ids=FITS.keys())
def test_it_fits(body: dict[str, Any]) -> None:
    shown = read_modal(body, ("data",))
    assert (shown["custom_id"], shown["title"]) == (body["custom_id"], body["title"])


@pytest.mark.parametrize("body", DOES_NOT_FIT.values(), ids=DOES_NOT_FIT.keys())
def test_it_does_not_fit(body: dict[str, Any]) -> None:
    with pytest.raises(DiscordError) as refused:
        read_modal(body, ("data",))
    assert refused.value.code == 50035
    assert "data" in refused.value.body()["errors"]


def test_people_are_shown_it_numbered_and_with_defaults() -> None:
    shown = read_modal(modal(label(), inside(22, options=options(3))["components"][0]), ())
    text, group = (part["component"] for part in shown["components"])
    assert (text["id"], group["id"]) == (2, 4)
    assert (text["min_length"], text["max_length"]) == (None, None)
    assert (group["min_values"], group["max_values"]) == (1, 3)
