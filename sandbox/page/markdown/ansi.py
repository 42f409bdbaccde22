"""Fences in the language `ansi`: the few escape codes of terminals that Discord shows."""

import re
from html import escape

_CODES = re.compile(r"\x1b\[([0-9;]*)m")
_COLOURS = {
    30: ("#4f545c", "#002b36"),
    31: ("#dc322f", "#cb4b16"),
    32: ("#859900", "#586e75"),
    33: ("#b58900", "#657b83"),
    34: ("#268bd2", "#839496"),
    35: ("#d33682", "#6c71c4"),
    36: ("#2aa198", "#93a1a1"),
    37: ("#ffffff", "#fdf6e3"),
}
"""By the code of a letter's colour: that colour, and the one that the code 10 higher gives its background."""
_SHAPES = {1: "font-weight: bold", 4: "text-decoration: underline"}


def coloured(code: str) -> str:
    """Safe HTML: one span for each stretch of text that looks the same."""
    worn: dict[str, int] = {}
    html = []
    end = 0
    for found in _CODES.finditer(code):
        html.append(_span(code[end : found.start()], worn))
        for number in found[1].split(";"):
            worn = _changed(worn, int(number[:3] or 0))
        end = found.end()
    html.append(_span(code[end:], worn))
    return "".join(html)


def rules() -> list[str]:
    """The style sheet's part of this."""
    shapes = [f".code .ansi-{number} {{ {shape} }}" for number, shape in _SHAPES.items()]
    letters = [f".code .ansi-{number} {{ color: {colour} }}" for number, (colour, _) in _COLOURS.items()]
    grounds = [
        f".code .ansi-{number + 10} {{ background-color: {colour} }}" for number, (_, colour) in _COLOURS.items()
    ]
    return [*shapes, *letters, *grounds]


def _changed(worn: dict[str, int], number: int) -> dict[str, int]:
    if number == 0:
        return {}
    if number in _SHAPES:
        return {**worn, str(number): number}
    if number in _COLOURS:
        return {**worn, "letter": number}
    return {**worn, "ground": number} if number - 10 in _COLOURS else worn


def _span(text: str, worn: dict[str, int]) -> str:
    if not text or not worn:
        return escape(text)
    classes = " ".join(f"ansi-{number}" for number in worn.values())
    return f'<span class="{classes}">{escape(text)}</span>'
