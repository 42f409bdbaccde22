"""Pages: every nasty split is a row or a property."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.replies.pages import MESSAGE_LIMIT, paginate

SENTENCE = "The quick brown fox jumps over the lazy dog. "
CODE = "\n".join(f"    value_{number} = compute({number})" for number in range(200))

texts = st.lists(
    st.one_of(
        st.text(max_size=80),
        st.sampled_from(
            [
                "```",
                "```" + "a" * 120 + "\n",
                "```python\n",
                "\n```\n",
                "````",
                "`",
                "\n",
                "\n\n",
                " ",
                "🦙",
                "x" * 300,
                SENTENCE * 5,
            ]
        ),
    ),
    max_size=40,
).map("".join)


def contents(text: str, limit: int) -> list[str]:
    return [page.content for page in paginate(text, limit)]


@given(texts, st.integers(100, 400))
def test_no_page_is_longer_than_the_limit(text: str, limit: int) -> None:
    assert all(len(page) <= limit for page in contents(text, limit))


@given(texts, st.integers(100, 400))
def test_without_the_added_fences_the_pages_are_exactly_the_text(text: str, limit: int) -> None:
    assert "".join(page.text for page in paginate(text, limit)) == text


@given(texts, st.integers(100, 400))
def test_every_fence_is_whole_on_its_page(text: str, limit: int) -> None:
    assert all(len(re.findall("`{3,}", page)) % 2 == 0 for page in contents(text, limit))


@given(texts, st.integers(100, 400), st.data())
def test_when_a_text_grows_only_its_last_page_changes(text: str, limit: int, data: st.DataObject) -> None:
    shorter = text[: data.draw(st.integers(0, len(text)))]
    settled = contents(shorter, limit)[:-1]

    assert contents(text, limit)[: len(settled)] == settled


@pytest.mark.parametrize("length", [29, 30, 31, 90, 96, 1590, 1592, 1594, 5000])
def test_a_fence_with_a_word_of_any_length_gives_no_more_pages_than_it_needs(length: int) -> None:
    text = "```" + "a" * length + "\n" + "x" * 3000

    assert len(paginate(text, 1600)) <= 2 + len(text) // 1500
    assert "".join(page.text for page in paginate(text, 1600)) == text


def test_a_text_at_the_limit_is_one_page_and_one_character_more_is_two() -> None:
    room = MESSAGE_LIMIT - len("\n```")  # kept for a fence that may have to be closed

    assert len(paginate("x" * room)) == 1
    assert len(paginate("x" * (room + 1))) == 2


@pytest.mark.parametrize(
    ("text", "first"),
    [
        pytest.param("a" * 60 + "\n\n" + "b" * 20 + "\n" + "c" * 60, "a" * 60 + "\n\n", id="paragraph before line"),
        pytest.param("a" * 60 + ".\n" + "b" * 20 + ". " + "c" * 60, "a" * 60 + ".\n", id="line before sentence"),
        pytest.param("a" * 60 + ". " + "b" * 20 + " " + "c" * 60, "a" * 60 + ". ", id="sentence before word"),
        pytest.param("a" * 60 + " " + "b" * 80, "a" * 60 + " ", id="word before nothing"),
        pytest.param("a" * 140, "a" * 96, id="a word longer than the page is cut where it must be"),
        pytest.param(
            "a\n\n" + "b" * 60 + " " + "c" * 80, "a\n\n" + "b" * 60 + " ", id="not at a boundary far too early"
        ),
    ],
)
def test_a_text_is_cut_at_the_best_boundary(text: str, first: str) -> None:
    assert paginate(text, 100)[0].text == first


def test_a_fence_that_is_cut_is_closed_and_opened_again_with_its_language() -> None:
    pages = contents(f"Look:\n```python\n{CODE}\n```\nDone.", 1000)

    assert len(pages) > 3
    assert all(page.endswith("\n```") for page in pages[:-1])
    assert all(page.startswith("```python\n") for page in pages[1:])
    assert pages[-1].endswith("```\nDone.")


def test_code_is_cut_between_lines_and_keeps_its_indentation() -> None:
    pages = paginate(f"```\n{CODE}\n```", 500)

    assert all(page.text.endswith("\n") for page in pages[:-1])
    assert all(page.content.startswith("```\n    value_") for page in pages[1:])


def test_a_block_that_would_only_begin_on_a_page_begins_on_the_next() -> None:
    first, second = contents("word " * 17 + "\n```python\n" + "y" * 60 + "\n```", 100)

    assert "```" not in first
    assert second.startswith("```python\n")


def test_a_block_that_is_still_being_written_is_shown_closed() -> None:
    assert contents("```python\nprint(1)", 200) == ["```python\nprint(1)\n```"]


def test_backticks_inside_a_line_open_and_close_too_as_discord_reads_them() -> None:
    assert contents("a ```b``` c", 200) == ["a ```b``` c"]


def test_nothing_is_one_empty_page() -> None:
    assert contents("", 200) == [""]
