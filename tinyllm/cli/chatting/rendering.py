"""Blocks of Markdown as lines of a terminal, nothing left out and nothing that the terminal would obey."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from markdown_it.token import Token
from rich import box
from rich.console import Console, ConsoleOptions, JustifyMethod, RenderResult
from rich.markdown import CodeBlock, Heading, ListItem, Markdown, MarkdownElement, TableElement
from rich.segment import Segment
from rich.style import Style
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text
from rich.theme import Theme

from tinyllm.cli.chatting.markdown import Block, markdown_parser
from tinyllm.cli.output import inert

Line = list[Segment]
"""One row of the screen, without its end."""

SPEAKER = "Assistant: "
SPEAKER_STYLE = Style(bold=True, color="green")
NARROWEST_COLUMN = 4
"""Cells that a column of a table needs; a table that has less room is shown as it was written."""


@dataclass(frozen=True, slots=True)
class Part:
    """Some of the lines of code in a fence."""

    begin: int = 0
    end: int | None = None
    """None for all that there are."""


WHOLE = Part()


class AnswerLines:
    """Renders the blocks of one answer, one after the other, as they are printed below each other."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._begun = False

    def add(self, block: Block, part: Part = WHOLE) -> list[Line]:
        """The lines of the next block, with those that set it off from the one before."""
        lines = self.look([block], part)
        self._begun = self._begun or bool(lines) or part.begin > 0
        return lines

    def look(self, blocks: Sequence[Block], part: Part = WHOLE) -> list[Line]:
        """How blocks would look if they were next, of the first one only a part."""
        begun, lines = self._begun, list[Line]()
        for number, block in enumerate(blocks):
            lines += self._lines(block, begun, WHOLE if number else part)
            begun = begun or bool(lines)
        return lines

    def _lines(self, block: Block, begun: bool, part: Part) -> list[Line]:
        tokens = _tokens(block)
        speaks = not begun and bool(tokens) and tokens[0].type == "paragraph_open"
        if speaks:
            tokens[1].children = [*_SPEAKER_TOKENS, *(tokens[1].children or [])]
        options = self._console.options.update(height=None)
        with self._console.use_theme(_THEME):
            lines = _trimmed(self._console.render_lines(_Answer(tokens, part), options, pad=False))
        if not lines or speaks or part.begin:
            return lines
        if not begun:
            return [[Segment(SPEAKER.rstrip(), SPEAKER_STYLE)], *lines]
        return lines if block.follows_item else [[], *lines]


def code_length(block: Block) -> int:
    """Lines of code in a fence, without the empty ones at its end."""
    return _code(_tokens(block)[0].content).count("\n") + 1


def _code(content: str) -> str:
    return content.rstrip()


def _tokens(block: Block) -> list[Token]:
    tokens = markdown_parser().parse(block.text)
    if block.number is not None and tokens and tokens[0].type == "ordered_list_open":
        tokens[0].attrs["start"] = block.number
    _prepare(tokens)
    return tokens


def _prepare(tokens: Iterable[Token]) -> None:
    """Make every token harmless, also what was written as `&#27;`; the ends of lines stay, as in verse."""
    for token in tokens:
        token.content = inert(token.content)
        token.attrs = {name: inert(value) if isinstance(value, str) else value for name, value in token.attrs.items()}
        if token.type == "softbreak":
            token.type = "hardbreak"
        _prepare(token.children or [])


def _trimmed(lines: list[Line]) -> list[Line]:
    """Without the empty lines at both ends, and each line without what cannot be seen at its end."""
    stripped = [_stripped(line) for line in lines]
    shown = [number for number, line in enumerate(stripped) if line]
    return stripped[shown[0] : shown[-1] + 1] if shown else []


def _stripped(line: Line) -> Line:
    kept = list(line)
    while kept and not (kept[-1].style and kept[-1].style.bgcolor):
        last = kept.pop()
        if text := last.text.rstrip():
            return [*kept, Segment(text, last.style)]
    return kept


_THEME = Theme({"markdown.speaker": SPEAKER_STYLE, "markdown.code": "bold cyan"})
_SPEAKER_TOKENS = (
    Token("speaker_open", "speaker", 1),
    Token("text", "", 0, content=SPEAKER),
    Token("speaker_close", "speaker", -1),
)


class _Heading(Heading):
    LEVEL_ALIGN: ClassVar[dict[str, JustifyMethod]] = dict.fromkeys(Heading.LEVEL_ALIGN, "left")


class _Code(CodeBlock):
    """A part of some code, coloured as a part of the whole."""

    part: Part

    @classmethod
    def create(cls, markdown: Markdown, token: Token) -> _Code:
        made = cls((token.info or "").partition(" ")[0] or "text", markdown.code_theme)
        made.part = markdown.part if isinstance(markdown, _Answer) and token.level == 0 else WHOLE
        return made

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        part = self.part
        yield Syntax(
            _code(str(self.text)),
            self.lexer_name,
            theme=self.theme,
            word_wrap=True,
            line_range=None if part == WHOLE else (part.begin + 1, part.end),
            padding=(int(not part.begin), 1, int(part.end is None), 1),
        )


class _Item(ListItem):
    """An item whose number takes the same room in whatever list it is rendered."""

    def render_number(self, console: Console, options: ConsoleOptions, number: int, _last: int) -> RenderResult:
        numeral = f"{number}.".rjust(3) + " "
        style = console.get_style("markdown.item.number", default="none")
        narrower = options.update(width=max(options.max_width - len(numeral), 1))
        for index, line in enumerate(console.render_lines(self.elements, narrower, style=self.style)):
            yield Segment(" " * len(numeral) if index else numeral, style)
            yield from line
            yield Segment.line()


class _Table(TableElement):
    """A table that folds what is too long, instead of cutting it off."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        header = self.header.row.cells if self.header and self.header.row else []
        rows = [[cell.content for cell in row.cells] for row in (self.body.rows if self.body else [])]
        if len(header) * NARROWEST_COLUMN > options.max_width:
            for cells in [[cell.content for cell in header], *rows]:
                yield Text(" | ").join(cells)
            return
        table = Table(box=box.SIMPLE, pad_edge=False, style="markdown.table.border", collapse_padding=True)
        for column in header:
            heading = column.content.copy()
            heading.stylize("markdown.table.header")
            table.add_column(heading, overflow="fold")
        for cells in rows:
            table.add_row(*cells)
        yield table


class _Answer(Markdown):
    """A part of an answer."""

    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "heading_open": _Heading,
        "fence": _Code,
        "code_block": _Code,
        "list_item_open": _Item,
        "table_open": _Table,
    }
    inlines: ClassVar[set[str]] = {*Markdown.inlines, "speaker"}  # type: ignore[misc]  # rich's is no ClassVar

    def __init__(self, tokens: list[Token], part: Part) -> None:
        super().__init__("", hyperlinks=False)
        self.parsed = tokens
        self.part = part
