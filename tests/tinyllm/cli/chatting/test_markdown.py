"""How a growing text falls into blocks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyllm.cli.chatting.markdown import Block, BlockSplitter

PIECES = [
    "word",
    " ",
    "\n",
    "\n\n",
    "- ",
    "* ",
    "1. ",
    "10) ",
    "  ",
    "    ",
    "\t",
    "```",
    "```py\n",
    "~~~",
    "> ",
    "# ",
    "---",
    "===",
    "| a | b |\n|---|---|\n",
    "|",
    "<div>",
    "[x]: http://x",
    "\r",
    "**",
    "`",
    "é🦙",
]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


def split(*parts: str) -> list[Block]:
    splitter = BlockSplitter()
    blocks = []
    for part in parts:
        splitter.feed(part)
        blocks += splitter.finished()
    return blocks + splitter.flush()


def texts(*parts: str) -> list[str]:
    return [block.text for block in split(*parts)]


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("one line", ["one line"], id="a line"),
        pytest.param("a\nb\n\nc\n", ["a\nb\n\n", "c\n"], id="paragraphs"),
        pytest.param("\n\na\n\n\n\nb", ["\n\na\n\n\n\n", "b"], id="blank lines belong to what is before them"),
        pytest.param("# h\ntext\n***\nmore", ["# h\n", "text\n", "***\n", "more"], id="heading, text and rule"),
        pytest.param("title\n===\ntext", ["title\n===\n", "text"], id="a heading that is underlined"),
        pytest.param("a\n```\n\n# no\n\n```\nb", ["a\n", "```\n\n# no\n\n```\n", "b"], id="a fence is one block"),
        pytest.param("```\n\n- a\n", ["```\n\n- a\n"], id="a fence that is never closed"),
        pytest.param(
            "x\n| a | b |\n|---|---|\n| 1 | 2 |\n\ny",
            ["x\n", "| a | b |\n|---|---|\n| 1 | 2 |\n\n", "y"],
            id="a table",
        ),
        pytest.param("- a\n  - b\n    - c\n- d\n\n  e\n", ["- a\n  - b\n    - c\n", "- d\n\n  e\n"], id="nested items"),
        pytest.param("> a\nlazy\n\n> b", ["> a\nlazy\n\n", "> b"], id="quotes"),
        pytest.param("<b>\n\n</b>", ["<b>\n\n", "</b>"], id="HTML is text"),
        pytest.param("[a]: http://x\n\n[a]", ["[a]: http://x\n\n", "[a]"], id="a definition is text"),
        pytest.param("    code\n\n    more\n\ntext", ["    code\n\n    more\n\n", "text"], id="indented code"),
    ],
)
def test_a_text_falls_into_its_top_level_blocks(text: str, blocks: list[str]) -> None:
    assert texts(text) == blocks
    assert texts(*text) == blocks


def test_items_know_their_list_and_their_number() -> None:
    blocks = split("a\n\n3. x\n1. y\n\n1. z\n\nb\n\n- u\n- v\n* w\n")

    assert [(block.text.strip(), block.follows_item, block.number) for block in blocks] == [
        ("a", False, None),
        ("3. x", False, 3),
        ("1. y", True, 4),
        ("1. z", True, 5),
        ("b", False, None),
        ("- u", False, None),
        ("- v", True, None),
        ("* w", False, None),
    ]


def test_what_has_not_finished_can_be_seen_and_may_turn_into_something_else() -> None:
    splitter = BlockSplitter()
    splitter.feed("done\n\ntit")
    assert splitter.finished() == []
    assert [block.text for block in splitter.unfinished()] == ["done\n\n", "tit"]
    splitter.feed("le\n---")
    assert [block.text for block in splitter.finished()] == ["done\n\n"]
    assert [block.text for block in splitter.unfinished()] == ["title\n---"]


@given(TEXTS, st.data())
def test_all_blocks_together_are_the_text_however_it_is_cut(text: str, data: st.DataObject) -> None:
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    parts = [text[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    blocks = split(*parts)

    assert "".join(block.text for block in blocks) == text
    assert all(block.text for block in blocks)


@given(TEXTS)
def test_where_the_blocks_end_does_not_depend_on_how_the_text_came(text: str) -> None:
    assert split(*text) == split(text)
