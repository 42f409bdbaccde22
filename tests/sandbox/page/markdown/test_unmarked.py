"""Texts as one line without markup."""

import pytest

from tests.sandbox.page.markdown.shown import line

LINES = {
    "text": ("a b", "a b"),
    "styles": ("**a** *b* __c__ ~~d~~ `e`", "a b c d e"),
    "styles in a word": ("a**b**c", "abc"),
    "new lines": ("a\nb\n\n c", "a b c"),
    "spaces at the ends": ("  a  ", "a"),
    "fence": ("a```py\nb\nc```d", "a b c d"),
    "heading": ("# a\nb", "a b"),
    "small text": ("-# a\nb", "a b"),
    "quote": ("> a\n> b\nc", "a b c"),
    "list": ("- a\n - b\n- c", "a b c"),
    "user": ("<@1> <@9>", "@Ada @unknown-user"),
    "hostile name": ("<@2>", "@<b>Ben</b>"),
    "role and channel": ("<@&3> <#5>", "@Mods #general"),
    "command": ("</play song:6>", "/play song"),
    "everyone": ("@everyone", "@everyone"),
    "emoji": ("😀 <:ab:1>", "😀 :ab:"),
    "time": ("<t:0:D> <t:1699999940:R>", "January 1, 1970 a minute ago"),
    "link": ("https://a.example", "https://a.example"),
    "masked link": ("[a **b**](https://a.example)", "a b"),
    "escapes": (r"\*a\*", "*a*"),
    "html": ("<b>a</b> &amp;", "<b>a</b> &amp;"),
    "spoiler": ("a ||b **c**|| d", "a ███ d"),
    "nothing": ("", ""),
}


@pytest.mark.parametrize(("text", "shown"), LINES.values(), ids=LINES)
def test_a_line_without_markup(text: str, shown: str) -> None:
    assert line(text) == shown
