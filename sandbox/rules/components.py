"""Components of messages: their kinds, how they lie in each other, and what may not repeat among them."""

from collections.abc import Iterator
from enum import IntEnum
from typing import Any

from sandbox.rules.fields import whole
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
    FILE_UPLOAD = 19
    RADIO_GROUP = 21
    CHECKBOX_GROUP = 22
    CHECKBOX = 23


LINK = 5
PREMIUM = 6
SELECTS = frozenset({3, 5, 6, 7, 8})
_MOST_ID = 2**31 - 1
# Deeper than anything that is allowed: a container, a section, its button.
_DEEPEST = 5


def walk(components: list[Json]) -> Iterator[Json]:
    """Every component, whatever it lies in, in the order of the page."""
    for component, _ in _placed(components, ()):
        yield component


def _placed(components: list[Json], path: Path) -> Iterator[tuple[Json, Path]]:
    for index, component in enumerate(components):
        yield from _placed_one(component, (*path, index))


def _placed_one(component: Json, path: Path) -> Iterator[tuple[Json, Path]]:
    yield component, path
    yield from _placed(component.get("components") or [], (*path, "components"))
    for inner in ("accessory", "component"):
        if component.get(inner) is not None:
            yield from _placed_one(component[inner], (*path, inner))


def is_tree(form: Form, components: Any, path: Path, depth: int = 1) -> bool:
    """Whether objects lie in lists all the way down, so that what is in them can be looked at."""
    if not isinstance(components, list):
        form.wrong(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        return False
    fits = [_is_branch(form, component, (*path, index), depth) for index, component in enumerate(components)]
    return all(fits)


def _is_branch(form: Form, component: Any, path: Path, depth: int) -> bool:
    if not isinstance(component, dict):
        form.wrong(path, "MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
        return False
    if depth > _DEEPEST:
        form.wrong(path, "COMPONENT_MAX_DEPTH_EXCEEDED", "Components are nested too deeply")
        return False
    children = component.get("components")
    fits = children is None or is_tree(form, children, (*path, "components"), depth + 1)
    for inner in ("accessory", "component"):
        if component.get(inner) is not None:
            fits &= _is_branch(form, component[inner], (*path, inner), depth + 1)
    return fits


def check_kind(form: Form, component: Json, path: Path, allowed: tuple[int, ...]) -> bool:
    """Whether a component of this kind may lie there."""
    kind = component.get("type")
    if isinstance(kind, int) and not isinstance(kind, bool) and kind in allowed:
        return True
    listed = ", ".join(map(str, allowed))
    listed += "," if len(allowed) == 1 else ""
    form.wrong(path, "UNION_TYPE_CHOICES", f'Value of field "type" must be one of ({listed}).')
    return False


def check_repeats(form: Form, components: list[Json], path: Path) -> None:
    """Neither custom ids nor numbers may be there twice; a number of 0 is none."""
    custom_ids: set[str] = set()
    numbers: set[int] = set()
    for component, where in _placed(components, path):
        custom_id = component.get("custom_id")
        if isinstance(custom_id, str):
            if custom_id in custom_ids:
                message = "Component custom id cannot be duplicated"
                form.wrong((*where, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", message)
            custom_ids.add(custom_id)
        number = whole(form, (*where, "id"), component.get("id"), 0, _MOST_ID)
        if number and number in numbers:
            form.wrong((*where, "id"), "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated")
        numbers.add(number or 0)
