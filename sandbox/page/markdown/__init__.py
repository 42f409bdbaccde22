"""What people and bots write, as safe HTML that looks like what Discord's client shows of it.

Values go in and a string comes out: no clock, no state, nothing is fetched. Whatever is written, the result has only
elements and attributes that this package puts there.
"""

from datetime import UTC, tzinfo

from markdown_it.token import Token

from sandbox.page.markdown.emoji import large
from sandbox.page.markdown.kinds import Kind
from sandbox.page.markdown.names import Known, Names, Shown
from sandbox.page.markdown.parser import parser
from sandbox.page.markdown.scope import Given, Scope, environment
from sandbox.page.markdown.text import whole
from sandbox.page.markdown.unmarked import unmarked

__all__ = ["Kind", "Known", "Names", "Shown", "plain", "render"]


def render(text: str, names: Names, *, now: float, kind: Kind = Kind.MESSAGE, zone: tzinfo = UTC) -> str:
    """HTML without a single element around it; `now` is in seconds since the Unix epoch, `zone` where the reader is."""
    scope = Scope(Given(names, now, zone, kind))
    tokens = _tokens(text, scope)
    html: str = parser().renderer.render(tokens, parser().options, environment(scope))
    return f'<span class="large">{html}</span>' if kind is Kind.MESSAGE and large(tokens) else html


def plain(text: str, names: Names, *, now: float, zone: tzinfo = UTC) -> str:
    """One line without markup; it is text, and no HTML."""
    return unmarked(_tokens(text, Scope(Given(names, now, zone, Kind.MESSAGE))))


def _tokens(text: str, scope: Scope) -> list[Token]:
    (root,) = parser().parseInline(whole(text), environment(scope))
    return root.children or []
