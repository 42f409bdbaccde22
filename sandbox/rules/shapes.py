"""Components as Discord gives them back: numbered, with defaults filled in, and without what it does not know."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from sandbox.rules.components import SELECTS, Component, walk
from sandbox.wire import Json

_AMOUNTS = ("min_values", "max_values")
_SELECT = ("custom_id", "placeholder", *_AMOUNTS, "disabled", "required")
# What each kind keeps of what was sent. Components that others lie in are added to that.
_FIELDS: dict[Component, tuple[str, ...]] = {
    Component.BUTTON: ("style", "label", "custom_id", "url", "sku_id", "disabled", "emoji"),
    Component.STRING_SELECT: (*_SELECT, "options"),
    Component.TEXT_INPUT: (
        "custom_id", "style", "label", "value", "placeholder", "required", "min_length", "max_length",
    ),
    Component.USER_SELECT: (*_SELECT, "default_values"),
    Component.ROLE_SELECT: (*_SELECT, "default_values"),
    Component.MENTIONABLE_SELECT: (*_SELECT, "default_values"),
    Component.CHANNEL_SELECT: (*_SELECT, "default_values", "channel_types"),
    Component.TEXT: ("content",),
    Component.THUMBNAIL: ("media", "description", "spoiler"),
    Component.GALLERY: ("items",),
    Component.FILE: ("file", "spoiler"),
    Component.SEPARATOR: ("divider", "spacing"),
    Component.CONTAINER: ("accent_color", "spoiler"),
    Component.LABEL: ("label", "description"),
    Component.FILE_UPLOAD: ("custom_id", *_AMOUNTS, "required", "file_types"),
    Component.RADIO_GROUP: ("custom_id", "required", "options"),
    Component.CHECKBOX_GROUP: ("custom_id", *_AMOUNTS, "required", "options"),
    Component.CHECKBOX: ("custom_id", "default"),
}  # fmt: skip
_MEDIA: Json = {"description": None, "spoiler": False}
# What is there even where nothing was sent.
_DEFAULTS: dict[Component, Json] = {
    **{Component(kind): {"min_values": 1, "max_values": 1} for kind in SELECTS},
    Component.TEXT_INPUT: {"label": None, "min_length": None, "max_length": None},
    Component.THUMBNAIL: _MEDIA,
    Component.FILE: {"spoiler": False},
    Component.SEPARATOR: {"divider": True, "spacing": 1},
    Component.CONTAINER: {"accent_color": None, "spoiler": False},
    Component.FILE_UPLOAD: {"min_values": 1, "max_values": 1},
    Component.CHECKBOX_GROUP: {"min_values": 1},
    Component.CHECKBOX: {"default": False},
}


def completed(components: list[Json], *, in_modal: bool = False) -> list[Json]:
    """Components that were checked before. Numbers are given in the order of the page, around those that are taken."""
    taken = {int(component["id"]) for component in walk(components) if component.get("id")}
    free = (number for number in count(1) if number not in taken)
    made = [_completed(component, free) for component in components]
    if not in_modal:  # where nothing is required
        for component in walk(made):
            component.pop("required", None)
    return made


def texts(components: list[Json]) -> Iterator[str]:
    """What the text displays of a layout say."""
    return (component["content"] for component in walk(components) if component["type"] == Component.TEXT)


def _completed(component: Json, free: Iterator[int]) -> Json:
    kind = Component(component["type"])
    kept = {field: component[field] for field in _FIELDS.get(kind, ()) if component.get(field) is not None}
    own = int(component.get("id") or 0) or next(free)
    made: Json = {"type": int(kind), "id": own, **_DEFAULTS.get(kind, {}), **kept}
    if component.get("components") is not None:
        made["components"] = [_completed(child, free) for child in component["components"]]
    for inner in ("accessory", "component"):
        if component.get(inner) is not None:
            made[inner] = _completed(component[inner], free)
    for field, tidy in _TIDY.items():
        if field in made:
            made[field] = tidy(made[field])
    if kind == Component.CHECKBOX_GROUP and component.get("max_values") is None:
        made["max_values"] = len(component["options"])
    return made


def _emoji(emoji: Json) -> Json:
    kept: Json = {"name": emoji.get("name") or ""}
    if emoji.get("id") is not None:
        kept |= {"id": str(emoji["id"]), "animated": bool(emoji.get("animated", False))}
    return kept


def _option(option: Json) -> Json:
    kept = {
        field: option[field] for field in ("label", "value", "description", "default") if option.get(field) is not None
    }
    return {**kept, "emoji": _emoji(option["emoji"])} if option.get("emoji") is not None else kept


def _item(item: Json) -> Json:
    kept = {field: item[field] for field in ("description", "spoiler") if item.get(field) is not None}
    return {"media": _media(item["media"]), **_MEDIA, **kept}


def _media(media: Json) -> Json:
    """The rest of it is known once the files are there: `payloads.components`."""
    return {"url": media["url"]}


def _number(number: int | str | None) -> int | None:
    """Discord takes numbers as texts too."""
    return None if number is None else int(number)


_TIDY: dict[str, Callable[[Any], Any]] = {
    "emoji": _emoji,
    "options": lambda options: [_option(option) for option in options],
    "default_values": lambda values: [{"id": str(value["id"]), "type": value["type"]} for value in values],
    "items": lambda items: [_item(item) for item in items],
    "media": _media,
    "file": _media,
    "sku_id": str,
    **dict.fromkeys((*_AMOUNTS, "min_length", "max_length", "accent_color"), _number),
}
