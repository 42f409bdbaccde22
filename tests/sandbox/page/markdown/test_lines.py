"""Headings, small text, quotes and lists: where a line may begin one, and what is in it."""

import pytest

from tests.sandbox.page.markdown.shown import html


def small(words: str) -> str:
    return f'<small class="subtext">{words}</small>'


def quote(words: str) -> str:
    return f"<blockquote>{words}</blockquote>"


def ul(*items: str) -> str:
    return f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>"


def ol(start: int, *items: str) -> str:
    return f'<ol start="{start}">{"".join(f"<li>{item}</li>" for item in items)}</ol>'


HEADINGS = {
    "largest": ("# a", "<h1>a</h1>"),
    "second": ("## a", "<h2>a</h2>"),
    "third": ("### a", "<h3>a</h3>"),
    "there is no fourth": ("#### a", "#### a"),
    "no space": ("#a", "#a"),
    "no words": ("# ", "# "),
    "nothing at all": ("#", "#"),
    "only signs": ("# ##", "# ##"),
    "not within a line": ("a # b", "a # b"),
    "not indented": (" # a", " # a"),
    "on any line": ("a\n# b\nc", "a<br><h1>b</h1>c"),
    "two": ("# a\n## b", "<h1>a</h1><h2>b</h2>"),
    "a sign after it": ("# # a", "# # a"),
    "signs behind it go": ("#    a #   ####   ", "<h1>a #</h1>"),
    "styles": ("# **a** *b*", "<h1><strong>a</strong> <em>b</em></h1>"),
    "a quote in it": ("# > a", f"<h1>{quote('a')}</h1>"),
    "a list in it": ("# - a", f"<h1>{ul('a')}</h1>"),
    "in a quote": ("> # a", quote("<h1>a</h1>")),
    "not in a list": ("- # a", ul("# a")),
}
SUBTEXTS = {
    "small": ("-# a", small("a")),
    "the line ends it": ("-# a\nb", f"{small('a')}b"),
    "no space": ("-#a", "-#a"),
    "no words": ("-# ", "-# "),
    "not within a line": ("a -# b", "a -# b"),
    "not indented": (" -# a", " -# a"),
    "not twice": ("-# -# a", "-# -# a"),
    "a heading in it": ("-# # a", small("<h1>a</h1>")),
    "in a heading": ("# -# a", f"<h1>{small('a')}</h1>"),
    "in a list": ("- -# a", ul(small("a"))),
    "in a quote": ("> -# a", quote(small("a"))),
    "styles": ("-# **a**", small("<strong>a</strong>")),
}
QUOTES = {
    "a line": ("> a", quote("a")),
    "lines": ("> a\n> b", quote("a<br>b")),
    "a line ends it": ("> a\nb", f"{quote('a')}b"),
    "an empty line ends it": ("> a\n\nb", f"{quote('a')}<br>b"),
    "a quoted empty line does not": ("> a\n> \n> b", quote("a<br><br>b")),
    "without a space": (">a", "&gt;a"),
    "a sign alone": ("> a\n>\n> b", f"{quote('a')}&gt;<br>{quote('b')}"),
    "the rest": (">>> a\nb\n\nc", quote("a<br>b<br><br>c")),
    "the rest from the middle on": ("a\n>>> b\nc", f"a<br>{quote('b<br>c')}"),
    "two signs": (">> a", "&gt;&gt; a"),
    "the rest without a space": (">>>a", "&gt;&gt;&gt;a"),
    "not within a line": ("a > b", "a &gt; b"),
    "indented": ("  > a\n  > b", quote("a<br>b")),
    "spaces after the first stay": (">  a", quote(" a")),
    "nothing": ("> ", quote("")),
    "no quotes in quotes": ("> > a\n> > b", quote("&gt; a<br>&gt; b")),
    "no quotes in the rest": (">>> a\n> b", quote("a<br>&gt; b")),
    "styles over its lines": ("> **a\n> b**", quote("<strong>a<br>b</strong>")),
    "styles end with it": ("> **a\nb**", f"{quote('**a')}b**"),
    "in italics": ("*> a*", f"<em>{quote('a')}</em>"),
    "not in italics within a line": ("a *> b*", "a <em>&gt; b</em>"),
    "a list in it": ("> - a\n> - b", quote(ul("a", "b"))),
}
LISTS = {
    "hyphen": ("- a", ul("a")),
    "star": ("* a", ul("a")),
    "plus is none": ("+ a", "+ a"),
    "items": ("- a\n- b", ul("a", "b")),
    "both bullets": ("- a\n* b", ul("a", "b")),
    "no space": ("-a", "-a"),
    "not within a line": ("a - b", "a - b"),
    "text before and after": ("a\n- b\nc", f"a<br>{ul('b')}c"),
    "an empty line ends it": ("- a\n\n- b", f"{ul('a')}<br>{ul('b')}"),
    "numbered": ("1. a\n2. b", ol(1, "a", "b")),
    "numbered from": ("7. a\n3. b", ol(7, "a", "b")),
    "numbered from nothing": ("0. a", ol(1, "a")),
    "the greatest number": ("1000000000. a", ol(1_000_000_000, "a")),
    "a greater number": ("1000000001. a", ol(1_000_000_000, "a")),
    "no number": ("1) a", "1) a"),
    "digits of others": ("١. a", "١. a"),
    "no end of digits": ("1" * 13 + ". a", "1" * 13 + ". a"),
    "the first bullet decides": ("1. a\n- b", ol(1, "a", "b")),
    "in one another by a space": ("- a\n - b", ul(f"a<br>{ul('b')}")),
    "in one another by two": ("- a\n  - b\n- c", ul(f"a<br>{ul('b')}", "c")),
    "three deep": ("- a\n  - b\n    - c\n- d", ul("a<br>" + ul("b<br>" + ul("c")), "d")),
    "numbers in bullets": ("- a\n  1. b\n  2. c", ul(f"a<br>{ol(1, 'b', 'c')}")),
    "bullets in numbers": ("1. a\n   - b\n   - c\n2. d", ol(1, f"a<br>{ul('b', 'c')}", "d")),
    "on one line": ("- - a", ul(ul("a"))),
    "indented": ("  - a\n  - b", ul("a", "b")),
    "less and less": ("  - a\n - b\n- c", ul("a", "b", "c")),
    "lines of an item": ("- a\n  b\n  c", ul("a<br>b<br>c")),
    "indented more than the bullet": ("- a\n   b", ul("a<br> b")),
    "empty item": ("- \n- b", ul("", "b")),
    "spaces after the bullet": ("-   a", ul("a")),
    "styles": ("- **a**\n- ~~b~~", ul("<strong>a</strong>", "<s>b</s>")),
    "styles end with the item": ("- **a\n- b**", ul("**a", "b**")),
    "a quote in it": ("- > a", ul(quote("a"))),
    "eleven deep": ("- " * 11 + "a", "<ul><li>" * 11 + "a" + "</li></ul>" * 11),
    "not twelve deep": ("- " * 12 + "a", "<ul><li>" * 11 + "- a" + "</li></ul>" * 11),
}


@pytest.mark.parametrize(("text", "shown"), HEADINGS.values(), ids=HEADINGS)
def test_headings(text: str, shown: str) -> None:
    assert html(text) == shown


@pytest.mark.parametrize(("text", "shown"), SUBTEXTS.values(), ids=SUBTEXTS)
def test_small_text(text: str, shown: str) -> None:
    assert html(text) == shown


@pytest.mark.parametrize(("text", "shown"), QUOTES.values(), ids=QUOTES)
def test_quotes(text: str, shown: str) -> None:
    assert html(text) == shown


@pytest.mark.parametrize(("text", "shown"), LISTS.values(), ids=LISTS)
def test_lists(text: str, shown: str) -> None:
    assert html(text) == shown


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=repr)
def test_new_lines_are_kept_however_they_are_written(end: str) -> None:
    assert html(f"a{end}b{end}{end}c") == "a<br>b<br><br>c"
