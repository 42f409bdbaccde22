"""Discord's Markdown as HTML for the page."""

from html import escape

from sandbox.page.viewer import Viewer
from sandbox.state import Guild


def message_html(viewer: Viewer, text: str, guild: Guild | None) -> str:
    return escape(text)


def embed_html(viewer: Viewer, text: str, guild: Guild | None) -> str:
    """Of an embed's description, a field's value, or a text of a layout."""
    return escape(text)


def title_html(viewer: Viewer, text: str, guild: Guild | None) -> str:
    """Of an embed's title, or a field's name."""
    return escape(text)


def line(viewer: Viewer, text: str, guild: Guild | None) -> str:
    """As one line of text, without marks."""
    return " ".join(text.split())
