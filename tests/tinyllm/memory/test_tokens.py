import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.clocks import ManualClock
from tinyllm.memory.tokens import (
    CHARACTERS_PER_TOKEN,
    LEAST_CHARACTERS,
    MOST_CHARACTERS,
    TOKENS_PER_MESSAGE,
    LearnedRatio,
    TokenEstimate,
    TokenEstimates,
)
from tinyllm.models.backend import ChatMessage, ChatRequest, Role

MODEL = "qwen3:8b"


def prompt(characters: int, messages: int = 1, model: str = MODEL) -> ChatRequest:
    """A request with so many characters in all."""
    each, rest = divmod(characters, messages)
    texts = ["x" * (each + rest), *["x" * each] * (messages - 1)]
    return ChatRequest(model, tuple(ChatMessage(Role.USER, text) for text in texts), 8192)


def ratio(estimates: TokenEstimates, model: str = MODEL) -> float:
    return estimates.of(model).characters_per_token


@given(st.integers(-50, 100_000), st.floats(LEAST_CHARACTERS, MOST_CHARACTERS))
def test_what_is_said_to_fit_does(tokens: int, characters_per_token: float) -> None:
    estimate = TokenEstimate(characters_per_token)
    characters = estimate.characters(tokens)

    assert characters < 0 or estimate.tokens("x" * characters) <= max(tokens, TOKENS_PER_MESSAGE)


def test_a_prompt_is_the_sum_of_its_messages() -> None:
    assert TokenEstimate(2.0, 5).request(prompt(100, messages=2)) == 2 * (25 + 5)


def test_a_model_that_was_never_asked_has_the_cautious_guess() -> None:
    assert TokenEstimates().of(MODEL) == TokenEstimate(CHARACTERS_PER_TOKEN, TOKENS_PER_MESSAGE)


def test_an_estimate_that_is_too_bold_is_corrected_at_once() -> None:
    estimates = TokenEstimates()
    estimates.learn(prompt(8000), 4000 + TOKENS_PER_MESSAGE)
    assert ratio(estimates) == 2.0


def test_an_estimate_that_is_too_cautious_is_corrected_slowly() -> None:
    estimates = TokenEstimates()
    estimates.learn(prompt(8000), 1600)
    assert ratio(estimates) == pytest.approx(3.8)
    for _ in range(50):
        estimates.learn(prompt(8000), 1600)
    assert 4.9 < ratio(estimates) < 5.0


def test_a_tiny_prompt_teaches_little() -> None:
    estimates = TokenEstimates()
    estimates.learn(prompt(40), 46)
    assert 3.4 < ratio(estimates) < CHARACTERS_PER_TOKEN


def test_what_the_template_may_have_taken_changes_nothing() -> None:
    estimates = TokenEstimates()
    estimates.learn(prompt(7000, messages=20), 2000 + 10 * TOKENS_PER_MESSAGE)
    assert ratio(estimates) == CHARACTERS_PER_TOKEN
    assert estimates.take_unsaved() == []


@pytest.mark.parametrize(
    "told",
    [
        pytest.param(None, id="nothing"),
        pytest.param(0, id="zero"),
        pytest.param(30, id="only what was not in the cache"),
    ],
)
def test_a_server_that_does_not_tell_teaches_nothing(told: int | None) -> None:
    estimates = TokenEstimates()
    estimates.learn(prompt(8000), told)
    assert estimates.of(MODEL) == TokenEstimate()


def test_each_model_has_its_own_estimate_however_it_is_spelled() -> None:
    estimates = TokenEstimates()
    estimates.learn(prompt(8000, model="TinyLlama"), 4006)
    assert ratio(estimates, "tinyllama:latest") == 2.0
    assert ratio(estimates, "tinyllama:1b") == CHARACTERS_PER_TOKEN


def test_an_overflow_corrects_exactly_where_its_size_is_told() -> None:
    estimates = TokenEstimates()
    request = prompt(12_000, messages=3)
    estimates.overflowed(request, 9000)
    assert estimates.of(MODEL).request(request) == pytest.approx(9000, abs=3)


def test_an_overflow_whose_size_is_told_never_makes_bolder() -> None:
    estimates = TokenEstimates()
    estimates.overflowed(prompt(12_000), 2000)  # the context was smaller than we thought
    assert ratio(estimates) == CHARACTERS_PER_TOKEN


def test_an_overflow_whose_size_is_not_told_is_a_clear_step_down() -> None:
    estimates = TokenEstimates()
    estimates.overflowed(prompt(12_000), None)
    assert ratio(estimates) == pytest.approx(2.1)


lessons = st.lists(
    st.tuples(st.booleans(), st.integers(0, 200_000), st.integers(1, 50), st.none() | st.integers(-5, 300_000)),
    max_size=30,
)


@given(lessons)
def test_whatever_servers_tell_the_estimate_stays_sane(lessons: list[tuple[bool, int, int, int | None]]) -> None:
    estimates = TokenEstimates()
    for fits, characters, messages, told in lessons:
        (estimates.learn if fits else estimates.overflowed)(prompt(characters, messages), told)
        assert LEAST_CHARACTERS <= ratio(estimates) <= MOST_CHARACTERS


@given(st.integers(500, 100_000), st.integers(1, 40), st.floats(0.4, 5.5), st.integers(0, 12))
def test_the_estimate_comes_to_where_nothing_is_underestimated(
    characters: int, messages: int, real: float, template: int
) -> None:
    estimates, request = TokenEstimates(), prompt(characters, messages)
    tokens = int(characters / real) + messages * template
    for _ in range(200):
        estimates.learn(request, tokens)
    assert estimates.of(MODEL).request(request) >= 0.95 * tokens - messages


# Keeping it


def test_what_was_learned_is_handed_out_once(clock: ManualClock) -> None:
    estimates = TokenEstimates(clock.time)
    estimates.overflowed(prompt(100, model="TinyLlama"), 50)
    clock.advance(5)
    estimates.overflowed(prompt(100, model="TinyLlama"), 56)
    assert estimates.take_unsaved() == [LearnedRatio("tinyllama:latest", 2.0, clock.time())]
    assert estimates.take_unsaved() == []


def test_what_could_not_be_stored_is_handed_out_again_as_it_is_by_then() -> None:
    estimates = TokenEstimates()
    estimates.overflowed(prompt(100, model="a:1b"), 56)
    taken = estimates.take_unsaved()
    estimates.overflowed(prompt(100, model="a:1b"), 106)
    estimates.restore_unsaved(taken)
    assert [one.characters_per_token for one in estimates.take_unsaved()] == [1.0]


def test_what_is_stored_is_taken_over_where_it_is_newer(clock: ManualClock) -> None:
    estimates = TokenEstimates(clock.time)
    estimates.overflowed(prompt(100), 56)
    now = clock.time()
    estimates.load([LearnedRatio(MODEL, 3.0, now - 1), LearnedRatio("b:1b", 99.0, now)])
    assert (ratio(estimates), ratio(estimates, "b:1b")) == (2.0, MOST_CHARACTERS)
    estimates.load([LearnedRatio(MODEL, 3.0, now + 1)])
    assert ratio(estimates) == 3.0
    assert estimates.take_unsaved() == []
