"""How answers look on a terminal, and that growing step by step makes no difference."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Sequence

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from tests.clocks import ManualClock
from tinyllm.answers import AnswerFigures
from tinyllm.cli.chatting.drawing import GrowingAnswer, draw
from tinyllm.cli.chatting.screen import Screen
from tinyllm.cli.chatting.words import ordinal
from tinyllm.cli.output import inert
from tinyllm.events import Ended, Event, InLine, Notice, Outcome, Started
from tinyllm.models.backend import Text, Thinking

PIECES = [
    "word ",
    "a rather long word of many letters ",
    "\n",
    "\n\n",
    "- item ",
    "1. item ",
    "   - nested ",
    "```py\n",
    "```\n",
    "code()\n",
    "> quote ",
    "# head ",
    "---\n",
    "| a | b |\n|---|---|\n",
    "| cell | other |\n",
    "**bold** ",
    "`tick",
    "世界",
]
FIGURES = AnswerFigures(1.9, 0.2, None, 84.0)


class Paper:
    """A screen in memory, and all that scrolls off it."""

    def __init__(self, columns: int = 80, rows: int = 24) -> None:
        self._file = io.StringIO()
        self.console = Console(file=self._file, force_terminal=True, width=columns, height=rows)
        self.screen = Screen(self.console)
        self._emulator = pyte.HistoryScreen(columns, rows, history=5000, ratio=0.5)

    @property
    def lines(self) -> list[str]:
        pyte.Stream(self._emulator).feed(self._file.getvalue().replace("\n", "\r\n"))
        self._file.seek(0)
        self._file.truncate()
        scrolled = ["".join(line[column].data for column in sorted(line)) for line in self._emulator.history.top]
        lines = [line.rstrip() for line in [*scrolled, *self._emulator.display]]
        return "\n".join(lines).rstrip().split("\n")


def grown(parts: Sequence[str], columns: int = 80, rows: int = 24) -> list[str]:
    """What is on the screen when an answer came in these parts, drawn after each."""
    paper = Paper(columns, rows)
    answer = GrowingAnswer(paper.screen)
    for part in parts:
        answer.add(part)
        answer.draw()
    answer.finish()
    return paper.lines


@settings(max_examples=60)
@given(st.lists(st.sampled_from(PIECES), max_size=60), st.integers(12, 50), st.integers(3, 12))
def test_an_answer_looks_the_same_however_it_came(parts: list[str], columns: int, rows: int) -> None:
    assert grown(parts, columns, rows) == grown(["".join(parts)], columns, 1000)


@pytest.mark.parametrize(
    ("answer", "lines"),
    [
        pytest.param("Hello **you**.", ["Assistant: Hello you."], id="words"),
        pytest.param("\n\n Hello.\n", ["Assistant: Hello."], id="white space around"),
        pytest.param("# Title\ntext", ["Assistant:", "Title", "", "text"], id="a heading needs its own line"),
        pytest.param("- a\n- b\n  - c", ["Assistant:", " • a", " • b", "    • c"], id="so does a list"),
        pytest.param("> a", ["Assistant:", "▌ a"], id="and a quote"),
        pytest.param("```py\nx = 1\n```", ["Assistant:", "", " x = 1"], id="and code"),
        pytest.param("a\nb\n\nc", ["Assistant: a", "b", "", "c"], id="verse stays verse"),
        pytest.param("x\n\n9. a\n10. b\n11. c", ["Assistant: x", "", " 9. a", "10. b", "11. c"], id="numbers in line"),
        pytest.param("1. a\n1. b", ["Assistant:", " 1. a", " 2. b"], id="numbers count"),
        pytest.param("<T> &lt; [a](http://b) ![c](d)", ["Assistant: <T> < a (http://b) !c (d)"], id="nothing is lost"),
        pytest.param("[1]: http://x\n[y][1]", ["Assistant: [1]: http://x", "[y][1]"], id="nor a definition"),
        pytest.param("a\x1b[2J\x07\x9b1m", ["Assistant: a␛[2J␇�1m"], id="nothing is obeyed"),
    ],
)
def test_how_an_answer_looks(answer: str, lines: list[str]) -> None:
    assert grown([answer]) == lines
    assert grown(list(answer)) == lines


def test_a_table_folds_what_is_long_and_gives_up_where_there_is_no_room() -> None:
    cells = [f"c{number}" for number in range(12)]
    table = f"|{'|'.join(cells)}|\n|{'-|' * 12}\n|{'|'.join(cells)}|\n"
    folded = " ".join(grown(["| head |\n|---|\n| " + "x" * 50 + " |\n"], columns=20))

    assert folded.count("x") == 50
    assert all(cell in " ".join(grown([table], columns=30)) for cell in cells)


def test_lines_that_did_not_change_are_not_drawn_again() -> None:
    file = io.StringIO()
    answer = GrowingAnswer(Screen(Console(file=file, force_terminal=True, width=20, height=10)))
    for word in ("one two three four ", "five six ", "seven ", "eight nine ", "ten"):
        answer.add(word)
        answer.draw()

    assert file.getvalue().count("Assistant") == 1
    assert file.getvalue().count("three") == 3  # never again once it is no longer in the last line


async def drawn(paper: Paper, clock: ManualClock, *steps: Event | float) -> Ended:
    """Draw events; a number lets so many seconds pass."""

    async def events() -> AsyncIterator[Event]:
        for step in steps:
            if isinstance(step, float):
                await clock.until_sleeping()
                clock.advance(step)
                await clock.until_sleeping()
            else:
                yield step

    async def loaded() -> list[str]:
        return ["warm:1b"]

    return await draw(events(), paper.screen, clock, loaded)


async def test_what_is_waited_for_is_shown_for_a_while(clock: ManualClock) -> None:
    paper = Paper()
    seen = []

    async def events() -> AsyncIterator[Event]:
        for event in (InLine(1), Started("cold:1b"), Started("warm:1b"), Thinking("hm")):
            yield event
            await clock.until_sleeping()
            seen.append(paper.lines)
            clock.advance(0.6)
            await clock.until_sleeping()
            seen.append(paper.lines)
        clock.advance(2.4)
        await clock.until_sleeping()
        yield Text("Yes.")
        yield Ended(Outcome.DONE, "")

    async def loaded() -> list[str]:
        return ["warm:1b"]

    await draw(events(), paper.screen, clock, loaded)

    shown = ["2nd in line …", "Loading cold:1b …", "Waiting for warm:1b …", "Thinking … 1 s"]
    assert seen == [lines for line in shown for lines in ([""], [line])]
    assert paper.lines == ["Thought for 3 s", "Assistant: Yes."]


@pytest.mark.parametrize(
    ("outcome", "reason", "last"),
    [
        (Outcome.STOPPED, "Stopped.", "■ Stopped."),
        (Outcome.INTERRUPTED, "I am being restarted.", "■ Interrupted."),
        (Outcome.LENGTH, "The answer reached the length limit.", "… The answer reached the length limit."),
        (Outcome.CUT, "The connection broke.", "⚠ The connection broke."),
        (Outcome.ERROR, "A hostile \x1b[2J one.", "⚠ A hostile ␛[2J one."),
    ],
)
async def test_an_end_is_told_below_what_was_said(clock: ManualClock, outcome: Outcome, reason: str, last: str) -> None:
    paper = Paper()
    ended = Ended(outcome, reason, "m", FIGURES)

    assert await drawn(paper, clock, Notice("First."), Text("So far"), Notice("Later."), ended) is ended
    assert paper.lines == ["⚠ First.", "Assistant: So far", "⚠ Later.", last]


async def test_an_answer_without_words_is_only_its_reason(clock: ManualClock) -> None:
    paper = Paper()
    await drawn(paper, clock, Started("m"), Text(" \n"), Ended(Outcome.EMPTY, "The model gave an empty answer."))

    assert paper.lines == ["⚠ The model gave an empty answer."]


def test_a_terminal_that_cannot_move_its_cursor_gets_everything_once() -> None:
    file = io.StringIO()
    console = Console(file=file, force_terminal=True, width=20, height=10, _environ={"TERM": "dumb"})
    answer = GrowingAnswer(Screen(console))
    for word in ("one two ", "three four five ", "\n\nsix"):
        answer.add(word)
        answer.draw()
    answer.finish()

    assert file.getvalue() == "Assistant: one two\nthree four five\n\nsix\n"


@pytest.mark.parametrize(
    ("number", "word"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (22, "22nd")]
)
def test_places_have_their_ending(number: int, word: str) -> None:
    assert ordinal(number) == word


@given(st.text())
def test_no_control_character_but_lines_and_tabs_survives(text: str) -> None:
    assert all(character in "\n\t" or character.isprintable() or ord(character) > 0x9F for character in inert(text))
