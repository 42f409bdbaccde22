"""Bold, italics, underline, strikethrough, spoilers and escapes, with the odd cases that Discord's client has."""

import pytest

from tests.sandbox.page.markdown.shown import escaped, html, spoiler


def em(words: str) -> str:
    return f"<em>{words}</em>"


def strong(words: str) -> str:
    return f"<strong>{words}</strong>"


def under(words: str) -> str:
    return f"<u>{words}</u>"


def struck(words: str) -> str:
    return f"<s>{words}</s>"


PLAIN = (
    "a * foo*", "*foo   *bar", "**", "***", "a * b * c", "a * *", "*foo\n*", "a  *b   *", "foo_bar_baz", "_a_b", "__",
    "~~", "~", "~~~~", "||", "||||", "|a|", "~a~", "**a", "*a", "_a", "__a", "a**", "** ", "snake_case and more_of_it",
)  # fmt: skip
STYLES = {
    "italics with stars": ("*foo*", em("foo")),
    "italics with underscores": ("_foo_", em("foo")),
    "bold": ("**foo**", strong("foo")),
    "underline": ("__foo__", under("foo")),
    "strikethrough": ("~~foo~~", struck("foo")),
    "spoiler": ("||foo||", spoiler("foo")),
    "bold italics": ("***foo***", em(strong("foo"))),
    "underlined italics": ("__*foo*__", under(em("foo"))),
    "underlined bold": ("__**foo**__", under(strong("foo"))),
    "all three": ("__***foo***__", under(em(strong("foo")))),
    "three underscores": ("___foo___", em(under("foo"))),
    "twice on a line": ("*a* *b*", f"{em('a')} {em('b')}"),
    "in a word": ("foo*bar*baz", f"foo{em('bar')}baz"),
    "underscore after a letter": ("foo_bar_", f"foo{em('bar')}"),
    "underscore before punctuation": ("_a_!", f"{em('a')}!"),
    "underline in a word": ("a__b__c", f"a{under('b')}c"),
    "over lines": ("**a\nb**", strong("a<br>b")),
    "italics over lines": ("*a\nb*", em("a<br>b")),
    "italics in bold": ("***foo* bar** baz", f"{strong(em('foo') + ' bar')} baz"),
    "bold in italics": ("***foo** bar* baz", f"{em(strong('foo') + ' bar')} baz"),
    "italics first": ("*foo **bar* baz**", f"{em('foo **bar')} baz**"),
    "bold first": ("**foo *bar** baz*", f"{strong('foo *bar')} baz*"),
    "underline first": ("__foo _bar__ baz_", f"{under('foo _bar')} baz_"),
    "one star is too many": ("**foo*", f"*{em('foo')}"),
    "the other is too many": ("**foo***", strong("foo*")),
    "one underscore is too many": ("__foo_", f"_{em('foo')}"),
    "four stars": ("****", em("**")),
    "five stars": ("*****", strong("*")),
    "five tildes": ("~~~~~", struck("~")),
    "five bars": ("|||||", spoiler("|")),
    "two spaces at the end": ("*b  *", em("b")),
    "spaces in bold": ("** a **", strong(" a ")),
    "bold nothing": ("** **", strong(" ")),
    "underlined nothing": ("_ _", em(" ")),
    "spaces in strikethrough": ("~~ a ~~", struck(" a ")),
    "strikethrough before an underscore": ("~~a~~_", "~~a~~_"),
    "no emphasis within itself": ("*a   *b*   c*", f"*a   {em('b')}   c*"),
    "spoiler over lines": ("||a\n\nb||", spoiler("a<br><br>b")),
    "styles in a spoiler": ("||**a**||", spoiler(strong("a"))),
    "spoilers in spoilers close at once": ("||a ||b|| c||", f"{spoiler('a ')}b{spoiler(' c')}"),
    "crossed": ("~~a **b~~ c**", f"{struck('a **b')} c**"),
    "around code": ("**`*a*`**", strong("<code>*a*</code>")),
    "around a fence": ("__a\n```b```\nc__", under('a<br><pre><code class="code">b</code></pre>c')),
    "around a quote": ("**a\n> b** c", f"{strong('a<br><blockquote>b</blockquote>')} c"),
    "around a heading": ("*# foo*ing", f"{em('<h1>foo</h1>')}ing"),
    "not around a heading within a line": ("a *# foo*", f"a {em('# foo')}"),
}
ESCAPES = {
    "star": (r"\*foo*", "*foo*"),
    "closing star": (r"*foo\*", "*foo*"),
    "star in italics": (r"*a\*b*", em("a*b")),
    "backslash": (r"\\*a*", rf"\{em('a')}"),
    "letter": (r"\a", r"\a"),
    "digit": (r"\1", r"\1"),
    "space": ("\\ ", "\\ "),
    "new line": ("a\\\nb", "a\\<br>b"),
    "at the end": ("a\\", "a\\"),
    "ampersand": (r"\&", "&amp;"),
    "underscore": (r"\_a\_", "_a_"),
    "spoiler": (r"\||a||", "||a||"),
    "backtick": (r"\`a`", "`a`"),
    "fence": ("\\```a```", "```a```"),
    "mention": (r"\<@1>", "&lt;@1&gt;"),
    "everyone": (r"\@everyone", "@everyone"),
    "heading": (r"\# a", "# a"),
    "quote": (r"\> a", "&gt; a"),
    "bullet": (r"\- a", "- a"),
    "not in strikethrough": (r"~~\~~", struck("\\")),
    "shrug": (r"¯\_(ツ)_/¯", r"¯\_(ツ)_/¯"),
    "no shrug": (r"\_(ツ)_/", "_(ツ)_/"),
}


@pytest.mark.parametrize(("text", "shown"), STYLES.values(), ids=STYLES)
def test_styles(text: str, shown: str) -> None:
    assert html(text) == shown


@pytest.mark.parametrize(("text", "shown"), ESCAPES.values(), ids=ESCAPES)
def test_escapes(text: str, shown: str) -> None:
    assert html(text) == shown


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_no_style_stays_as_it_is(text: str) -> None:
    assert html(text) == text.replace("\n", "<br>")


@pytest.mark.parametrize(
    "text",
    [
        "<b>a</b>",
        "&amp; &#42;a&#42; &copy;",
        "a\n===",
        "a\n---",
        "---",
        "    code",
        "|a|b|\n|-|-|\n|1|2|",
        "[a]: https",
        "![a](b)",
    ],
)
def test_there_is_no_html_and_no_other_markdown(text: str) -> None:
    assert html(text) == escaped(text).replace("\n", "<br>")
