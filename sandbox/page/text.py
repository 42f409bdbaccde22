"""Discord's Markdown as HTML for the page."""

from html import escape

from sandbox.page.viewer import Viewer
from sandbox.state import Guild


def to_html(viewer: Viewer, text: str, guild: Guild | None) -> str:
    return escape(text)


def to_line(viewer: Viewer, text: str, guild: Guild | None) -> str:
    """Without marks, for a preview of one line."""
    return " ".join(text.split())
