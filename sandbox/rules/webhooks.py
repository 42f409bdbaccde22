"""Reads webhooks, and the names under which they write."""

from dataclasses import dataclass
from typing import Any

from sandbox.rules.form import Form, Path
from sandbox.rules.pictures import read_picture
from sandbox.rules.urls import WEB, read_url
from sandbox.wire import Json

MOST_NAME = 80
_FORBIDDEN = ("clyde", "discord")


@dataclass(frozen=True, slots=True)
class WebhookDraft:
    """`names_avatar`: the body says something of it, if only that there is none."""

    name: str | None = None
    avatar: bytes | None = None
    names_avatar: bool = False


@dataclass(frozen=True, slots=True)
class Disguise:
    """What one message of a webhook is written under instead of its own name and picture."""

    name: str | None = None
    avatar_url: str | None = None


def read_webhook(body: Json, *, new: bool) -> WebhookDraft:
    """Raises DiscordError."""
    form = Form()
    name = _name(form, ("name",), body.get("name"))
    if new and body.get("name") is None:
        form.required(("name",))
    draft = WebhookDraft(name, read_picture(form, ("avatar",), body.get("avatar")), "avatar" in body)
    form.done()
    return draft


def read_disguise(body: Json) -> Disguise:
    """Raises DiscordError."""
    form = Form()
    found = Disguise(
        _name(form, ("username",), body.get("username")),
        read_url(form, ("avatar_url",), body.get("avatar_url") or None, WEB),
    )
    form.done()
    return found


def _name(form: Form, path: Path, value: Any) -> str | None:
    name = form.text(path, value, MOST_NAME)
    if name is None:
        return None
    if not name:
        form.between(path, name, 1, MOST_NAME)
    for word in _FORBIDDEN:
        if word in name.casefold():
            form.wrong(path, "USERNAME_INVALID_CONTAINS", f'Username cannot contain "{word}"')
    return name
