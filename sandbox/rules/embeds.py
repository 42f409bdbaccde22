"""Reads embeds: their limits, and the parts that Discord lets a bot set."""

from typing import Any

from sandbox.rules.fields import as_moment, flag
from sandbox.rules.form import Form, Path
from sandbox.rules.urls import MEDIA, WEB, read_url
from sandbox.wire import Json

MOST_EMBEDS = 10
MOST_FIELDS = 25
MOST_TEXT = 6000
MOST_COLOR = 0xFFFFFF


def read_embeds(form: Form, items: list[Json], path: Path = ("embeds",)) -> list[Json]:
    """Without those that show nothing, which Discord drops; `type` is always rich."""
    form.longest_list(path, items, MOST_EMBEDS)
    embeds = [_embed(form, item, (*path, index)) for index, item in enumerate(items)]
    if sum(map(_text_length, embeds)) > MOST_TEXT:
        where = (*path, max(0, len(embeds) - 1))
        form.wrong(where, "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {MOST_TEXT}")
    return [embed for embed in embeds if not _is_empty(embed)]


def _is_empty(embed: Json) -> bool:
    shown = ("title", "description", "fields", "footer", "author", "image", "thumbnail")
    return not any(embed.get(part) for part in shown)


def _embed(form: Form, item: Json, path: Path) -> Json:
    parts: Json = {
        "title": form.text((*path, "title"), item.get("title"), 256),
        "description": form.text((*path, "description"), item.get("description"), 4096),
        "url": read_url(form, (*path, "url"), item.get("url"), WEB),
        "color": form.number((*path, "color"), item.get("color"), 0, MOST_COLOR),
        "timestamp": _timestamp(form, (*path, "timestamp"), item.get("timestamp")),
        "footer": _footer(form, (*path, "footer"), item.get("footer")),
        "author": _author(form, (*path, "author"), item.get("author")),
        "fields": _fields(form, (*path, "fields"), item.get("fields")),
    }
    for name in ("image", "thumbnail"):
        parts[name] = _picture(form, (*path, name), item.get(name))
    return {"type": "rich", **_present(parts)}


def _present(parts: Json) -> Json:
    return {name: part for name, part in parts.items() if part is not None and part not in ("", [], {})}


def _footer(form: Form, path: Path, value: Any) -> Json | None:
    footer = _object(form, path, value)
    if not footer:
        return None
    icon = read_url(form, (*path, "icon_url"), footer.get("icon_url"), MEDIA)
    return _present({"text": _needed(form, (*path, "text"), footer.get("text"), 2048), "icon_url": icon})


def _author(form: Form, path: Path, value: Any) -> Json | None:
    author = _object(form, path, value)
    if not author:
        return None
    return _present(
        {
            "name": _needed(form, (*path, "name"), author.get("name"), 256),
            "url": read_url(form, (*path, "url"), author.get("url"), WEB),
            "icon_url": read_url(form, (*path, "icon_url"), author.get("icon_url"), MEDIA),
        }
    )


def _picture(form: Form, path: Path, value: Any) -> Json | None:
    """Only its address: height, width and proxy are Discord's to say."""
    picture = _object(form, path, value)
    url = read_url(form, (*path, "url"), picture.get("url"), MEDIA)
    return None if url is None else {"url": url}


def _fields(form: Form, path: Path, value: Any) -> list[Json]:
    if value is None:
        return []
    fields = form.listed(path, value)
    form.longest_list(path, fields, MOST_FIELDS)
    return [_field(form, field, (*path, index)) for index, field in enumerate(fields)]


def _field(form: Form, field: Json, path: Path) -> Json:
    return {
        "name": _given(form, (*path, "name"), field.get("name"), 256),
        "value": _given(form, (*path, "value"), field.get("value"), 1024),
        "inline": flag(form, (*path, "inline"), field.get("inline")),
    }


def _given(form: Form, path: Path, value: Any, limit: int) -> str:
    """A text that must be there and may be empty, as both of a field."""
    if value is None:
        form.required(path)
    return form.text(path, value, limit) or ""


def _needed(form: Form, path: Path, value: Any, limit: int) -> str:
    text = form.text(path, value, limit)
    if not text and (value is None or isinstance(value, str)):
        form.required(path)
    return text or ""


def _object(form: Form, path: Path, value: Any) -> Json:
    if value is None or isinstance(value, dict):
        return value or {}
    form.wrong(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
    return {}


def _timestamp(form: Form, path: Path, value: Any) -> str | None:
    if value is None:
        return None
    moment = as_moment(value)
    if moment is None:
        form.wrong(path, "DATE_TIME_TYPE_PARSE", f'Could not parse "{value}". Should be ISO8601.')
        return None
    return moment.isoformat(timespec="microseconds")


def _text_length(embed: Json) -> int:
    texts = [embed.get("title"), embed.get("description")]
    texts += [embed.get("footer", {}).get("text"), embed.get("author", {}).get("name")]
    for field in embed.get("fields", []):
        texts += [field["name"], field["value"]]
    return sum(len(text) for text in texts if text is not None)
