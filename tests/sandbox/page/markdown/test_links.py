"""Links: what becomes one, where it ends, and what may never be one."""

import pytest

from sandbox.page.markdown import Kind
from tests.sandbox.page.markdown.shown import escaped, html, link

AT = "https://a.example"
BARE = {
    "https": (AT, link(AT)),
    "http": ("http://a.example", link("http://a.example")),
    "a path and more": (f"{AT}/b?c=d&e#f", link(f"{AT}/b?c=d&amp;e#f")),
    "a port": (f"{AT}:8000/", link(f"{AT}:8000/")),
    "localhost": ("http://localhost:8123/x", link("http://localhost:8123/x")),
    "an address of six": ("http://[::1]:80/", link("http://[::1]:80/")),
    "in a sentence": (f"see {AT}, or {AT}.", f"see {link(AT)}, or {link(AT)}."),
    "in parentheses": (f"({AT})", f"({link(AT)})"),
    "with parentheses": (f"{AT}/b_(c)", link(f"{AT}/b_(c)")),
    "with parentheses in parentheses": (f"({AT}/b_(c))", f"({link(f'{AT}/b_(c)')})"),
    "in brackets": (f"[{AT}]", f"[{link(AT)}]"),
    "after letters": (f"x{AT}", f"x{link(AT)}"),
    "markup is part of it": (f"{AT}/**b**", link(f"{AT}/**b**")),
    "in bold": (f"**{AT}**", f"<strong>{link(AT)}</strong>"),
    "an unfinished style": (f"_{AT}/b_c_", f"_{link(f'{AT}/b_c_')}"),
    "a backslash does not stop it": (f"\\{AT}", f"\\{link(AT)}"),
    "a name before the host is not shown": ("https://b:c@a.example", link("https://b:c@a.example", AT)),
    "other letters": (
        "https://bücher.example/ü",
        link("https://xn--bcher-kva.example/%C3%BC", "https://bücher.example/ü"),
    ),
    "capitals are none": ("HTTPS://a.example", "HTTPS://a.example"),
    "one letter is none": ("http://a", "http://a"),
    "other schemes are none": ("ftp://a.example steam://a mailto:a@b", "ftp://a.example steam://a mailto:a@b"),
    "the last port": (f"{AT}:65535/", link(f"{AT}:65535/")),
    "a port too many": (f"{AT}:65536/", f"{AT}:65536/"),
    "no host": ("https:///b", "https:///b"),
    "an empty part of a host": ("https://a..example", "https://a..example"),
    "an open bracket": ("https://[::1/x", "https://[::1/x"),
}
ANGLED = {
    "without an embed": (f"<{AT}/b>", link(f"{AT}/b")),
    "in capitals": ("<HTTPS://a.example>", link(AT, "HTTPS://a.example")),
    "with a space": (f"<{AT} b>", f"&lt;{link(AT)} b&gt;"),
    "other schemes": ("<ftp://a.example>", "&lt;ftp://a.example&gt;"),
    "scripts": ("<javascript:/x>", "&lt;javascript:/x&gt;"),
    "mail": ("<a@b.example>", "&lt;a@b.example&gt;"),
}
MASKED = {
    "words": (f"[b]({AT})", link(AT, "b")),
    "several words": (f"[b c d]({AT})", link(AT, "b c d")),
    "styles in it": (f"[**b** `c`]({AT})", link(AT, "<strong>b</strong> <code>c</code>")),
    "styles around it": (f"**[b]({AT})**", f"<strong>{link(AT, 'b')}</strong>"),
    "a title": (f"[b]({AT} 'c d')", link(AT, "b", f"c d\n\n({AT})")),
    "a title in other quotes": (f'[b]({AT} "c")', link(AT, "b", f"c\n\n({AT})")),
    "a title with quotes": (f"""[b]({AT} 'c "d" e')""", link(AT, "b", f"c &quot;d&quot; e\n\n({AT})")),
    "without an embed": (f"[b](<{AT}>)", link(AT, "b")),
    "spaces around": (f"[b](  {AT}  )", link(AT, "b")),
    "new lines around": (f"[b](\n{AT}\n)", link(AT, "b")),
    "parentheses": (f"[b]({AT}/c_(d))", link(f"{AT}/c_(d)", "b")),
    "an escaped parenthesis": (f"[b]({AT}/c\\))", link(f"{AT}/c)", "b")),
    "a scheme in capitals": ("[b](HTTPS://a.example)", link(AT, "b")),
    "brackets in it": (f"[[b]]({AT})", link(AT, "[b]")),
    "a closing bracket in it": (f"[]b]({AT})", link(AT, "]b")),
    "a star": (f"[*]({AT})", link(AT, "*")),
    "two": (f"[b]({AT}) [c]({AT})", f"{link(AT, 'b')} {link(AT, 'c')}"),
    "text around": (f"a[b]({AT})c", f"a{link(AT, 'b')}c"),
    "time in it": (f"[<t:0:d>]({AT})", link(AT, html("<t:0:d>"))),
    "a host is no address": (f"[b.example]({AT})", link(AT, "b.example")),
    "a scheme alone is no address": (f"[https://]({AT})", link(AT, "https://")),
    "new lines in it": (f"[b\n> c]({AT})", link(AT, "b<br>&gt; c")),
    "a spoiler in it": (f"[||b||]({AT})", link(AT, '<span class="spoiler">b</span>')),
    "unseen characters go": (f"[b\u200b\u202ec]({AT})", link(AT, "bc")),
    "no escapes in it": (f"[\\*b]({AT})", link(AT, "\\*b")),
}
REFUSED = {
    "poses as an address": f"[https://b.example]({AT})",
    "poses as one with other letters": f"[ｈttps://b.example]({AT})",
    "poses as one with letters that look alike": f"[һttps://b.example]({AT})",
    "poses as one with unseen characters": f"[ht\u200btps://b.example]({AT})",
    "poses as one in code": f"[`https://b.example`]({AT})",
    "poses as an invitation": f"[discord.gg/b]({AT})",
    "poses in the title": f"[b]({AT} 'https://b.example')",
    "a mention": f"[<@1>]({AT})",
    "everyone": f"[@everyone]({AT})",
    "an emoji": f"[😀]({AT})",
    "a custom emoji": f"[<:b:1>]({AT})",
    "a fence": f"[```b```]({AT})",
    "a link": f"[b [c](https://c.example) d]({AT})",
    "nothing": f"[]({AT})",
    "spaces": f"[  ]({AT})",
    "styles of nothing": f"[** **]({AT})",
    "a scheme of scripts": "[b](javascript:alert)",
    "a scheme of data": "[b](data:text/html,x)",
    "a file": "[b](file:///etc/passwd)",
    "another scheme": "[b](ftp://a.example)",
    "no scheme": "[b](a.example)",
    "the scheme of the page": "[b](//a.example)",
    "a path": "[b](/a)",
    "a fragment": "[b](#a)",
    "one slash": "[b](https:/a.example)",
    "backslashes": "[b](https:\\\\\\\\a.example)",
    "a backslash in the host": "[b](https://a.example\\\\@b.example)",
    "unseen characters in the scheme": "[b](ht\u200btps://a.example)",
    "unseen characters in the host": "[b](https://a\u202e.example)",
    "markup in it": "[**b**](a)",
}
NOTHING = {
    "a space between": f"[b] ({AT})",
    "a space in the address": f"[b]({AT}/c d)",
    "no end": f"[b]({AT}",
    "an open title": f"[b]({AT} 'c)",
    "a new line in the address": "[b](https://\na.example)",
}


@pytest.mark.parametrize(("text", "shown"), BARE.values(), ids=BARE)
def test_addresses_become_links(text: str, shown: str) -> None:
    assert html(text) == shown


@pytest.mark.parametrize(("text", "shown"), ANGLED.values(), ids=ANGLED)
def test_addresses_in_angle_brackets(text: str, shown: str) -> None:
    assert html(text) == shown


@pytest.mark.parametrize(("text", "shown"), MASKED.values(), ids=MASKED)
@pytest.mark.parametrize("kind", [Kind.MESSAGE, Kind.EMBED])
def test_words_lead_to_an_address(text: str, shown: str, kind: Kind) -> None:
    assert html(text, kind) == shown


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_a_link_that_may_not_be_is_text_from_end_to_end(text: str) -> None:
    assert html(text) == escaped(text)


@pytest.mark.parametrize("text", NOTHING.values(), ids=NOTHING)
def test_what_is_no_masked_link_has_none(text: str) -> None:
    assert ">b</a>" not in html(text)
