"""Limits of embeds."""

from sandbox.rules.form import Form, Path
from sandbox.wire import Json

MOST_EMBEDS = 10
MOST_FIELDS = 25
MOST_TEXT = 6000


def check_embeds(form: Form, embeds: list[Json], path: Path = ("embeds",)) -> None:
    form.longest_list(path, embeds, MOST_EMBEDS)
    for index, embed in enumerate(embeds):
        _check_embed(form, embed, (*path, index))
    if sum(map(_text_length, embeds)) > MOST_TEXT:
        where = (*path, max(0, len(embeds) - 1))
        form.wrong(where, "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {MOST_TEXT}")


def is_empty(embed: Json) -> bool:
    """Discord drops an embed that shows nothing."""
    shown = ("title", "description", "fields", "footer", "author", "image", "thumbnail")
    return not any(embed.get(part) for part in shown)


def _check_embed(form: Form, embed: Json, path: Path) -> None:
    form.longest((*path, "title"), embed.get("title"), 256)
    form.longest((*path, "description"), embed.get("description"), 4096)
    form.longest((*path, "footer", "text"), (embed.get("footer") or {}).get("text"), 2048)
    form.longest((*path, "author", "name"), (embed.get("author") or {}).get("name"), 256)
    fields = embed.get("fields") or []
    form.longest_list((*path, "fields"), fields, MOST_FIELDS)
    for index, field in enumerate(fields):
        _check_text(form, (*path, "fields", index, "name"), field.get("name"), 256)
        _check_text(form, (*path, "fields", index, "value"), field.get("value"), 1024)


def _check_text(form: Form, path: Path, value: object, limit: int) -> None:
    if not value:
        form.required(path)
    form.longest(path, value, limit)


def _text_length(embed: Json) -> int:
    texts = [embed.get("title"), embed.get("description")]
    texts += [(embed.get("footer") or {}).get("text"), (embed.get("author") or {}).get("name")]
    for field in embed.get("fields") or []:
        texts += [field.get("name"), field.get("value")]
    return sum(len(text) for text in texts if isinstance(text, str))
