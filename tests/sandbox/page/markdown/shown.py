"""A reader with a few names at a fixed time, so that a table has but texts and what is shown."""

from html import escape

from sandbox.page.markdown import Kind, Known, Shown, plain, render

NOW = 1_700_000_000.0
"""Tuesday, November 14, 2023 at 10:13:20 PM in UTC."""
NAMES = Known(
    users={1: Shown("Ada", own=True), 2: Shown("<b>Ben</b>")},
    roles={3: Shown("Mods", colour=0xE91E63), 4: Shown("Readers", own=True)},
    channels={5: Shown("general")},
)


def html(text: str, kind: Kind = Kind.MESSAGE) -> str:
    return render(text, NAMES, now=NOW, kind=kind)


def line(text: str) -> str:
    return plain(text, NAMES, now=NOW)


def escaped(text: str) -> str:
    return escape(text, quote=False)


def link(target: str, words: str | None = None, title: str | None = None) -> str:
    """A link as all are."""
    attributes = f'href="{target}" title="{title or target}" rel="noopener noreferrer nofollow ugc" target="_blank"'
    return f"<a {attributes}>{words or target}</a>"


def spoiler(words: str) -> str:
    return f'<span class="spoiler" role="button" tabindex="0" aria-expanded="false">{words}</span>'
