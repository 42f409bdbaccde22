"""Reads addresses: those of the web, and the files of a message itself."""

from typing import Any
from urllib.parse import urlsplit

from sandbox.rules.form import Form, Path

WEB = ("http", "https")
MEDIA = (*WEB, "attachment")
OWN = "attachment://"
MOST_URL = 2048


def read_url(form: Form, path: Path, value: Any, schemes: tuple[str, ...]) -> str | None:
    """None for none, and for one that is not accepted, which is a finding."""
    url = form.text(path, value, MOST_URL)
    if url is None:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if not parts.scheme or not parts.netloc or any(mark.isspace() for mark in url):
        form.wrong(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
        return None
    if parts.scheme.lower() not in schemes:
        listed = ", ".join(f"'{scheme}'" for scheme in schemes)
        message = f'Scheme "{parts.scheme}" is not supported. Scheme must be one of ({listed}).'
        form.wrong(path, "URL_TYPE_INVALID_SCHEME", message)
        return None
    return url
