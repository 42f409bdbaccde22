from hypothesis import given, settings
from hypothesis import strategies as st

from tinyllm.memory import Author, Turn
from tinyllm.memory.window import CUT_MARK, Window, WindowFilling, estimated_tokens, prompt_budget
from tinyllm.models.backend import ChatMessage, Role

ANN = Author("1", "Ann")
ROOM_FOR_A_CUT = 40
"""Tokens that a cut message needs for its mark and a little of its text."""


def window_of(turns: list[Turn], budget: int, system: str = "Be kind.", *, with_names: bool = False) -> Window:
    filling = WindowFilling(system, budget, with_names=with_names)
    for turn in reversed(turns):
        if not filling.take(turn):
            break
    return filling.window()


def texts(window: Window) -> list[str]:
    return [message.content for message in window.messages]


TURNS = [
    Turn(Role.USER, "one", ANN),
    Turn(Role.ASSISTANT, "two", model="m"),
    Turn(Role.USER, "three", ANN),
]


def test_everything_that_fits_is_there_in_order() -> None:
    window = window_of(TURNS, 1000)
    assert window.messages == (
        ChatMessage(Role.SYSTEM, "Be kind."),
        ChatMessage(Role.USER, "one"),
        ChatMessage(Role.ASSISTANT, "two"),
        ChatMessage(Role.USER, "three"),
    )
    assert window.complete


def test_without_turns_there_is_the_system_prompt() -> None:
    assert window_of([], 1000) == Window((ChatMessage(Role.SYSTEM, "Be kind."),), estimated_tokens("Be kind."), True)


def test_the_oldest_are_left_out() -> None:
    budget = estimated_tokens("Be kind.") + estimated_tokens("two") + estimated_tokens("three")
    window = window_of(TURNS, budget)
    assert texts(window) == ["Be kind.", "two", "three"]
    assert not window.complete
    assert window.tokens == budget


def test_an_older_turn_is_not_taken_past_one_that_did_not_fit() -> None:
    turns = [Turn(Role.USER, "short"), Turn(Role.ASSISTANT, "x" * 5000), Turn(Role.USER, "now")]
    assert texts(window_of(turns, 500)) == ["Be kind.", "now"]


def test_a_newest_turn_that_is_too_long_is_cut_visibly_in_its_middle() -> None:
    window = window_of([Turn(Role.USER, "begin " + "x" * 5000 + " end")], 300)
    (_, text) = texts(window)
    assert text.startswith("begin xxx")
    assert text.endswith("xxx end")
    assert text.count(CUT_MARK) == 1
    assert not window.complete
    assert 290 <= window.tokens <= 300


def test_a_short_question_is_never_made_longer_by_cutting_it() -> None:
    assert texts(window_of([Turn(Role.USER, "What is two and two?")], 20, "S" * 200))[1] == "What is two and two?"


def test_in_a_guild_people_are_named_and_models_are_not() -> None:
    turns = [*TURNS, Turn(Role.USER, "who?"), Turn(Role.ASSISTANT, "me", ANN)]
    assert texts(window_of(turns, 1000, with_names=True)) == ["Be kind.", "Ann: one", "two", "Ann: three", "who?", "me"]


def test_the_answer_has_room_of_its_own() -> None:
    assert prompt_budget(4096) == 3072
    assert prompt_budget(512) == 384
    assert prompt_budget(131_072) == 131_072 - 2048


said = st.lists(
    st.builds(Turn, st.sampled_from([Role.USER, Role.ASSISTANT]), st.text(max_size=2000), st.just(ANN)), max_size=12
)


@settings(max_examples=50)
@given(said, st.integers(0, 3000), st.text(max_size=500), st.booleans())
def test_the_budget_is_never_exceeded_and_the_newest_is_always_there(
    turns: list[Turn], room: int, system: str, with_names: bool
) -> None:
    budget = estimated_tokens(system) + ROOM_FOR_A_CUT + room
    window = window_of(turns, budget, system, with_names=with_names)
    assert window.tokens == sum(estimated_tokens(text) for text in texts(window)) <= budget
    assert len(window.messages) >= min(len(turns), 1) + 1
    assert window.complete is (len(window.messages) == len(turns) + 1 and not any(CUT_MARK in t for t in texts(window)))
    rendered = [f"Ann: {turn.text}" if with_names and turn.role is Role.USER else turn.text for turn in turns]
    whole = texts(window)[1:]
    if whole and CUT_MARK in whole[-1]:
        assert len(whole) == 1
    else:
        assert whole == rendered[len(rendered) - len(whole) :]


@given(said, st.integers(-100, 100))
def test_even_without_any_room_the_newest_is_there(turns: list[Turn], budget: int) -> None:
    window = window_of(turns, budget, "S" * 300)
    assert len(window.messages) >= min(len(turns), 1) + 1
