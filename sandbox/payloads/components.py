"""Components of a message as Discord's JSON: the files that they show have their addresses by now."""

from collections.abc import Callable
from copy import deepcopy

from sandbox.rules.components import Component, walk
from sandbox.rules.media import media_of, own_name
from sandbox.state import Attachment, Message, MessageFlag
from sandbox.wire import Json

Address = Callable[[Attachment], str]


def components(message: Message, address: Address) -> list[Json]:
    if not message.flags & MessageFlag.COMPONENTS_V2:
        return message.components
    shown = deepcopy(message.components)
    for component in walk(shown):
        for index, media in enumerate(media_of(component)):
            _complete(message, media, message.id + component["id"] + index, address)
        if component["type"] == Component.FILE:
            _describe(message, component)
    return shown


def _complete(message: Message, media: Json, number: int, address: Address) -> None:
    """`number` is the id of something from elsewhere."""
    name = own_name(media)
    found = next((each for each in message.attachments if each.filename == name), None)
    if found is None:
        media |= {"id": str(number), "proxy_url": media["url"], "height": None, "width": None}
        return
    url = address(found)
    media |= {"id": str(found.id), "attachment_id": str(found.id), "url": url, "proxy_url": url}
    media |= {"height": None, "width": None, "content_type": found.content_type}


def _describe(message: Message, component: Json) -> None:
    attached = next((each for each in message.attachments if str(each.id) == component["file"].get("id")), None)
    component["name"] = None if attached is None else attached.filename
    component["size"] = None if attached is None else len(attached.content)
