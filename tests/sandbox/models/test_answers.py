"""What the double says unscripted shows what it was given, and can be steered through the question."""

import json
from typing import Any

import pytest

from sandbox.models import ChatRequest, Message, ScriptedModel
from sandbox.models.answers import answer_to, pieces

MODEL = ScriptedModel("qwen3:8b")


def chat(*said: str, **more: Any) -> ChatRequest:
    """A system message, then the person and the model in turn."""
    turns = [Message("assistant" if index % 2 else "user", text) for index, text in enumerate(said)]
    return ChatRequest("qwen3:8b", (Message("system", "Be brief."), *turns), **more)


def test_the_first_answer_says_that_nothing_came_before() -> None:
    text = answer_to(chat("Hello"), MODEL)
    assert "This is qwen3:8b. I was given no earlier messages." in text
    assert "To “Hello” I say:" in text


def test_a_later_answer_counts_and_quotes_what_came_before() -> None:
    text = answer_to(chat("I am Ada", "Hi", "And you?"), MODEL)
    assert "I was given 2 earlier messages. You first wrote: “I am Ada”" in text


def test_the_same_question_gets_the_same_answer() -> None:
    assert answer_to(chat("Why?"), MODEL) == answer_to(chat("Why?"), MODEL)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("say: hello", "hello"),
        ("Ada: say: two\n\nlines ", "two\n\nlines "),
        ("say: count to 3", "count to 3"),
        ("please count to 4", "1, 2, 3, 4"),
    ],
)
def test_the_newest_message_can_say_what_to_say(asked: str, answer: str) -> None:
    assert answer_to(chat("say: old", "old", asked), MODEL) == answer


def test_a_script_may_be_a_text_or_a_function_of_the_request() -> None:
    assert answer_to(chat("Hi"), ScriptedModel("m", answer="Always this.")) == "Always this."
    assert answer_to(chat("Hi"), ScriptedModel("m", answer=lambda asked: asked.newest.upper())) == "HI"


@pytest.mark.parametrize(
    "text", ["", " ", "a", " two  words\n\n```py\nx\n```\n", "x" * 100, "1, 2, 3", "🦙 ümlaut\ttab "]
)
def test_pieces_joined_are_the_text(text: str) -> None:
    assert "".join(pieces(text)) == text


def test_counting_gives_a_number_a_piece() -> None:
    assert pieces("1, 2, 3") == ["1,", " 2,", " 3"]


def test_a_wanted_format_is_kept() -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}, "ok": {"type": "boolean"}}}
    assert json.loads(answer_to(chat("Hi", format=schema), MODEL)) == {"n": 0, "ok": False}
    assert set(json.loads(answer_to(chat("Hi", format="json"), MODEL))) == {"answer"}
