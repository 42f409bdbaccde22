"""Engines and servers that die, and what people see of it."""

from __future__ import annotations

import os
import signal

from tests.whole.conftest import says
from tests.whole.real.conftest import PATIENCE, Stack, growing, in_one_loop

pytestmark = in_one_loop


async def test_an_engine_that_is_killed_leaves_what_it_said_and_the_next_question_starts_it_again(stack: Stack) -> None:
    await stack.switch("general", "slow")
    begun = await stack.ask("general", "Tick!", growing("tock"))
    killed = stack.engine("slow").pid
    os.kill(killed, signal.SIGKILL)
    broken = await stack.ada.wait_for_revision(begun, says("⚠"), PATIENCE)
    again = await stack.ask("general", "Go on!", growing("tock"))
    new = stack.engine("slow").pid
    await stack.ada.press(again, "Stop")
    stopped = await stack.ada.wait_for_revision(again, says("■ Stopped."), PATIENCE)

    said = broken.content.partition("\n")[0]
    assert said.startswith("tick tock")
    assert broken.content.startswith(
        f"{said}\n-# ⚠ The model server reported an error: an error was encountered while running the model"
    )
    assert new != killed
    assert [turn.text for turn in stack.turns("Tick!")][:3] == ["Tick!", said, "Go on!"]
    assert stopped.content.startswith("tick tock")


async def test_an_engine_that_is_killed_while_nobody_asks_is_not_missed(stack: Stack) -> None:
    await stack.switch("random", "tiny-a")
    await stack.ask("random", "Hello?")
    os.kill(stack.engine("tiny-a").pid, signal.SIGKILL)
    answer = await stack.ask("random", "Still there?")

    assert answer.content.startswith("I am A.\n-# tiny-a:latest · ")


async def test_a_server_that_goes_in_the_middle_of_an_answer_is_missed_until_it_is_back(stack: Stack) -> None:
    await stack.switch("general", "slow")
    begun = await stack.ask("general", "Tick once more!", growing("tock"))
    address = stack.server.url
    port = await stack.server_goes()
    broken = await stack.ada.wait_for_revision(begun, says("⚠"), PATIENCE)
    refused = await stack.ask("general", "Are you there?", says("⚠"))
    overview = await stack.overview()
    await stack.server_comes(port)
    await stack.switch("general", "tiny-b")
    answer = await stack.ask("general", "And now?")

    assert broken.content.startswith("tick tock")
    unreachable = f"The model server at {address} cannot be reached (connection refused). Is it running?"
    assert refused.content.startswith(f"⚠ {unreachable}")
    assert unreachable in overview
    assert answer.content.startswith("I am B.\n-# tiny-b:latest · ")
