"""What commands print: tables and colours on a terminal, plain text in a pipe, JSON where it is asked for."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, TextIO
from unicodedata import combining, east_asian_width

import typer

if TYPE_CHECKING:
    from rich.console import Console

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
"""The option that every command has."""

LONGEST_CELL = 200
"""Characters of one cell of a table; the server decides how long a name is, and JSON has it whole."""
LONGEST_LINE = 2000
"""Characters of any other line."""
STYLES = {
    "ok": "green",
    "installed": "green",
    "healthy": "green",
    "note": "yellow",
    "not installed": "yellow",
} | dict.fromkeys(("failed", "wrong", "unhealthy", "broken"), "bold red")
"""How a cell that says exactly this looks on a terminal."""

_PICTURES = {
    **{code: 0x2400 + code for code in range(0x20)},
    0x7F: 0x2421,
    **dict.fromkeys(range(0x80, 0xA0), 0xFFFD),
    **dict.fromkeys(range(0xD800, 0xE000), 0xFFFD),
    0x0D: None,
}
del _PICTURES[ord("\n")], _PICTURES[ord("\t")]
_JOINERS = "\u200c\u200d"
_TOLD_TO_TERMINALS = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def shown(text: str, longest: int = LONGEST_LINE) -> str:
    """The text as a terminal may get it, on one line: what it would take for an order becomes visible as �.

    Everything that a command prints for people passes here: names and errors come from servers, and from whoever types.
    """
    text = text[: longest + 1]
    if not text.isprintable():
        text = "".join(map(_printable, text))
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def inert(text: str) -> str:
    """Text of many lines with pictures in the place of what a terminal would obey, ESC above all; tabs stay, too."""
    return text.translate(_PICTURES)


def _printable(character: str) -> str:
    if character.isprintable() or character in _JOINERS:
        return character
    return " " if character.isspace() else "�"


def on_terminal() -> bool:
    """Whether a person looks at stdout."""
    return is_terminal(sys.stdout)


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person is at the other end; a stream that was closed before we came is None."""
    return stream is not None and stream.isatty()


def say(*lines: str) -> None:
    """Lines of the result."""
    for line in lines:
        typer.echo(shown(line))


def note(text: str) -> None:
    """What a person should know beside the result, on stderr; each line of `text` is one there."""
    for line in text.split("\n"):
        typer.echo(shown(line), err=True)


def print_json(value: Any) -> None:
    """One JSON document, indented."""
    typer.echo(_encoded(value, indented=True))


def print_json_line(value: Any) -> None:
    """One JSON document on a line of its own, at once."""
    typer.echo(_encoded(value, indented=False))


def _encoded(value: Any, *, indented: bool) -> str:
    """JSON in which also those characters are escaped that JSON allows and a terminal obeys."""
    import orjson

    text = orjson.dumps(value, option=orjson.OPT_INDENT_2 if indented else 0).decode()
    return _TOLD_TO_TERMINALS.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def print_table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> None:
    """A table with rules on a terminal, aligned columns in a pipe; `right` are the columns of numbers."""
    cells = [[shown(cell, LONGEST_CELL) for cell in row] for row in rows]
    if on_terminal():
        _print_rich_table(columns, cells, right)
        return
    _print_aligned([columns, *cells], right)


def print_facts(facts: Mapping[str, str]) -> None:
    """Labels and what is said of each, a line each."""
    print_rows([(f"{label}:", fact) for label, fact in facts.items()], first="bold")


def print_rows(rows: Sequence[Sequence[str]], *, first: str = "") -> None:
    """Cells below each other, without rules or a heading; `first` is how the first column looks on a terminal."""
    cells = [[shown(cell, LONGEST_LINE) for cell in row] for row in rows]
    if not cells:
        return
    if not on_terminal():
        _print_aligned(cells)
        return
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2))
    for row in cells:
        grid.add_row(*(Text(cell, STYLES.get(cell, first if not place else "")) for place, cell in enumerate(row)))
    console().print(grid)


def _print_aligned(lines: Sequence[Sequence[str]], right: Sequence[int] = ()) -> None:
    """Columns two spaces apart."""
    widths = [max(_width(line[place]) for line in lines) for place in range(len(lines[0]))]
    for line in lines:
        padded = [_padded(*cell, place in right) for place, cell in enumerate(zip(line, widths, strict=True))]
        typer.echo("  ".join(padded).rstrip())


def console() -> Console:
    """The terminal that stdout is."""
    from rich.console import Console

    return Console(highlight=False, markup=False, emoji=False)


def _print_rich_table(columns: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell, STYLES.get(cell, "")) for cell in row))  # a name in square brackets is no markup
    console().print(table)


def _padded(cell: str, width: int, to_the_right: bool) -> str:
    space = " " * (width - _width(cell))
    return space + cell if to_the_right else cell + space


def _width(text: str) -> int:
    """Columns that a terminal gives to a text."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(each) else 2 if east_asian_width(each) in "WF" else 1 for each in text)
