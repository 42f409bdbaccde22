"""Code in colours: Pygments' classes for a fence, and the style sheet that goes with them."""

from collections.abc import Iterator
from functools import cache
from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.styles import get_style_by_name
from pygments.token import STANDARD_TYPES, Token

from sandbox.page.markdown import ansi
from sandbox.page.markdown.languages import LANGUAGES, is_quick

_STYLE = "github-dark"


def highlighted(code: str, language: str) -> str:
    """Safe HTML, in which only the text is the caller's; without colours if the language is unknown or the code odd."""
    if language.lower() == "ansi":
        return ansi.coloured(code)
    name = LANGUAGES.get(language.lower())
    if name is None or not is_quick(code, name):
        return escape(code)
    html: str = highlight(code, _lexer(name), _formatter())
    return html.removesuffix("\n")


def style_sheet() -> str:
    """What `static/code.css` says, below the element with the class `code`."""
    return "\n".join([f"/* Pygments' style {_STYLE}, and the colours of terminals. */", *_rules(), *ansi.rules(), ""])


def _rules() -> Iterator[str]:
    """A rule for each kind of token that does not look like all other text."""
    style = get_style_by_name(_STYLE)
    plain = style.style_for_token(Token)
    for kind, look in style:
        shown = {
            "color": f"#{look['color']}" if look["color"] != plain["color"] else None,
            "background-color": f"#{look['bgcolor']}" if look["bgcolor"] else None,
            "font-weight": "bold" if look["bold"] else None,
            "font-style": "italic" if look["italic"] else None,
            "text-decoration": "underline" if look["underline"] else None,
        }
        declarations = "; ".join(f"{name}: {value}" for name, value in shown.items() if value)
        if declarations and (name := STANDARD_TYPES.get(kind)):
            yield f".code .{name} {{ {declarations} }}"


@cache
def _lexer(name: str) -> Lexer:
    return get_lexer_by_name(name, stripnl=False, ensurenl=False, unicodelevel="none")


@cache
def _formatter() -> HtmlFormatter[str]:
    return HtmlFormatter(nowrap=True)
