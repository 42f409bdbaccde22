"""Files that components show: of the message itself (`attachment://name`), or from anywhere."""

from collections.abc import Iterator
from typing import Any

from sandbox.rules.components import Component, walk
from sandbox.rules.form import Form
from sandbox.wire import Json

_OWN = "attachment://"


def media_of(component: Json) -> Iterator[Json]:
    """The media items of one component."""
    for field in ("media", "file"):
        if field in component:
            yield component[field]
    items: list[Json] = component.get("items") or [] if component["type"] == Component.GALLERY else []
    yield from (item["media"] for item in items)


def own_name(media: Json) -> str | None:
    """The name of the attached file that is meant, None for a file from elsewhere."""
    url: Any = media["url"]
    return str(url).removeprefix(_OWN) if str(url).startswith(_OWN) else None


def check_references(components: list[Json], names: set[str]) -> None:
    """Raises DiscordError for a file that is not attached."""
    form = Form()
    for component in walk(components):
        for media in media_of(component):
            name = own_name(media)
            if name is not None and name not in names:
                message = f"The referenced attachment {name} was not found"
                form.wrong(("components",), "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", message)
    form.done()
