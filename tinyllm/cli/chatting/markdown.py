"""Splits a growing Markdown text into blocks, so that what is finished can be printed for good. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token


def markdown_parser() -> MarkdownIt:
    """The dialect that is shown: nothing in it swallows text, and no later line changes an earlier block.

    HTML stays text; definitions of links too, which would reach back to what has been printed already.
    """
    parser = MarkdownIt("commonmark", {"html": False}).enable(["strikethrough", "table"])
    return parser.disable(["reference", "image", "autolink"])


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of the text; all pieces together are the text."""

    text: str
    follows_item: bool = False
    """An item of the list that the piece before belongs to."""
    number: int | None = None
    """The place of the first item in a numbered list."""
    is_fence: bool = False
    """Code in a fence: whatever follows, its earlier lines stay as they are."""


class BlockSplitter:
    """Takes a text in parts of any size, and gives its top-level blocks, a list's items one by one.

    A block is finished once its successor has a whole line, for then nothing that follows can change it.
    """

    def __init__(self) -> None:
        self._parser = markdown_parser().disable(["inline", "text_join"])
        self._open = Block("")
        """The lines of the last block,"""
        self._parts: list[str] = []
        """and what came after them."""

    def feed(self, text: str) -> None:
        """Add the next part of the text."""
        self._parts.append(text)

    def finished(self) -> list[Block]:
        """The blocks that have finished since the last call. Takes time with the length of what has not."""
        lines, newline, rest = "".join(self._parts).rpartition("\n")
        self._parts = [rest]
        if not newline:
            return []
        *finished, self._open = self._split(lines + newline)
        return finished

    def unfinished(self) -> list[Block]:
        """What has come since then, as it looks now."""
        return [block for block in self._split("".join(self._parts)) if block.text]

    def flush(self) -> list[Block]:
        """The rest, at the end of the text."""
        blocks = self.unfinished()
        self._open, self._parts = Block(""), []
        return blocks

    def _split(self, more: str) -> list[Block]:
        """The open block and `more`; at least one block."""
        text, number = self._open.text + more, self._open.number
        # Replaced and not removed, so that the parser counts the lines as we do.
        starts = _starts(self._parser.parse(text.replace("\r", " "))) or [_Start(0, self._open.follows_item, number)]
        lines = [f"{line}\n" for line in text.split("\n")]
        lines[-1] = lines[-1][:-1]
        cuts = [0, *(start.line for start in starts[1:]), len(lines)]
        blocks = []
        for start, begin, end in zip(starts, cuts[:-1], cuts[1:], strict=True):
            follows_item = start.follows_item or (begin == 0 and self._open.follows_item)
            number = number if follows_item else start.number
            blocks.append(Block("".join(lines[begin:end]), follows_item, number, start.is_fence))
            number = None if number is None else number + 1
        return blocks


@dataclass(frozen=True, slots=True)
class _Start:
    """Where a block begins."""

    line: int
    follows_item: bool
    number: int | None
    is_fence: bool = False


def _starts(tokens: list[Token]) -> list[_Start]:
    starts: list[_Start] = []
    number: int | None = None
    is_first = True
    for token in tokens:
        if token.map is None:
            continue
        if token.type in ("bullet_list_open", "ordered_list_open") and token.level == 0:
            number = int(token.attrs.get("start", 1)) if token.type == "ordered_list_open" else None
            is_first = True
        elif token.type == "list_item_open" and token.level == 1:
            starts.append(_Start(token.map[0], not is_first, number))
            is_first = False
        elif token.level == 0:
            starts.append(_Start(token.map[0], False, None, token.type == "fence"))
    return starts
