"""Reads webhooks, and the names under which they write."""

import base64
import binascii
import re
from dataclasses import dataclass
from typing import Any

from sandbox.rules.form import Form, Path
from sandbox.rules.urls import WEB, read_url
from sandbox.wire import Json

MOST_NAME = 80
_FORBIDDEN = ("clyde", "discord")
_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp);base64,(.*)", re.DOTALL)


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
    draft = WebhookDraft(name, _picture(form, ("avatar",), body.get("avatar")), "avatar" in body)
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


def _picture(form: Form, path: Path, value: Any) -> bytes | None:
    if value is None:
        return None
    found = _PICTURE.fullmatch(value) if isinstance(value, str) else None
    try:
        if found:
            return base64.b64decode(found[1], validate=True)
    except binascii.Error as error:
        form.wrong(path, "IMAGE_INVALID", f"Invalid image: {error}")
        return None
    form.wrong(path, "IMAGE_INVALID", "Invalid image")
    return None
