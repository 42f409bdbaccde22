"""Reads pictures as they stand in bodies: as data URIs."""

import base64
import binascii
import re
from typing import Any

from sandbox.rules.form import Form, Path
from sandbox.wire import Json

_PICTURE = re.compile(r"data:image/(?:png|jpeg|gif|webp|avif);base64,(.*)", re.DOTALL)


def read_picture(form: Form, path: Path, value: Any) -> bytes | None:
    if value is None:
        return None
    found = _PICTURE.fullmatch(value) if isinstance(value, str) else None
    try:
        content = base64.b64decode(found[1], validate=True) if found else b""
    except binascii.Error:
        content = b""
    if content:
        return content
    form.wrong(path, "IMAGE_INVALID", "Invalid image")
    return None


def read_pictures(form: Form, body: Json, names: tuple[str, ...]) -> dict[str, bytes | None]:
    """Those that the body names, if only to say that there is none."""
    return {name: read_picture(form, (name,), body[name]) for name in names if name in body}
