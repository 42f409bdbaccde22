"""The pictures and files that embeds and components show: `attachment://` becomes the address of the file."""

from collections.abc import Sequence
from typing import Any

from sandbox.payloads.files import file_url
from sandbox.rules.components import Component
from sandbox.rules.form import Form, Path
from sandbox.snowflakes import Snowflakes
from sandbox.state import Attachment
from sandbox.wire import Json

_SCHEME = "attachment://"


class Media:
    """What addresses mean in one message, which has these files."""

    def __init__(self, address: str, channel_id: int, files: Sequence[Attachment], snowflakes: Snowflakes) -> None:
        self._snowflakes = snowflakes
        self._known: dict[str, tuple[str, Attachment]] = {}
        for file in files:
            url = file_url(address, channel_id, file)
            self._known |= {url: (url, file), f"{_SCHEME}{file.filename}": (url, file)}

    def embeds(self, embeds: list[Json]) -> list[Json]:
        """A picture that is not among the files is left out."""
        return [self._embed(embed) for embed in embeds]

    def _embed(self, embed: Json) -> Json:
        shown: Json = {}
        for name, part in embed.items():
            if name in ("image", "thumbnail"):
                found = self._picture(part["url"])
                shown |= {} if found is None else {name: found}
            elif name in ("footer", "author") and "icon_url" in part:
                shown[name] = self._with_icon(part)
            else:
                shown[name] = part
        return shown

    def _with_icon(self, part: Json) -> Json:
        found = self._picture(part["icon_url"])
        rest = {name: value for name, value in part.items() if name != "icon_url"}
        return rest if found is None else {**rest, "icon_url": found["url"], "proxy_icon_url": found["proxy_url"]}

    def _picture(self, url: str) -> Json | None:
        """Discord's proxy is left out of the game: an address stands for itself."""
        if url not in self._known:
            return None if url.startswith(_SCHEME) else {"url": url, "proxy_url": url}
        address, file = self._known[url]
        shown: Json = {"url": address, "proxy_url": address}
        if file.width is not None:
            shown |= {"width": file.width, "height": file.height}
        return shown if file.content_type is None else {**shown, "content_type": file.content_type}

    def components(self, components: list[Json], form: Form, path: Path = ("components",)) -> list[Json]:
        """A file that is not there is a finding."""
        return [self._component(part, form, (*path, index)) for index, part in enumerate(components)]

    def _component(self, part: Json, form: Form, path: Path) -> Json:
        shown = dict(part)
        if isinstance(part.get("components"), list):
            shown["components"] = self.components(part["components"], form, (*path, "components"))
        if isinstance(part.get("accessory"), dict):
            shown["accessory"] = self._component(part["accessory"], form, (*path, "accessory"))
        if part.get("type") == Component.GALLERY and isinstance(part.get("items"), list):
            shown["items"] = [
                self._slot(item, "media", form, (*path, "items", index)) for index, item in enumerate(part["items"])
            ]
        elif part.get("type") == Component.THUMBNAIL:
            shown = self._slot(shown, "media", form, path)
        elif part.get("type") == Component.FILE:
            shown = self._named(self._slot(shown, "file", form, path))
        return shown

    def _slot(self, holder: Any, name: str, form: Form, path: Path) -> Any:
        media = holder.get(name) if isinstance(holder, dict) else None
        if not isinstance(media, dict) or not isinstance(media.get("url"), str):
            return holder
        found = self._picture(media["url"])
        if found is None:
            code = "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND"
            form.wrong((*path, name, "url"), code, "The referenced attachment was not found in this message")
            return holder
        _, file = self._known.get(media["url"], ("", None))
        identity = {"id": str(self._snowflakes.next())} if file is None else _identity(file)
        unseen = {"width": None, "height": None, "content_type": None}
        return {**holder, name: {**unseen, **found, **identity}}

    def _named(self, part: Json) -> Json:
        """What a file component says of its file."""
        _, file = self._known.get((part.get("file") or {}).get("url", ""), ("", None))
        return part if file is None else {**part, "name": file.filename, "size": len(file.content)}


def _identity(file: Attachment) -> Json:
    return {"id": str(file.id), "attachment_id": str(file.id)}
