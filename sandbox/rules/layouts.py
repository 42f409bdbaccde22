"""Limits of Components V2, where components are the whole message."""

from collections.abc import Callable
from typing import Any

from sandbox.rules.components import Component, check_kind, walk
from sandbox.rules.controls import check_button, check_row
from sandbox.rules.fields import flag, link, model, one_of, text, whole
from sandbox.rules.form import Form, Path
from sandbox.wire import Json

MOST_COMPONENTS = 40
MOST_TEXT = 4000
MOST_ITEMS = 10
_MOST_COLOR = 0xFFFFFF
_MOST_URL = 2048
_MOST_DESCRIPTION = 1024
_MEDIA = ("http", "https", "attachment")
_IN_CONTAINER = (1, 9, 10, 12, 13, 14)
_TOP = (*_IN_CONTAINER, 17)


def check_layout(form: Form, components: list[Json], path: Path = ("components",)) -> None:
    """Components that form a tree (`is_tree`)."""
    everything = list(walk(components))
    if len(everything) > MOST_COMPONENTS:
        form.wrong(path, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", f"At most {MOST_COMPONENTS} components are allowed")
    contents = [part.get("content") for part in everything if part.get("type") == Component.TEXT]
    if sum(len(content) for content in contents if isinstance(content, str)) > MOST_TEXT:
        form.wrong(path, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", f"Text exceeds the maximum size of {MOST_TEXT}")
    _check_children(form, components, path, _TOP)


def _check_children(form: Form, components: list[Json], path: Path, allowed: tuple[int, ...]) -> None:
    for index, component in enumerate(components):
        if check_kind(form, component, (*path, index), allowed):
            _CHECKS[Component(component["type"])](form, component, (*path, index))


def check_text(form: Form, component: Json, path: Path) -> None:
    text(form, (*path, "content"), component.get("content"), 1, MOST_TEXT)


def _check_section(form: Form, section: Json, path: Path) -> None:
    texts: list[Json] = section.get("components") or []
    form.between((*path, "components"), section.get("components"), 1, 3)
    _check_children(form, texts, (*path, "components"), (int(Component.TEXT),))
    accessory = section.get("accessory")
    if accessory is None:
        form.required((*path, "accessory"))
    elif check_kind(form, accessory, (*path, "accessory"), (int(Component.BUTTON), int(Component.THUMBNAIL))):
        check = check_button if accessory["type"] == Component.BUTTON else _check_thumbnail
        check(form, accessory, (*path, "accessory"))


def _check_thumbnail(form: Form, item: Json, path: Path) -> None:
    """And an item of a gallery, which says the same."""
    _check_media(form, item.get("media"), (*path, "media"), _MEDIA)
    if item.get("description") is not None:
        text(form, (*path, "description"), item["description"], 1, _MOST_DESCRIPTION)
    flag(form, (*path, "spoiler"), item.get("spoiler"))


def _check_media(form: Form, value: Any, path: Path, schemes: tuple[str, ...]) -> None:
    media = model(form, path, value)
    if media is not None:
        link(form, (*path, "url"), media.get("url"), _MOST_URL, schemes)


def _check_gallery(form: Form, gallery: Json, path: Path) -> None:
    where = (*path, "items")
    items = form.listed(where, gallery["items"]) if gallery.get("items") is not None else []
    form.between(where, items, 1, MOST_ITEMS)
    for index, item in enumerate(items):
        _check_thumbnail(form, item, (*where, index))


def _check_file(form: Form, component: Json, path: Path) -> None:
    """Only of what is attached to the same message."""
    _check_media(form, component.get("file"), (*path, "file"), ("attachment",))
    flag(form, (*path, "spoiler"), component.get("spoiler"))


def _check_separator(form: Form, separator: Json, path: Path) -> None:
    flag(form, (*path, "divider"), separator.get("divider"))
    if separator.get("spacing") is not None:
        one_of(form, (*path, "spacing"), separator["spacing"], (1, 2))


def _check_container(form: Form, container: Json, path: Path) -> None:
    whole(form, (*path, "accent_color"), container.get("accent_color"), 0, _MOST_COLOR)
    flag(form, (*path, "spoiler"), container.get("spoiler"))
    form.between((*path, "components"), container.get("components"), 1, MOST_COMPONENTS)
    _check_children(form, container.get("components") or [], (*path, "components"), _IN_CONTAINER)


_CHECKS: dict[Component, Callable[[Form, Json, Path], None]] = {
    Component.ROW: check_row,
    Component.SECTION: _check_section,
    Component.TEXT: check_text,
    Component.GALLERY: _check_gallery,
    Component.FILE: _check_file,
    Component.SEPARATOR: _check_separator,
    Component.CONTAINER: _check_container,
}
