"""Limits of modals: what a bot may ask people to fill in."""

from collections.abc import Callable
from typing import Any

from sandbox.rules.components import SELECTS, Component, check_kind, check_repeats, is_tree
from sandbox.rules.controls import MOST_CUSTOM_ID, check_amounts, check_chosen, check_select, check_selectable
from sandbox.rules.fields import flag, one_of, text, whole
from sandbox.rules.filetypes import check_file_types
from sandbox.rules.form import Form, Path
from sandbox.rules.layouts import check_text
from sandbox.rules.shapes import completed
from sandbox.wire import Json

MOST_PARTS = 5
MOST_INPUT = 4000
MOST_CHOICES = 10
MOST_FILES = 10
_TOP = (int(Component.ROW), int(Component.TEXT), int(Component.LABEL))
_IN_LABEL = (3, 4, 5, 6, 7, 8, 19, 21, 22, 23)
_CHOOSABLE = "the number that can be chosen"


def read_modal(modal: Json, base: Path) -> Json:
    """The modal as people are shown it. Raises DiscordError."""
    form = Form(base)
    text(form, ("custom_id",), modal.get("custom_id"), 1, MOST_CUSTOM_ID)
    text(form, ("title",), modal.get("title"), 1, 45)
    parts: Any = modal.get("components")
    if parts is None:
        form.required(("components",))
    elif is_tree(form, parts, ("components",)):
        _check_parts(form, parts)
    form.done()
    return {"custom_id": modal["custom_id"], "title": modal["title"], "components": completed(parts, in_modal=True)}


def _check_parts(form: Form, parts: list[Json]) -> None:
    form.between(("components",), parts, 1, MOST_PARTS)
    for index, part in enumerate(parts):
        path = ("components", index)
        if not check_kind(form, part, path, _TOP):
            continue
        if part["type"] == Component.ROW:
            _check_row(form, part, path)
        elif part["type"] == Component.LABEL:
            _check_label(form, part, path)
        else:
            check_text(form, part, path)
    check_repeats(form, parts, ("components",))


def _check_row(form: Form, row: Json, path: Path) -> None:
    """The older way: one text input, which has its label itself."""
    children: list[Json] = row.get("components") or []
    form.between((*path, "components"), row.get("components"), 1, 1)
    for index, child in enumerate(children):
        where = (*path, "components", index)
        if check_kind(form, child, where, (int(Component.TEXT_INPUT),)):
            text(form, (*where, "label"), child.get("label"), 1, 45)
            _check_input(form, child, where)


def _check_label(form: Form, label: Json, path: Path) -> None:
    text(form, (*path, "label"), label.get("label"), 1, 45)
    if label.get("description") is not None:
        text(form, (*path, "description"), label["description"], 1, 100)
    inner, where = label.get("component"), (*path, "component")
    if inner is None:
        form.required(where)
    elif check_kind(form, inner, where, _IN_LABEL):
        if inner["type"] == Component.TEXT_INPUT and inner.get("label"):
            message = "A text input in a label cannot have a label of its own"
            form.wrong((*where, "label"), "TEXT_INPUT_LABEL_IN_LABEL", message)
        _CHECKS[Component(inner["type"])](form, inner, where)


def _check_input(form: Form, field: Json, path: Path) -> None:
    text(form, (*path, "custom_id"), field.get("custom_id"), 1, MOST_CUSTOM_ID)
    one_of(form, (*path, "style"), field.get("style"), (1, 2))
    text(form, (*path, "value"), field.get("value"), 0, MOST_INPUT)
    text(form, (*path, "placeholder"), field.get("placeholder"), 0, 100)
    flag(form, (*path, "required"), field.get("required"))
    least = whole(form, (*path, "min_length"), field.get("min_length"), 0, MOST_INPUT)
    most = whole(form, (*path, "max_length"), field.get("max_length"), 1, MOST_INPUT)
    if least is not None and most is not None and least > most:
        form.wrong((*path, "min_length"), "NUMBER_TYPE_MAX", f"int value should be less than or equal to {most}.")


def _check_select(form: Form, select: Json, path: Path) -> None:
    check_select(form, select, path, in_modal=True)


def _check_upload(form: Form, upload: Json, path: Path) -> None:
    text(form, (*path, "custom_id"), upload.get("custom_id"), 1, MOST_CUSTOM_ID)
    flag(form, (*path, "required"), upload.get("required"))
    check_amounts(form, upload, path, MOST_FILES, in_modal=True)
    check_file_types(form, upload, path)


def _check_radios(form: Form, group: Json, path: Path) -> None:
    text(form, (*path, "custom_id"), group.get("custom_id"), 1, MOST_CUSTOM_ID)
    flag(form, (*path, "required"), group.get("required"))
    options = check_selectable(form, group, path, 2, MOST_CHOICES)
    check_chosen(form, options, path, 1, _CHOOSABLE)


def _check_checkboxes(form: Form, group: Json, path: Path) -> None:
    text(form, (*path, "custom_id"), group.get("custom_id"), 1, MOST_CUSTOM_ID)
    flag(form, (*path, "required"), group.get("required"))
    listed: Any = group.get("options")
    number = len(listed) if isinstance(listed, list) and listed else 1
    _, most = check_amounts(form, group, path, MOST_CHOICES, in_modal=True, default_most=number)
    options = check_selectable(form, group, path, max(1, most) if group.get("max_values") else 1, MOST_CHOICES)
    check_chosen(form, options, path, most, _CHOOSABLE)


def _check_checkbox(form: Form, checkbox: Json, path: Path) -> None:
    text(form, (*path, "custom_id"), checkbox.get("custom_id"), 1, MOST_CUSTOM_ID)
    flag(form, (*path, "default"), checkbox.get("default"))


_CHECKS: dict[Component, Callable[[Form, Json, Path], None]] = {
    **dict.fromkeys(map(Component, SELECTS), _check_select),
    Component.TEXT_INPUT: _check_input,
    Component.FILE_UPLOAD: _check_upload,
    Component.RADIO_GROUP: _check_radios,
    Component.CHECKBOX_GROUP: _check_checkboxes,
    Component.CHECKBOX: _check_checkbox,
}
