"""Components as the page draws them: rows of buttons and selects, and the layouts of Components V2."""

from sandbox.page.media import link, media_view
from sandbox.page.text import embed_html
from sandbox.page.viewer import Viewer
from sandbox.rules.components import Component
from sandbox.state import Guild, Message
from sandbox.wire import Json

_PLAIN = (
    "type",
    "id",
    "custom_id",
    "label",
    "style",
    "disabled",
    "placeholder",
    "min_values",
    "max_values",
    "channel_types",
    "default_values",
    "divider",
    "spacing",
    "spoiler",
    "description",
    "name",
)
_MEDIA = ("media", "file")


def component_view(viewer: Viewer, message: Message, part: Json, guild: Guild | None) -> Json:
    """Only what the page draws; whatever it lies in is drawn the same way."""
    view: Json = {key: part[key] for key in _PLAIN if part.get(key) is not None}
    if part["type"] == Component.TEXT:
        view["html"] = embed_html(viewer, str(part.get("content") or ""), guild)
    if part["type"] == Component.BUTTON:
        view |= {"url": link(part.get("url")), "emoji": emoji_text(part.get("emoji"))}
    if "options" in part:
        view["options"] = [{**option, "emoji": emoji_text(option.get("emoji"))} for option in part["options"] or []]
    if isinstance(part.get("accent_color"), int):
        view["accent"] = f"#{part['accent_color']:06x}"
    for key in _MEDIA:
        if key in part:
            view["media"] = media_view(message, viewer.store.address, part[key])
    if "items" in part:
        view["items"] = [_item(viewer, message, item) for item in part["items"] or []]
    if "components" in part:
        view["components"] = [component_view(viewer, message, child, guild) for child in part["components"] or []]
    if isinstance(part.get("accessory"), dict):
        view["accessory"] = component_view(viewer, message, part["accessory"], guild)
    return view


def _item(viewer: Viewer, message: Message, item: Json) -> Json:
    media = media_view(message, viewer.store.address, item.get("media"))
    return {"media": media, "description": item.get("description") or "", "spoiler": bool(item.get("spoiler"))}


def emoji_text(emoji: object) -> str:
    """A custom emoji has no picture here, and is shown by its name."""
    if not isinstance(emoji, dict):
        return ""
    name = str(emoji.get("name") or "")
    return f":{name}:" if emoji.get("id") else name
