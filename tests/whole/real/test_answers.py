"""Answers of real models as people see them: they grow, can be stopped, and come side by side."""

from __future__ import annotations

import asyncio

from tests.cast import HELLO
from tests.whole.conftest import is_done
from tests.whole.real.conftest import COUNT, PATIENCE, Stack, growing, in_one_loop, until

pytestmark = in_one_loop


async def test_an_answer_grows_and_ends_with_the_words_that_the_model_knows(stack: Stack) -> None:
    await stack.switch("general", "count")
    answer = await stack.ask("general", "Count, please.")
    shown = [revision.content for revision in answer.revisions]

    whole = "".join(COUNT).rstrip()
    assert answer.content.startswith(f"{whole}\n-# count:latest · ")
    assert len(shown) >= 3
    assert all(whole.startswith(version.rstrip()) for version in shown[:-1])
    assert [len(version) for version in shown] == sorted({len(version) for version in shown})


async def test_a_stop_in_the_middle_of_an_answer_stops_the_engine(stack: Stack) -> None:
    await stack.switch("random", "slow")
    begun = await stack.ask("random", "Tick!", growing("tock"))
    engine = stack.engine("slow")
    earlier = await engine.tokens()
    await stack.ada.wait_for_revision(begun, lambda message: len(message.content) > len(begun.content), PATIENCE)
    while_it_answers = await engine.tokens()
    stopped = await stack.stop("random", who=stack.ben)
    await stack.switch("random", "tiny-a")
    other = await stack.ask("random", "And you?")
    soon_after = await engine.tokens()
    await stack.ask("random", "Once more?")

    assert while_it_answers > earlier
    assert await engine.tokens() == soon_after
    assert other.content.startswith("I am A.\n")
    _, said, *others = (turn.text for turn in stack.turns("Tick!"))
    assert said.startswith("tick tocktick tock")
    assert said.endswith(stopped.content.partition("\n")[0])
    assert others == ["And you?", "I am A.", "Once more?", "I am A."]


async def test_a_model_that_is_switched_to_is_given_what_was_said_to_the_one_before(stack: Stack) -> None:
    await stack.switch("@TinyLLM", "hello")
    await stack.ada.say("@TinyLLM", "My cat is called Schrödinger.")
    first = await stack.ada.wait_for("@TinyLLM", is_done, PATIENCE)
    await stack.switch("@TinyLLM", "tiny-b")
    await stack.ada.say("@TinyLLM", "What is it called?")
    second = await stack.ada.wait_for("@TinyLLM", is_done, PATIENCE)

    said = "".join(HELLO)
    assert first.content.startswith(f"{said}\n-# hello:latest · ")
    assert second.content.startswith("I am B.\n-# tiny-b:latest · ")
    question, answer, further, last = stack.turns("My cat is")
    assert (answer.text, answer.model, last.model) == (said, "hello:latest", "tiny-b:latest")
    in_a_letter_each = sum(len(turn.text) for turn in (question, answer, further))
    assert (last.prompt_tokens or 0) > in_a_letter_each


async def test_two_channels_are_answered_side_by_side_by_one_engine(stack: Stack) -> None:
    for channel in ("general", "random"):
        await stack.ada.run("/clear", channel)  # a slow model reads slowly
        await stack.switch(channel, "slow")
    await asyncio.gather(
        stack.ask("general", "Tick here!", growing("tock")),
        stack.ask("random", "Tick there!", growing("tock"), who=stack.ben),
    )
    (loaded,) = (each for each in stack.server.pool.loaded if each.load.path.stem == "slow")
    side_by_side = loaded.users
    await asyncio.gather(stack.stop("general"), stack.stop("random", who=stack.ben))

    assert side_by_side == 2
    await until(lambda: loaded.users == 0)
