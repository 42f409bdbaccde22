from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinyllm.memory import Author, Turn
from tinyllm.memory.tokens import TokenEstimate
from tinyllm.memory.window import CUT_MARK, Front, Window, WindowFilling, cut_budget, prompt_budget
from tinyllm.models.backend import ChatMessage, Role

ANN = Author("1", "Ann")
SYSTEM = "Be kind."
ESTIMATE = TokenEstimate()


def window_of(
    turns: Sequence[Turn],
    budget: int,
    system: str = SYSTEM,
    estimate: TokenEstimate = ESTIMATE,
    *,
    with_names: bool = False,
    begun: Front | None = None,
) -> Window:
    """The window of turns, given oldest first; those of them that are pinned are so."""
    filling = WindowFilling(system, budget, estimate, with_names=with_names, begun=begun)
    going_on = filling.take(turns[-1]) if turns else False
    filling.pin(turn for turn in reversed(turns) if turn.pinned)
    for turn in reversed(turns[:-1]):
        going_on = going_on and filling.take(turn)
    return filling.window()


def texts(window: Window) -> list[str]:
    return [message.content for message in window.messages]


def numbered(*turns: Turn) -> list[Turn]:
    return [replace(turn, id=number) for number, turn in enumerate(turns, 1)]


def user(text: str, *, pinned: bool = False) -> Turn:
    return Turn(Role.USER, text, ANN, pinned=pinned)


TURNS = numbered(user("one"), Turn(Role.ASSISTANT, "two", model="m"), user("three"))


def test_everything_that_fits_is_there_in_order() -> None:
    window = window_of(TURNS, 1000)
    assert window.messages == (
        ChatMessage(Role.SYSTEM, "Be kind."),
        ChatMessage(Role.USER, "one"),
        ChatMessage(Role.ASSISTANT, "two"),
        ChatMessage(Role.USER, "three"),
    )
    assert window.complete
    assert window.front == Front(turn_id=1, turns=3, left_out=0)


@pytest.mark.parametrize("system", ["", " \n"], ids=["empty", "blank"])
def test_a_blank_system_prompt_is_not_given_and_takes_no_room(system: str) -> None:
    window = window_of(TURNS, 1000, system)
    assert texts(window) == ["one", "two", "three"]
    assert window.tokens == sum(map(ESTIMATE.tokens, texts(window)))


def test_without_turns_there_is_the_system_prompt() -> None:
    assert window_of([], 1000) == Window((ChatMessage(Role.SYSTEM, SYSTEM),), ESTIMATE.tokens(SYSTEM), True)


def test_what_fits_exactly_is_not_cut() -> None:
    budget = sum(map(ESTIMATE.tokens, [SYSTEM, "one", "two", "three"]))
    assert texts(window_of(TURNS, budget)) == [SYSTEM, "one", "two", "three"]
    assert not window_of(TURNS, budget - 1).complete


def test_the_front_is_cut_in_one_large_step() -> None:
    turns = numbered(*(user("x" * 315) for _ in range(20)))  # 96 tokens each
    window = window_of(turns, 1000)
    assert len(window.messages) == 1 + 7
    assert window.tokens == ESTIMATE.tokens(SYSTEM) + 7 * 96 <= 750
    assert not window.complete
    assert window.front == Front(turn_id=14, turns=7, left_out=315)


def test_what_is_known_to_be_older_than_the_front_is_still_left_out() -> None:
    window = window_of(TURNS, 1000, begun=Front(turn_id=1, turns=3, left_out=77))
    assert not window.complete
    assert window.front == Front(turn_id=1, turns=3, left_out=77)


def test_a_turn_that_is_not_stored_is_no_front() -> None:
    assert window_of([user("now")], 1000).front is None
    assert window_of([*TURNS, user("now")], 1000).front == Front(turn_id=1, turns=4, left_out=0)


def test_an_older_turn_is_not_taken_past_one_that_did_not_fit() -> None:
    turns = numbered(user("short"), Turn(Role.ASSISTANT, "x" * 5000), user("now"))
    assert texts(window_of(turns, 500)) == [SYSTEM, "now"]


def test_a_newest_turn_that_is_too_long_is_cut_visibly_in_its_middle() -> None:
    window = window_of([user("begin " + "x" * 5000 + " end")], 300)
    (_, text) = texts(window)
    assert text.startswith("begin xxx")
    assert text.endswith("xxx end")
    assert text.count(CUT_MARK) == 1
    assert not window.complete
    assert 290 <= window.tokens <= 300


def test_a_newest_turn_that_just_fits_is_whole() -> None:
    long = "x" * ESTIMATE.characters(300 - ESTIMATE.tokens(SYSTEM))
    assert texts(window_of([*TURNS, user(long)], 300)) == [SYSTEM, long]


def test_a_short_question_is_never_made_longer_by_cutting_it() -> None:
    assert texts(window_of([user("What is two and two?")], 20, "S" * 200))[1] == "What is two and two?"


def test_in_a_guild_people_are_named_and_models_are_not() -> None:
    turns = [*TURNS, Turn(Role.USER, "who?"), Turn(Role.ASSISTANT, "me", ANN)]
    assert texts(window_of(turns, 1000, with_names=True)) == [SYSTEM, "Ann: one", "two", "Ann: three", "who?", "me"]


def test_the_answer_has_room_of_its_own() -> None:
    assert prompt_budget(4096) == 3072
    assert prompt_budget(512) == 384
    assert prompt_budget(131_072) == 131_072 - 2048


# Pinned turns


def test_pinned_turns_stay_before_the_front_in_order_and_only_once() -> None:
    turns = numbered(
        user("first rule", pinned=True),
        *(user("x" * 315) for _ in range(10)),
        user("second rule", pinned=True),
        *(user("y" * 315) for _ in range(10)),
        user("third rule", pinned=True),
        user("now"),
    )
    window = window_of(turns, 1000)
    kept = texts(window)
    assert kept[:3] == [SYSTEM, "first rule", "second rule"]
    assert kept[3:-2] == ["y" * 315] * (len(kept) - 5)
    assert kept[-2:] == ["third rule", "now"]
    assert len(kept) > 8
    assert window.tokens <= cut_budget(1000)


def test_the_newest_pins_win_where_they_take_more_than_half() -> None:
    rules = [user(f"{number}" + "r" * 629, pinned=True) for number in range(5)]  # 186 tokens each
    kept = texts(window_of(numbered(*rules, *(user("x" * 315) for _ in range(20)), user("now")), 1000))
    assert [text[0] for text in kept[1:]] == ["3", "4", "x", "x", "x", "n"]


def test_a_pin_that_is_too_long_for_all_of_the_room_is_cut_visibly() -> None:
    turns = numbered(user("begin" + "r" * 9000 + "end", pinned=True), *(user("x" * 315) for _ in range(9)), user("now"))
    kept = texts(window_of(turns, 1000))
    assert kept[1].startswith("beginr")
    assert kept[1].endswith("rend")
    assert CUT_MARK in kept[1]
    assert 490 <= ESTIMATE.tokens(kept[1]) <= 500


def test_a_pin_gives_way_to_a_newest_turn_that_needs_the_room() -> None:
    turns = [user("rule", pinned=True), user("x" * ESTIMATE.characters(1000 - ESTIMATE.tokens(SYSTEM)))]
    assert texts(window_of(numbered(*turns), 1000)) == [SYSTEM, turns[1].text]


def test_a_new_pin_takes_no_room_from_an_old_one_while_it_is_not_older_than_the_front() -> None:
    old, new = user("o" * 1200, pinned=True), user("n" * 600, pinned=True)
    longer = [user("x" * 600) for _ in range(4)]
    told = texts(window_of(numbered(old, *longer, new, user("now")), 1000))
    assert told == [SYSTEM, old.text, longer[-1].text, new.text, "now"]


def test_a_pinned_turn_that_is_long_is_whole_where_it_is_not_older_than_the_front() -> None:
    rule = user("r" * 1800, pinned=True)  # 520 tokens
    assert texts(window_of(numbered(user("a"), rule, user("now")), 1000)) == [SYSTEM, "a", rule.text, "now"]


# Whatever is said


@dataclass(frozen=True)
class Said:
    turns: list[Turn]
    system: str
    estimate: TokenEstimate
    room: int
    with_names: bool

    @property
    def budget(self) -> int:
        """What the system prompt needs and the shortest form of a turn that is cut, and some more."""
        shortest = self.estimate.tokens_of(len(CUT_MARK) + 20) + 1
        return self.estimate.tokens(self.system) + shortest + self.room

    def rendered(self, turn: Turn) -> str:
        return f"Ann: {turn.text}" if self.with_names and turn.role is Role.USER else turn.text


said = st.builds(
    Said,
    st.lists(
        st.builds(
            Turn,
            st.sampled_from([Role.USER, Role.ASSISTANT]),
            st.text(max_size=40) | st.integers(0, 3000).map("x".__mul__),
            st.just(ANN),
            pinned=st.integers(0, 3).map(lambda number: number == 0),
        ),
        max_size=15,
    ).map(lambda turns: numbered(*(replace(turn, text=f"{n}.{turn.text}") for n, turn in enumerate(turns)))),
    st.text(min_size=1, max_size=300).filter(str.strip),
    st.builds(TokenEstimate, st.floats(0.25, 6)),
    st.integers(0, 4000),
    st.booleans(),
)


@settings(max_examples=300)
@given(said)
def test_the_budget_is_never_exceeded_the_order_is_kept_and_the_newest_is_always_there(said: Said) -> None:
    window = window_of(said.turns, said.budget, said.system, said.estimate, with_names=said.with_names)
    told = texts(window)
    assert window.tokens == sum(map(said.estimate.tokens, told)) <= said.budget
    whole = {said.rendered(turn): turn.id for turn in said.turns}
    ids = [whole.get(text) or int(text.removeprefix("Ann: ").partition(".")[0]) + 1 for text in told[1:]]
    assert ids == sorted(set(ids))
    assert ids[-1:] == [turn.id for turn in said.turns[-1:]]
    assert all(text in whole or CUT_MARK in text for text in told[1:])

    begins = window.front.turn_id if window.front else 1
    assert [number for number in ids if number >= begins] == [t.id for t in said.turns if (t.id or 0) >= begins]
    assert all(said.turns[number - 1].pinned for number in ids if number < begins)
    assert window.complete is (ids == [turn.id for turn in said.turns] and (not ids or told[-1] in whole)) or begins > 1


@settings(max_examples=300)
@given(said)
def test_pins_that_fit_half_of_the_budget_stay(said: Said) -> None:
    turns = said.turns
    window = window_of(turns, said.budget, said.system, said.estimate, with_names=said.with_names)
    pins = [said.rendered(turn) for turn in turns[:-1] if turn.pinned]
    newest = said.estimate.tokens(said.rendered(turns[-1])) if turns else 0
    room = said.budget - said.estimate.tokens(said.system) - newest
    needed = sum(map(said.estimate.tokens, pins))
    if needed <= min(int(said.budget / 2), room):
        assert [text for text in texts(window)[1:] if text in pins] == pins


@settings(max_examples=200)
@given(said)
def test_a_cut_goes_down_to_three_quarters_or_as_far_as_it_can(said: Said) -> None:
    window = window_of(said.turns, said.budget, said.system, said.estimate, with_names=said.with_names)
    if window.front and window.front.left_out and window.front.turns > 1:
        assert window.tokens <= cut_budget(said.budget)


@pytest.mark.parametrize("budget", [-100, 0, 30])
@given(st.text(max_size=3000))
def test_even_without_any_room_the_newest_is_there(budget: int, text: str) -> None:
    (_, told) = texts(window_of([*TURNS, user(text)], budget, "S" * 300))
    assert told == text or CUT_MARK in told


@given(st.lists(st.integers(0, 2000), max_size=60), st.integers(-100, 200_000))
def test_more_turns_are_wanted_while_there_is_room_but_never_very_many(lengths: list[int], budget: int) -> None:
    filling = WindowFilling(SYSTEM, budget, ESTIMATE)
    for length in lengths:
        filling.take(user("x" * length))
        assert 1 <= filling.wanted() <= 500
