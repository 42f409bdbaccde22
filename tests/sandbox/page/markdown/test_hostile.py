"""Whatever is written: the page gets safe HTML with all of the words, and in no more time than its length is worth."""

import re
import sys
from collections.abc import Callable
from functools import partial
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.page.markdown import Kind, Known, Shown, plain, render
from sandbox.page.markdown.parser import DEEPEST
from tests.sandbox.page.corpus import CLASSES, CORPUS
from tests.sandbox.page.markdown.shown import NOW, html, line
from tests.sandbox.page.reading import Seen, read

AROUND = {
    "alone": "{}",
    "bold": "**{}**",
    "spoiler": "||{}||",
    "heading": "# {}",
    "quote": "> {}",
    "list": "- a\n - {}",
    "code": "`{}`",
    "fence": "```{}```",
    "coloured fence": "```html\n{}\n```",
    "language": "```{}\na```",
    "words of a link": "[{}](https://a.example)",
    "address": "[a]({})",
    "path": "[a](https://a.example/{})",
    "bare address": "https://a.example/{}",
    "title": "[a](https://a.example '{}')",
    "emoji": "<:{}:1>",
    "command": "</{}:1>",
    "user": "<@{}>",
    "time": "<t:{}:R>",
}
MARKS = (
    "*", "**", "***", "_", "__", "~~", "||", "|", "`", "``", "```", "[", "]", "(", ")", "](", "[a](https://a.example)",
    "[a](https://a.example 'b", "<", ">", "<@1>", "<@", "<#5>", "</a:6>", "<:ab:1>", "<t:1:R>", "@everyone", "https://",
    "https://a.example", "<https://a.example>", "> ", ">>> ", "# ", "-# ", "- ", "* ", "1. ", "\n", "\n> ", "\n- ",
    "\n - ", "\n  ", "\\", "\\*", "```py\n", "```ansi\n\x1b[31m", "'", '"', "&", "&lt;", "<b>", "</b>", "<script>",
    "😀", "é", "\u202e", "\0", "\r", "\ud800", "¯\\_(ツ)_/¯", " ", "  ", "a", "ab", "0",
)  # fmt: skip
HOSTILE = (
    *MARKS, "*a ", "*a", "**a", "a**", "**a*", "*a**b", "_a ", "__a_", "~~a", "||a", "`a", "`` `", "[a", "[[a]", "[a]",
    "[x[x[a]", "](x 'b", '](x "b")', "](a ", "](((", "](\\\\", "https://]", "- - ", "1. 1. ", "-# # ", "> **a", "*_",
    "~~**__||*_",    "[**a**](https://a.example) ", "</a b c",
)  # fmt: skip
TEXTS = st.lists(st.sampled_from(MARKS) | st.text(max_size=3), max_size=40).map("".join)
WORDS = st.lists(st.sampled_from([*"*_~|`[]()>#-\\ \n", "- ", "# ", "> ", "a", "bc", "d", "é"]), max_size=60).map(
    "".join
)
MARKLESS = re.compile(r"(?!> |# |-# |- |</x|.*<@|.*<https)[^*_`|\[\\\0\ud800-\udfff]*", re.DOTALL)
"""Texts in which nothing means anything."""
KINDS = st.sampled_from(Kind)


def problems(text: str) -> list[str]:
    return [problem for kind in Kind for problem in read(html(text, kind)).problems]


@pytest.mark.parametrize("around", AROUND.values(), ids=AROUND)
@pytest.mark.parametrize("payloads", CLASSES.values(), ids=CLASSES)
def test_hostile_texts_are_inert_wherever_they_stand(payloads: tuple[str, ...], around: str) -> None:
    found = {payload: problems(around.replace("{}", payload)) for payload in payloads}
    assert {payload: list_ for payload, list_ in found.items() if list_} == {}


@pytest.mark.parametrize("text", ["<@1>", "<@&1>", "<#1>"])
@pytest.mark.parametrize("payloads", CLASSES.values(), ids=CLASSES)
def test_hostile_names_are_shown_as_they_are(payloads: tuple[str, ...], text: str) -> None:
    for payload in payloads:
        names = {1: Shown(payload)}
        seen = read(render(text, Known(names, names, names), now=NOW))

        assert seen.problems == []
        assert seen.elements == ["span", "bdi", *["br"] * payload.count("\n")]
        assert seen.text[1:] == re.sub("[\0\ud800-\udfff]", "\ufffd", payload)


@pytest.mark.parametrize("payload", list(filter(MARKLESS.fullmatch, CORPUS)), ids=lambda payload: ascii(payload)[:60])
def test_hostile_texts_without_markup_are_shown_as_they_are(payload: str) -> None:
    assert read(html(payload)).text == payload


def test_the_corpus_is_large_and_has_nothing_twice() -> None:
    assert len(CORPUS) == len(set(CORPUS)) >= 200


@given(text=TEXTS, kind=KINDS)
@settings(max_examples=500)
def test_any_text_becomes_safe_html(text: str, kind: Kind) -> None:
    assert read(html(text, kind)).problems == []


@given(text=st.text(max_size=200), kind=KINDS)
def test_any_characters_become_safe_html(text: str, kind: Kind) -> None:
    seen = read(html(text, kind))
    assert seen.problems == []
    html(text, kind).encode()


@given(text=TEXTS)
def test_any_text_becomes_one_line(text: str) -> None:
    assert "\n" not in line(text)


@given(text=WORDS, kind=KINDS)
@settings(max_examples=500)
def test_no_letter_is_lost_nor_put_elsewhere(text: str, kind: Kind) -> None:
    letters = re.sub(r"[\W_]", "", text)
    assert re.sub(r"[\W_]", "", read(html(text, kind)).text) == letters


@given(text=WORDS)
@settings(max_examples=500)
def test_nothing_is_shown_that_was_not_written(text: str) -> None:
    written = iter(text)
    assert all(character in written for character in read(html(text)).text)


@given(words=st.text(alphabet="abc dé<>&\"'{}.,!?=;", max_size=50))
def test_text_without_marks_is_shown_as_it_is(words: str) -> None:
    """Behind a letter, for at the start of a line it might be a quote."""
    assert read(html(f"a{words}")).text == f"a{words}"


def work(task: Callable[[], object]) -> int:
    """How many calls a task takes, those into C included."""
    calls = 0

    def count(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        task()
    finally:
        sys.setprofile(before)
    return calls


def repeated(mark: str, length: int) -> str:
    return (mark * length)[:length]


@pytest.mark.parametrize("mark", HOSTILE, ids=ascii)
def test_work_grows_with_the_length_and_no_faster(mark: str) -> None:
    html(repeated(mark, 100))
    less = work(partial(html, repeated(mark, 500)))
    more = work(partial(html, repeated(mark, 2_000)))

    assert more <= 4.5 * less + 1_000
    assert more <= 80 * 2_000


@pytest.mark.parametrize("mark", HOSTILE, ids=ascii)
def test_work_is_bounded_within_other_marks(mark: str) -> None:
    for before, after in (("**" * 20, "**" * 20), ("- " * 11 + "-# # " * 8, ""), ("[", "](https://a.example)")):
        assert work(partial(html, before + repeated(mark, 1_900) + after)) <= 80 * 2_000


@pytest.mark.parametrize("mark", ["*_", "**__", "~~||", "-# # ", "> - ", "[", "*"])
def test_elements_are_in_one_another_only_so_deep(mark: str) -> None:
    def depth(seen: Seen, shown: str) -> int:
        assert seen.problems == []
        deepest = level = 0
        for closing in re.findall(r"<(/?)(?!br)[a-z]", shown):
            level += -1 if closing else 1
            deepest = max(deepest, level)
        return deepest

    shown = html(repeated(mark, 2_000) + "a" + repeated(mark, 2_000)[::-1])
    assert depth(read(shown), shown) <= 2 * DEEPEST


def test_a_line_is_made_of_what_is_hostile_too() -> None:
    names = Known(users={1: Shown("\n\n<b>\n")})
    assert plain("<@1>\n" + "**" * 2_000, names, now=NOW).startswith("@ <b> ")
