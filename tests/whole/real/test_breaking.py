"""Engines and servers that die, and what people see of it."""

from __future__ import annotations

import os
import signal

from tests.whole.conftest import says
from tests.whole.real.conftest import PATIENCE, Stack, growing, in_one_loop

pytestmark = in_one_loop


async def test_an_engine_that_is_killed_leaves_what_it_said_and_the_next_question_starts_it_again(stack: Stack) -> None:
    await stack.switch("general", "slow")
    await stack.ask("general", "Tick!", growing("tock"))
    killed = stack.engine("slow").pid
    os.kill(killed, signal.SIGKILL)
    broken = await stack.ada.wait_for("general", says("⚠"), PATIENCE)
    await stack.ask("general", "Go on!", growing("tock"))
    new = stack.engine("slow").pid
    await stack.stop("general")

    shown, sentence, figures = broken.content.split("\n")
    assert sentence.startswith("-# ⚠ The model server reported an error: an error was encountered while running")
    assert figures.startswith("-# slow:latest · ")
    said, further = stack.turns("Tick!")[1::2]
    assert said.text.startswith("tick tock")
    assert said.text.endswith(shown)
    assert new != killed
    assert further.text.startswith("tick tock")


async def test_an_engine_that_is_killed_while_nobody_asks_is_not_missed(stack: Stack) -> None:
    await stack.switch("random", "tiny-a")
    await stack.ask("random", "Hello?")
    os.kill(stack.engine("tiny-a").pid, signal.SIGKILL)
    answer = await stack.ask("random", "Still there?")

    assert answer.content.startswith("I am A.\n-# tiny-a:latest · ")


async def test_a_server_that_goes_in_the_middle_of_an_answer_is_missed_until_it_is_back(stack: Stack) -> None:
    await stack.switch("general", "slow")
    await stack.ask("general", "Tick once more!", growing("tock"))
    address = stack.server.url
    port = await stack.server_goes()
    broken = await stack.ada.wait_for("general", says("⚠"), PATIENCE)
    refused = await stack.ask("general", "Are you there?", says("⚠"))
    overview = await stack.overview()
    await stack.server_comes(port)
    await stack.switch("general", "tiny-b")
    answer = await stack.ask("general", "And now?")

    assert "tick tock" in broken.content
    unreachable = f"The model server at {address} cannot be reached (connection refused). Is it running?"
    assert refused.content.startswith(f"⚠ {unreachable}")
    assert unreachable in overview
    assert answer.content.startswith("I am B.\n-# tiny-b:latest · ")
