"""Conversations that are longer than the context of a real model."""

from __future__ import annotations

import pytest

from tests.cast import HELLO
from tests.whole.real.conftest import Stack, in_one_loop

pytestmark = in_one_loop
CONTEXT = 512


@pytest.fixture(scope="module")
def bot_settings() -> dict[str, str]:
    """These models take a token for each letter, where the bot expects one for several, and so sends too much."""
    return {"TINYLLM_MAX_CONTEXT_TOKENS": str(CONTEXT)}


async def test_a_conversation_that_outgrows_the_context_is_cut_and_goes_on(stack: Stack) -> None:
    said = "".join(HELLO)
    for number in range(4):
        answer = await stack.ask("general", f"Question {number}: {'why? ' * 12}")
        assert answer.content.startswith(f"{said}\n-# hello:latest · ")
        assert "⚠" not in answer.content
    switched = await stack.switch("general", "hello")

    turns = stack.turns("Question 0")
    assert [turn.text for turn in turns[1::2]] == [said] * 4
    read = [turn.prompt_tokens or 0 for turn in turns[1::2]]
    assert read[1] > read[0]
    assert all(tokens < CONTEXT < sum(len(turn.text) for turn in turns) for tokens in read)
    assert "⚠ This conversation is longer than its 512 tokens, so it sees only the newer part." in switched.content


async def test_a_message_that_is_longer_than_the_context_is_cut_in_its_middle(stack: Stack) -> None:
    answer = await stack.ask("random", f"Listen: {'la ' * 600}")

    assert answer.content.startswith("".join(HELLO))
    assert CONTEXT / 4 < (stack.turns("Listen: ")[1].prompt_tokens or 0) < CONTEXT
