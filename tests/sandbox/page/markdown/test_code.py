"""Code within a line and fences: where they begin and end, and that nothing in them is anything else."""

import pytest

from tests.sandbox.page.markdown.shown import html


def fence(code: str, language: str = "") -> str:
    named = f' data-language="{language}"' if language else ""
    return f'<pre{named}><code class="code">{code}</code></pre>'


def code(words: str) -> str:
    return f"<code>{words}</code>"


INLINE = {
    "one backtick": ("`foo`", code("foo")),
    "two": ("``foo``", code("foo")),
    "one within two": ("``a ` b``", code("a ` b")),
    "two within one": ("`a `` b`", code("a `` b")),
    "markup stays": ("`**a** <@1> \\*`", code("**a** &lt;@1&gt; \\*")),
    "a backslash is no escape": ("`\\`", code("\\")),
    "over lines": ("`a\nb`", code("a<br>b")),
    "spaces stay": ("` a `", code(" a ")),
    "spaces beside a backtick go": ("`` `a` ``", code("`a`")),
    "only one space beside a backtick": ("``  `a  ``", code(" `a  ")),
    "empty": ("``", "``"),
    "a new line": ("`\n`", code("<br>")),
    "open": ("`a", "`a"),
    "open with two": ("``a`", code("`a")),
    "twice": ("`a` b `c`", f"{code('a')} b {code('c')}"),
    "four and one": ("```` `", code("```")),
    "html": ("`<b>&amp;</b>`", code("&lt;b&gt;&amp;amp;&lt;/b&gt;")),
    "url": ("`https://a.example`", code("https://a.example")),
}
FENCES = {
    "on one line": ("```foo```", fence("foo")),
    "on lines of its own": ("```\nfoo\n```", fence("foo")),
    "with a language": ("```py\nfoo```", fence('<span class="n">foo</span>', "py")),
    "with an unknown language": ("```nonesuch\n<b>```", fence("&lt;b&gt;", "nonesuch")),
    "a language in capitals": ("```PY\nfoo```", fence('<span class="n">foo</span>', "PY")),
    "a space makes it no language": ("```py foo\nbar```", fence("py foo\nbar")),
    "a language alone is code": ("```py\n```", fence("py")),
    "a language on the only line is code": ("```py```", fence("py")),
    "within a line": ("a ```b``` c", f"a {fence('b')} c"),
    "the new line after it is not shown": ("```a```\nb", f"{fence('a')}b"),
    "but the second is": ("```a```\n\nb", f"{fence('a')}<br>b"),
    "blank lines around go": ("```\n\n\na\n\n```", fence("a")),
    "blank lines within stay": ("```\na\n\nb\n```", fence("a\n\nb")),
    "indentation stays": ("```\n  a\n    b```", fence("  a\n    b")),
    "markup stays": ("```**a** <@1> > b\n# c```", fence("**a** &lt;@1&gt; &gt; b\n# c")),
    "empty": ("``````", "``````"),
    "empty on lines": ("```\n```", "```<br>```"),
    "open": ("```a", "```a"),
    "open on lines": ("```py\na\nb", "```py<br>a<br>b"),
    "open, then markup": ("```**a**", "```<strong>a</strong>"),
    "seven backticks": ("```````", fence("`")),
    "two backticks within": ("```\n``\n```", fence("``")),
    "four backticks": ("````a````", f"{fence('`a')}`"),
    "two fences": ("```a``` b ```c```", f"{fence('a')} b {fence('c')}"),
    "in a quote": ("> ```\n> a\n> ```", f"<blockquote>{fence('a')}</blockquote>"),
    "not out of a quote": ("> ```\na\n```", "<blockquote>```</blockquote>a<br>```"),
    "in the rest of a message": (">>> a\n```\nb\n```", f"<blockquote>a<br>{fence('b')}</blockquote>"),
    "in a heading": ("# ```a```", f"<h1>{fence('a')}</h1>"),
    "in a list": ("- ```a```\n- b", f"<ul><li>{fence('a')}</li><li>b</li></ul>"),
    "in a spoiler": (
        "||```a```||",
        f'<span class="spoiler" role="button" tabindex="0" aria-expanded="false">{fence("a")}</span>',
    ),
}


@pytest.mark.parametrize(("text", "shown"), INLINE.values(), ids=INLINE)
def test_code_within_a_line(text: str, shown: str) -> None:
    assert html(text) == shown


@pytest.mark.parametrize(("text", "shown"), FENCES.values(), ids=FENCES)
def test_fences(text: str, shown: str) -> None:
    assert html(text) == shown
