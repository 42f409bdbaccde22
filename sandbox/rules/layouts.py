"""Limits of Components V2, where components are the whole message, and of modals."""

from sandbox.rules.components import Component, check_button, check_row, check_unique_ids, walk
from sandbox.rules.form import Form, Path
from sandbox.wire import Json

MOST_COMPONENTS = 40
MOST_TEXT = 4000
_TOP = (1, 9, 10, 12, 13, 14, 17)
_IN_CONTAINER = (1, 9, 10, 12, 13, 14)


def check_layout(form: Form, components: list[Json], path: Path = ("components",)) -> None:
    everything = list(walk(components))
    if len(everything) > MOST_COMPONENTS:
        form.wrong(path, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", f"At most {MOST_COMPONENTS} components are allowed")
    text = sum(len(part.get("content") or "") for part in everything if part.get("type") == Component.TEXT)
    if text > MOST_TEXT:
        form.wrong(path, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", f"Text exceeds the maximum size of {MOST_TEXT}")
    _check_children(form, components, path, _TOP)
    check_unique_ids(form, components, path)


def _check_children(form: Form, components: list[Json], path: Path, allowed: tuple[int, ...]) -> None:
    for index, component in enumerate(components):
        where = (*path, index)
        kind = component.get("type")
        if kind not in allowed:
            form.choice((*where, "type"), allowed)
        elif kind == Component.ROW:
            check_row(form, component, where)
        elif kind == Component.TEXT:
            form.between((*where, "content"), component.get("content"), 1, MOST_TEXT)
        elif kind == Component.SECTION:
            _check_section(form, component, where)
        elif kind == Component.GALLERY:
            form.between((*where, "items"), component.get("items"), 1, 10)
        elif kind == Component.CONTAINER:
            inner = form.listed((*where, "components"), component.get("components"))
            _check_children(form, inner, (*where, "components"), _IN_CONTAINER)


def _check_section(form: Form, section: Json, path: Path) -> None:
    texts = form.listed((*path, "components"), section.get("components"))
    form.between((*path, "components"), texts, 1, 3)
    _check_children(form, texts, (*path, "components"), (int(Component.TEXT),))
    accessory = section.get("accessory")
    if not isinstance(accessory, dict):
        form.required((*path, "accessory"))
    elif accessory.get("type") == Component.BUTTON:
        check_button(form, accessory, (*path, "accessory"))
    elif accessory.get("type") != Component.THUMBNAIL:
        form.choice((*path, "accessory", "type"), (2, 11))


def check_modal(form: Form, modal: Json) -> None:
    form.between(("custom_id",), modal.get("custom_id"), 1, 100)
    form.between(("title",), modal.get("title"), 1, 45)
    rows = form.listed(("components",), modal.get("components"))
    form.between(("components",), rows, 1, 5)
    for part in walk(rows):
        if part.get("type") == Component.TEXT_INPUT:
            form.between(("components",), part.get("custom_id"), 1, 100)
            form.longest(("components",), part.get("label"), 45)
            form.longest(("components",), part.get("placeholder"), 100)
