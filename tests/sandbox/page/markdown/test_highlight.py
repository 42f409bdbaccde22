"""Code in colours: languages, terminals' colours, the style sheet, and code that is better shown plainly."""

import re
from pathlib import Path

import pytest
from pygments.lexers import get_lexer_by_name
from pygments.styles import get_style_by_name
from pygments.token import STANDARD_TYPES

import sandbox.page
from sandbox.page.markdown.highlight import highlighted, style_sheet
from sandbox.page.markdown.languages import LANGUAGES, LONGEST
from tests.sandbox.page.markdown.shown import html
from tests.sandbox.page.reading import read

STYLE_SHEET = Path(sandbox.page.__file__).parent / "static" / "code.css"
SAMPLE = """\
#include <a> // b
/* c */ @d def e(f: int = 0x1F, *g) -> "h\\n": return None
class I<J> { let k = 'l' + `m ${n}` && 1.5e3; }
SELECT o FROM p WHERE q = TRUE; -- r
<s t="u">&amp;</s>
- v: w
+ x
"""
PLAIN = {
    "no language": ("", "def a(): pass"),
    "an unknown one": ("nonesuch", "def a(): pass"),
    "one with a slow lexer": ("perl", "my $a = 1;"),
    "too long": ("py", "a" * (LONGEST + 1)),
    "a hundred spaces": ("c", "int" + " " * 100 + "a"),
    "a hundred new lines": ("java", "int" + "\n" * 100 + "a"),
    "backslashes in a quotation of a shell": ("bash", "$'" + "\\\\" * 500),
    "the same in its session": ("console", "$ $'" + "\\1" * 500),
    "a name of foreign letters": ("php", "<?php <<<'" + "é" * 500),
}
COLOURED = {
    "a hundred spaces less one": ("c", "int" + " " * 99 + "a"),
    "as long as may be": ("py", "1" * LONGEST),
    "a quotation of a shell": ("bash", "echo $'a\\tb'"),
    "a name of a text": ("php", "<?php $a = <<<É\nb\nÉ;\n"),
}
TERMINAL = {
    "a colour": ("\x1b[31ma\x1b[0mb", '<span class="ansi-31">a</span>b'),
    "a background": ("\x1b[41ma", '<span class="ansi-41">a</span>'),
    "all at once": ("\x1b[1;4;31;42ma", '<span class="ansi-1 ansi-4 ansi-31 ansi-42">a</span>'),
    "one after the other": ("\x1b[1m\x1b[31ma", '<span class="ansi-1 ansi-31">a</span>'),
    "another colour": ("\x1b[31ma\x1b[32mb", '<span class="ansi-31">a</span><span class="ansi-32">b</span>'),
    "nothing is a reset": ("\x1b[31ma\x1b[mb", '<span class="ansi-31">a</span>b'),
    "unknown numbers": ("\x1b[5;38;99999ma", "a"),
    "no code": ("\x1b[31a", "\x1b[31a"),
    "html": ("\x1b[31m<b>", '<span class="ansi-31">&lt;b&gt;</span>'),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_is_coloured_and_loses_no_letter(language: str) -> None:
    seen = read(highlighted(SAMPLE, language))

    assert seen.text == SAMPLE.removesuffix("\n")
    assert seen.problems == []
    assert set(seen.elements) == {"span"}


@pytest.mark.parametrize("language", sorted(set(LANGUAGES.values())))
def test_every_lexer_is_one_that_pygments_has(language: str) -> None:
    assert get_lexer_by_name(language)


@pytest.mark.parametrize(("language", "code"), PLAIN.values(), ids=PLAIN)
def test_code_that_is_shown_plainly(language: str, code: str) -> None:
    assert read(highlighted(code, language)).elements == []
    assert read(highlighted(code, language)).text == code


@pytest.mark.parametrize(("language", "code"), COLOURED.values(), ids=COLOURED)
def test_code_that_is_not(language: str, code: str) -> None:
    assert "span" in read(highlighted(code, language)).elements


@pytest.mark.parametrize(("code", "shown"), TERMINAL.values(), ids=TERMINAL)
def test_colours_of_terminals(code: str, shown: str) -> None:
    assert html(f"```ansi\n{code}```") == f'<pre data-language="ansi"><code class="code">{shown}</code></pre>'


def test_the_style_sheet_is_the_one_that_is_generated() -> None:
    assert STYLE_SHEET.read_text() == style_sheet(), "write what style_sheet() returns into it"


def test_the_style_sheet_has_whatever_the_style_colours() -> None:
    style = get_style_by_name("github-dark")
    plain = style.style_for_token(next(kind for kind, name in STANDARD_TYPES.items() if not name))
    coloured = {STANDARD_TYPES[kind] for kind, look in style if kind in STANDARD_TYPES and look != plain}

    assert coloured == {
        name for name in re.findall(r"\.code \.([\w-]+) ", style_sheet()) if not name.startswith("ansi")
    }
