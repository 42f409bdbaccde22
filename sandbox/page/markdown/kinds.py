"""Where a text is shown, and what of the dialect is rendered there."""

from enum import Enum


class Kind(Enum):
    MESSAGE = "message"
    """What a message says: all of the dialect, and emoji that stand alone are large."""
    EMBED = "embed"
    """The description of an embed, the value of a field, a text display: all of the dialect."""
    TITLE = "title"
    """The title of an embed, the name of a field: one line of styles; links and mentions stay as typed."""
    PREVIEW = "preview"
    """What a reply answers: one line of styles in which nothing can be clicked."""

    @property
    def one_line(self) -> bool:
        """Whether a new line is but a space, and there are no headings, quotes, lists and fences."""
        return self in (Kind.TITLE, Kind.PREVIEW)

    @property
    def refers(self) -> bool:
        """Whether links and mentions are rendered at all."""
        return self is not Kind.TITLE

    @property
    def interactive(self) -> bool:
        """Whether a link can be followed and a spoiler be opened."""
        return not self.one_line
