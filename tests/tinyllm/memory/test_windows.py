"""Windows over a store: where they begin, and how much is read for them."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinyllm.errors import StorageError
from tinyllm.memory import Author, MemoryTurns, TokenEstimates, Turn
from tinyllm.memory.turns import Excerpt
from tinyllm.memory.window import Window, cut_budget
from tinyllm.memory.windows import MARGIN, MOST_SCOPES, Windows
from tinyllm.models.backend import ChatMessage, ChatRequest, Role
from tinyllm.scopes import Scope, channel_scope, guild_scope

HERE = channel_scope(1)
MODEL = "qwen3:8b"
SYSTEM = "Be kind."
BUDGET = 1000
NINETY_SIX = 315
"""Characters of a turn of 96 tokens."""


class CountingTurns(MemoryTurns):
    """Counts what is read, and fails while a test says so."""

    rows = looks = 0
    fails_after: int | None = None

    async def excerpt(self, scope: Scope, limit: int, *, since: int = 0, before: int | None = None) -> Excerpt:
        if self.fails_after is not None and self.looks >= self.fails_after:
            raise StorageError("The disk is gone.")
        excerpt = await super().excerpt(scope, limit, since=since, before=before)
        self.looks += 1
        self.rows += len(excerpt.turns)
        return excerpt


class Talk:
    """A conversation that goes on."""

    def __init__(self, scope: Scope = HERE) -> None:
        self.scope = scope
        self.store = CountingTurns()
        self.estimates = TokenEstimates()
        self.windows = Windows(self.store, self.estimates)
        self.latest = Turn(Role.USER, "now")

    async def say(self, length: int = NINETY_SIX, role: Role = Role.USER, *, pinned: bool = False) -> Turn:
        text = f"{self.store._last_id + 1}.".ljust(length, "x")
        self.latest = await self.store.append(self.scope, Turn(role, text, Author("7", "Ann"), pinned=pinned))
        return self.latest

    async def say_often(self, count: int, length: int = NINETY_SIX) -> None:
        for _ in range(count):
            await self.say(length)

    async def window(self, model: str = MODEL, budget: int = BUDGET) -> Window:
        """The window for the answer to what was said last."""
        self.store.rows = self.store.looks = 0
        return await self.windows.build(self.scope, model, SYSTEM, budget, latest=self.latest)


def numbers(window: Window) -> list[int]:
    return [int(message.content.rpartition(": ")[2].partition(".")[0]) for message in window.messages[1:]]


def begins(window: Window) -> int:
    assert window.front is not None
    return window.front.turn_id


async def test_a_window_begins_where_the_last_one_began_while_everything_fits() -> None:
    talk = Talk()
    await talk.say_often(20)
    first = await talk.window()
    assert numbers(first) == list(range(14, 21))
    for _ in range(3):
        await talk.say()
        following = await talk.window()
        assert following.messages[: len(first.messages)] == first.messages
    await talk.say()
    assert numbers(await talk.window()) == list(range(18, 25))


async def test_each_conversation_and_model_has_a_front_of_its_own() -> None:
    talk = Talk()
    await talk.say_often(20)
    await talk.window()
    await talk.say()
    assert begins(await talk.window("TinyLlama")) == 15
    await talk.say()
    assert begins(await talk.window("QWEN3:8B")) == 14
    assert begins(await talk.window("tinyllama:latest")) == 15


async def test_forgetting_a_conversation_forgets_its_fronts_and_no_others() -> None:
    talk, there = Talk(), channel_scope(2)
    await talk.say_often(20)
    await talk.window()
    talk.scope = there
    await talk.say_often(20)
    await talk.window()
    await talk.say_often(2)
    talk.windows.forget(HERE)
    assert begins(await talk.window()) == 34
    talk.scope = HERE
    await talk.say_often(2)
    assert begins(await talk.window()) == 16


async def test_fronts_are_remembered_for_the_latest_conversations_only() -> None:
    talk = Talk()
    await talk.say_often(20)
    await talk.window()
    for number in range(2, MOST_SCOPES + 1):
        talk.scope = channel_scope(number)
        await talk.say(1)
        await talk.window()
    talk.scope = HERE
    await talk.say_often(2)
    assert begins(await talk.window()) == 14
    talk.scope = channel_scope(0)
    await talk.say(1)
    await talk.window()
    talk.scope = channel_scope(2)
    await talk.say(1)
    await talk.window()
    assert len(talk.windows._fronts) == MOST_SCOPES
    assert HERE.key in talk.windows._fronts


# When the front goes back


async def test_a_larger_context_is_filled_again() -> None:
    talk = Talk()
    await talk.say_often(60)
    assert begins(await talk.window()) == 54
    assert begins(await talk.window(budget=4000)) == 30


async def test_an_estimate_that_was_far_too_cautious_is_made_good() -> None:
    talk = Talk()
    request = ChatRequest(MODEL, (ChatMessage(Role.USER, "x" * 10_000),), 4096)
    talk.estimates.overflowed(request, 10_006)
    await talk.say_often(20)
    few = await talk.window()
    for _ in range(30):
        talk.estimates.learn(request, 2500)
    assert len((await talk.window()).messages) > 2 * len(few.messages)


async def test_deleted_turns_make_room_for_older_ones() -> None:
    talk = Talk()
    await talk.say_often(20)
    await talk.window()
    talk.store._kept[HERE.key] = talk.store._kept[HERE.key][:15]
    await talk.say(1)
    assert numbers(await talk.window()) == [*range(9, 16), 21]


async def test_a_little_room_is_no_reason_to_move_the_front() -> None:
    talk = Talk()
    await talk.say_often(20)
    await talk.window()
    await talk.say(1)
    assert begins(await talk.window(budget=1400)) == 14


async def test_what_is_short_because_the_turn_before_is_too_long_is_not_looked_at_again() -> None:
    talk = Talk()
    await talk.say_often(5)
    await talk.say(9000, Role.ASSISTANT)
    for _ in range(3):
        await talk.say(1)
        assert begins(await talk.window()) == 7
    assert talk.store.looks == 1


async def test_a_conversation_that_was_cleared_by_another_process_begins_anew() -> None:
    talk = Talk()
    await talk.say_often(20)
    await talk.window()
    await talk.store.clear(HERE)
    await talk.say(1)
    window = await talk.window()
    assert (numbers(window), window.complete) == ([21], True)


# How much is read


async def test_no_more_turns_are_read_than_the_window_has() -> None:
    talk = Talk()
    await talk.say_often(500)
    first = await talk.window()
    assert talk.store.rows < 2.5 * len(first.messages)
    await talk.say_often(2)
    following = await talk.window()
    assert talk.store.looks == 1
    assert talk.store.rows == len(following.messages) - 1


async def test_a_conversation_of_very_short_turns_is_read_in_few_looks() -> None:
    talk = Talk()
    await talk.say_often(400, length=7)  # 8 tokens each
    assert len((await talk.window(budget=4000)).messages) == 401
    assert talk.store.looks <= 4
    await talk.say_often(2)
    assert len((await talk.window(budget=4000)).messages) == 403
    assert talk.store.looks == 1


async def test_a_front_from_long_ago_is_no_reason_to_read_everything_since() -> None:
    talk = Talk()
    await talk.say_often(20)
    await talk.window()
    await talk.say_often(1000)
    window = await talk.window()
    assert numbers(window) == list(range(1014, 1021))
    assert talk.store.rows <= 7 + MARGIN


async def test_whether_a_conversation_fits_is_told_without_moving_its_front() -> None:
    talk = Talk()
    await talk.say_often(9)
    assert await talk.windows.holds_all(HERE, MODEL, BUDGET)
    await talk.say_often(11)
    assert begins(await talk.window()) == 14
    assert not await talk.windows.holds_all(HERE, MODEL, BUDGET)
    await talk.say()
    assert begins(await talk.window()) == 14


# Pins


async def test_a_pinned_turn_stays_and_the_prefix_with_it() -> None:
    talk = Talk()
    await talk.say(pinned=True)
    await talk.say_often(20)
    first = await talk.window()
    assert numbers(first) == [1, *range(16, 22)]
    await talk.say()
    following = await talk.window()
    assert following.messages[: len(first.messages)] == first.messages
    assert await talk.store.unpin(HERE) == 1
    assert numbers(await talk.window()) == list(range(16, 23))


async def test_the_question_itself_may_be_pinned() -> None:
    talk = Talk()
    await talk.say_often(3)
    await talk.say(pinned=True)
    assert numbers(await talk.window()) == [1, 2, 3, 4]


# A store that fails


@pytest.mark.parametrize("looks", [0, 1])
async def test_what_could_be_read_is_in_the_window_and_its_front_is_not_believed(looks: int) -> None:
    talk = Talk()
    await talk.say_often(100, length=1)
    talk.store.fails_after = looks
    shorter = await talk.window()
    talk.store.fails_after = None
    assert 1 <= len(shorter.messages) - 1 < 100
    assert shorter.messages[-1].content == talk.latest.text
    assert len((await talk.window()).messages) == 101


async def test_a_question_that_could_not_be_stored_is_in_the_window() -> None:
    talk = Talk()
    await talk.say_often(3)
    talk.latest = Turn(Role.USER, "9.unstored")
    assert numbers(await talk.window()) == [1, 2, 3, 9]


async def test_in_a_guild_people_have_names() -> None:
    talk = Talk(channel_scope(1, within=guild_scope(9)))
    await talk.say(5)
    assert (await talk.window()).messages[1].content == "Ann: 1.xxx"


# Whatever is said


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.integers(1, 700), st.integers(1, 800), st.integers(0, 12)), min_size=10, max_size=80),
    st.integers(0, 40),
)
async def test_the_prefix_changes_only_in_large_steps(said: Sequence[tuple[int, int, int]], before: int) -> None:
    talk = Talk()
    await talk.say_often(before)
    estimate = talk.estimates.of(MODEL)
    last, since_cut = None, BUDGET
    for question, answer, dice in said:
        await talk.say(question, pinned=dice == 0)
        window = await talk.window()
        assert window.tokens == sum(estimate.tokens(message.content) for message in window.messages) <= BUDGET
        assert numbers(window) == sorted(set(numbers(window)))
        since_cut += estimate.tokens(talk.latest.text)
        if last is not None and window.messages[: len(last.messages)] != last.messages:
            assert window.tokens <= cut_budget(BUDGET)
            assert since_cut > BUDGET - cut_budget(BUDGET)
            since_cut = 0
        last = window
        since_cut += estimate.tokens((await talk.say(answer, Role.ASSISTANT)).text)
