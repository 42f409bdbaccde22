"""A text without its markup, for where there is room for a line only."""

from collections.abc import Sequence

from markdown_it.token import Token

_HIDDEN = "█"
_APART = {"fence", "heading", "subtext", "quote", "list", "item"}
"""What has lines of its own."""


def unmarked(tokens: Sequence[Token]) -> str:
    """What is in spoilers stays hidden."""
    parts, spoilers = [], 0
    for token in tokens:
        name = token.type.removesuffix("_open").removesuffix("_close")
        if name == "spoiler":
            spoilers += token.nesting
        words = _HIDDEN * len(token.content) if spoilers else token.content
        parts.append(f" {words} " if name in _APART else words)
    return " ".join("".join(parts).split())
