import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyllm.memory import MemoryStore, MemoryTurns, Turn
from tinyllm.memory.store import LEFT_OUT_MARK
from tinyllm.memory.tokens import TokenEstimate
from tinyllm.memory.window import CUT_MARK
from tinyllm.models.backend import Role
from tinyllm.scopes import channel_scope

HERE = channel_scope(1)


def filled() -> MemoryStore:
    memory = MemoryStore(clock=lambda: 5.0)
    memory.add_message("user", "Explain quantum computing")
    memory.add_message("assistant", "It is odd.", metadata={"model": "qwen2.5:1.5b", "mood": "dry"})
    memory.add_message("user", "How odd?")
    return memory


def said(memory: MemoryStore) -> list[str]:
    return [turn.text for turn in memory.get_messages()]


def test_messages_are_kept_in_order_with_the_model_that_said_them() -> None:
    assert filled().get_messages() == [
        Turn(Role.USER, "Explain quantum computing", said_at=5.0),
        Turn(Role.ASSISTANT, "It is odd.", model="qwen2.5:1.5b", said_at=5.0),
        Turn(Role.USER, "How odd?", said_at=5.0),
    ]


@pytest.mark.parametrize(
    ("n", "role", "texts"),
    [
        pytest.param(None, "user", ["Explain quantum computing", "How odd?"], id="a role"),
        pytest.param(2, None, ["It is odd.", "How odd?"], id="the newest"),
        pytest.param(1, "assistant", ["It is odd."], id="the newest of a role"),
        pytest.param(99, None, ["Explain quantum computing", "It is odd.", "How odd?"], id="more than there are"),
        pytest.param(0, None, [], id="none"),
        pytest.param(-1, None, [], id="less than none"),
        pytest.param(None, "nobody", [], id="an unknown role"),
    ],
)
def test_some_of_the_messages_can_be_had(n: int | None, role: str | None, texts: list[str]) -> None:
    assert [turn.text for turn in filled().get_messages(n, role)] == texts


def test_an_unknown_role_is_refused() -> None:
    memory = MemoryStore()
    with pytest.raises(ValueError, match="narrator"):
        memory.add_message("narrator", "Once upon a time")
    assert memory.get_messages() == []


def test_the_context_is_the_newest_turns_that_fit_in_order() -> None:
    memory = filled()
    assert memory.get_context_for_prompt() == ("user: Explain quantum computing\nassistant: It is odd.\nuser: How odd?")
    assert memory.get_context_for_prompt(max_tokens=36) == memory.get_context_for_prompt()
    assert MemoryStore().get_context_for_prompt() == ""


def test_older_turns_are_left_out_of_the_context_visibly() -> None:
    memory = filled()
    assert memory.get_context_for_prompt(max_tokens=35) == f"{LEFT_OUT_MARK}\nuser: How odd?"
    for _ in range(3):
        memory.add_message("user", "Why?")
    assert memory.get_context_for_prompt(max_tokens=46) == "\n".join([LEFT_OUT_MARK, *["user: Why?"] * 3])


def test_a_newest_turn_that_is_too_long_is_cut_in_the_context_visibly() -> None:
    memory = MemoryStore()
    memory.add_message("user", "begin " + "x" * 9000 + " end")
    context = memory.get_context_for_prompt()
    assert context.startswith("user: begin x")
    assert context.endswith("x end")
    assert context.count(CUT_MARK) == 1
    assert 1990 <= TokenEstimate().tokens(context) <= 2000


@given(st.lists(st.text(max_size=3000), min_size=1, max_size=8), st.integers(60, 2500))
def test_the_context_never_exceeds_its_tokens_and_loses_nothing_in_silence(words: list[str], tokens: int) -> None:
    memory = MemoryStore()
    for text in words:
        memory.add_message("user", text)
    context = memory.get_context_for_prompt(tokens)
    assert TokenEstimate().tokens(context) <= tokens
    whole = context.endswith(f"user: {words[-1]}")
    assert whole or CUT_MARK in context
    everything = "\n".join(f"user: {text}" for text in words)
    assert context == everything or context.startswith(LEFT_OUT_MARK) or CUT_MARK in context


@pytest.mark.parametrize("tokens", [1, 0, -5])
def test_even_without_any_room_the_newest_turn_is_in_the_context(tokens: int) -> None:
    assert filled().get_context_for_prompt(tokens) == f"{LEFT_OUT_MARK}\nuser: How odd?"


def test_statistics_count_by_role() -> None:
    assert filled().get_stats() == {"total": 3, "user": 2, "assistant": 1}
    assert MemoryStore().get_stats() == {"total": 0}


async def test_without_a_store_nothing_is_loaded_or_saved() -> None:
    memory = filled()
    await memory.save()
    await memory.load()
    assert memory.get_stats()["total"] == 3
    await memory.clear_all()
    assert said(memory) == []


async def test_what_was_saved_is_loaded_elsewhere() -> None:
    store = MemoryTurns()
    memory = MemoryStore(store, HERE)
    memory.add_message("user", "a")
    await memory.save()
    memory.add_message("assistant", "b")
    await memory.save()
    await memory.save()
    other = MemoryStore(store, HERE)
    await other.load()
    assert said(other) == ["a", "b"]
    other.add_message("user", "c")
    await other.save()
    assert [turn.text async for turn in store.newest(HERE)] == ["c", "b", "a"]


async def test_loading_keeps_what_is_at_hand_and_not_saved_yet() -> None:
    store = MemoryTurns()
    await store.append(HERE, Turn(Role.USER, "stored"))
    memory = MemoryStore(store, HERE)
    memory.add_message("user", "new")
    await memory.load()
    await memory.save()

    assert said(memory) == ["stored", "new"]
    assert [turn.text async for turn in store.newest(HERE)] == ["new", "stored"]


async def test_clearing_the_short_term_keeps_what_is_stored() -> None:
    store = MemoryTurns()
    memory = MemoryStore(store, HERE)
    memory.add_message("user", "a")
    await memory.save()
    memory.clear_stm()
    assert said(memory) == []
    memory.add_message("user", "b")
    await memory.save()
    await memory.load()
    assert said(memory) == ["a", "b"]
    await memory.clear_all()
    await memory.load()
    assert said(memory) == []


def test_an_unknown_role_is_named_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"“robot” is no role\. There are: system, user, assistant\."):
        MemoryStore().add_message("robot", "beep")
