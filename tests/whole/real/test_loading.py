"""Models that come and go: loaded on use, unloaded when nobody asks, broken and mended."""

from __future__ import annotations

from tests.cast import HELLO, write_cast
from tests.whole.real.conftest import Stack, in_one_loop, until

pytestmark = in_one_loop
EXPIRY = 300.0
"""Seconds, the bot's usual keep_alive."""


async def test_a_model_that_nobody_asks_is_unloaded_and_loaded_again_for_the_next_question(stack: Stack) -> None:
    await stack.ask("general", "Hello?")
    before, first = await stack.overview(), stack.engine("hello").pid
    await stack.clock.until_sleeping()
    stack.clock.advance(EXPIRY)
    await until(lambda: not stack.server.pool.loaded)
    between = await stack.overview()
    again = await stack.ask("general", "Still there?")
    after, second = await stack.overview(), stack.engine("hello").pid

    assert again.content.startswith("".join(HELLO))
    assert ["• `hello:latest` **(current)** **(loaded)**" in shown for shown in (before, between, after)] == [
        True,
        False,
        True,
    ]
    assert first != second


async def test_switching_loads_a_model_ahead_of_its_first_answer(stack: Stack) -> None:
    await stack.switch("random", "tiny-b")
    await until(lambda: "tiny-b" in {each.load.path.stem for each in stack.server.pool.loaded})

    assert "• `tiny-b:latest` **(current)** **(loaded)**" in await stack.overview("random")


async def test_a_broken_file_is_listed_as_such_refused_and_used_once_it_is_mended(stack: Stack) -> None:
    whole = (stack.models / "tiny-a.gguf").read_bytes()
    (stack.models / "torn.gguf").write_bytes(whole[: len(whole) // 2])
    refused = await stack.switch("random", "torn")
    shown = await stack.overview("random")
    answer = await stack.ask("random", "Who are you?")
    (stack.models / "torn.gguf").write_bytes(whole)
    switched = await stack.switch("random", "torn")
    mended = await stack.ask("random", "And now?")

    assert refused.content.startswith("torn:latest cannot be used: It ends too early: ")
    assert "• `torn:latest` **(broken)**: " in shown
    assert "torn:latest" not in answer.content
    assert switched.content.startswith("Switched to `torn:latest`")
    assert mended.content.startswith("I am A.\n-# torn:latest · ")


async def test_a_file_that_is_put_into_the_folder_can_be_chosen_at_once(stack: Stack) -> None:
    write_cast(stack.models, "json")
    switched = await stack.switch("@TinyLLM", "json")

    assert switched.content.startswith("Switched to `json:latest`")
