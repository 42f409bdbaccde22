"""Limits of action rows, buttons and selects, and the numbering that Discord gives to components."""

from collections.abc import Iterator
from enum import IntEnum
from itertools import count
from typing import Any

from sandbox.rules.form import Form, Path
from sandbox.wire import Json


class Component(IntEnum):
    ROW = 1
    BUTTON = 2
    STRING_SELECT = 3
    TEXT_INPUT = 4
    USER_SELECT = 5
    ROLE_SELECT = 6
    MENTIONABLE_SELECT = 7
    CHANNEL_SELECT = 8
    SECTION = 9
    TEXT = 10
    THUMBNAIL = 11
    GALLERY = 12
    FILE = 13
    SEPARATOR = 14
    CONTAINER = 17
    LABEL = 18


LINK = 5
PREMIUM = 6
MOST_ROWS = 5
MOST_BUTTONS = 5
MOST_OPTIONS = 25
SELECTS = frozenset({3, 5, 6, 7, 8})


def walk(components: list[Json]) -> Iterator[Json]:
    """Every component, whatever it lies in, in the order of the page."""
    for component in components:
        yield component
        yield from walk(component.get("components") or [])
        for inner in ("accessory", "component"):
            if isinstance(component.get(inner), dict):
                yield from walk([component[inner]])


def numbered(components: list[Json]) -> list[Json]:
    """A copy in which every component has an id, as Discord returns them, and nothing that only modals know."""
    ids = count(1)
    return [_numbered(component, ids) for component in components]


def _numbered(component: Json, ids: Iterator[int]) -> Json:
    own = component.get("id") or next(ids)
    copy: dict[str, Any] = {**component, "id": own}
    copy.pop("required", None)
    if "components" in component:
        copy["components"] = [_numbered(child, ids) for child in component["components"]]
    for inner in ("accessory", "component"):
        if isinstance(component.get(inner), dict):
            copy[inner] = _numbered(component[inner], ids)
    return copy


def check_rows(form: Form, components: list[Json], path: Path = ("components",)) -> None:
    """Components of an ordinary message: at most five action rows and nothing else."""
    if len(components) > MOST_ROWS:
        form.wrong(path, "BASE_TYPE_BAD_LENGTH", f"Must be between 1 and {MOST_ROWS} in length.")
    for index, component in enumerate(components):
        where = (*path, index)
        if component.get("type") != Component.ROW:
            form.choice((*where, "type"), (1,))
        else:
            check_row(form, component, where)
    check_unique_ids(form, components, path)


def check_row(form: Form, row: Json, path: Path) -> None:
    children = form.listed((*path, "components"), row.get("components"))
    form.between((*path, "components"), children, 1, MOST_BUTTONS)
    if len(children) > 1 and any(child.get("type") != Component.BUTTON for child in children):
        form.wrong(path, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width")
    for index, child in enumerate(children):
        where = (*path, "components", index)
        if child.get("type") == Component.BUTTON:
            check_button(form, child, where)
        elif child.get("type") in SELECTS:
            _check_select(form, child, where)
        else:
            form.choice((*where, "type"), (2, *sorted(SELECTS)))


def check_button(form: Form, button: Json, path: Path) -> None:
    style = button.get("style")
    form.longest((*path, "label"), button.get("label"), 80)
    if style not in range(1, 7):
        form.choice((*path, "style"), tuple(range(1, 7)))
    elif style == LINK:
        if not button.get("url"):
            form.wrong(path, "BUTTON_COMPONENT_INVALID_URL", "A url is required for a link button")
    elif style != PREMIUM:
        form.between((*path, "custom_id"), button.get("custom_id"), 1, 100)
    if style != PREMIUM and not button.get("label") and not button.get("emoji"):
        form.wrong(path, "BUTTON_COMPONENT_LABEL_REQUIRED", "A label or an emoji is required")


def _check_select(form: Form, select: Json, path: Path) -> None:
    form.between((*path, "custom_id"), select.get("custom_id"), 1, 100)
    form.longest((*path, "placeholder"), select.get("placeholder"), 150)
    if select.get("type") != Component.STRING_SELECT:
        return
    options = form.listed((*path, "options"), select.get("options"))
    form.between((*path, "options"), options, 1, MOST_OPTIONS)
    values = [option.get("value") for option in options]
    for index, option in enumerate(options):
        where = (*path, "options", index)
        form.between((*where, "label"), option.get("label"), 1, 100)
        form.between((*where, "value"), option.get("value"), 1, 100)
        form.longest((*where, "description"), option.get("description"), 100)
        if values.index(option.get("value")) != index:
            form.wrong((*where, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The value must be unique")


def check_unique_ids(form: Form, components: list[Json], path: Path) -> None:
    seen: set[str] = set()
    for component in walk(components):
        custom_id = component.get("custom_id")
        if custom_id is not None and custom_id in seen:
            form.wrong(path, "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
        seen.add(str(custom_id))
