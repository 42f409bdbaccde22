"""What goes wrong at the model server, and what people see of it."""

from __future__ import annotations

import pytest

from sandbox.models import Fault
from tests.whole.conftest import Stack, is_done, says

PARTIAL = "1, 2, 3,"


@pytest.fixture
def settings() -> dict[str, str]:
    return {"TINYLLM_DEFAULT_MODEL": "medium", "TINYLLM_IDLE_TIMEOUT": "0.4", "TINYLLM_CONNECT_TIMEOUT": "1"}


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        pytest.param(Fault.CUT, "⚠ The connection to the model server broke before the answer was finished.", id="cut"),
        pytest.param(Fault.CUT_CLEAN, "⚠ The connection to the model server broke", id="no last line"),
        pytest.param(
            Fault.ERROR_LINE, "⚠ The model server reported an error: an error was encountered", id="error line"
        ),
        pytest.param(Fault.GARBAGE, "⚠ The model server sent something that is no answer.", id="garbage"),
        pytest.param(Fault.HANG_MID, "⚠ The model server was silent for 0.4 s", id="silence"),
    ],
)
async def test_an_answer_that_breaks_is_kept_as_far_as_it_came_marked_with_the_reason_and_remembered(
    stack: Stack, fault: Fault, sentence: str
) -> None:
    stack.models.fault(fault, after=3)
    await stack.ada.say("general", "@TinyLLM count to 50")
    broken = await stack.ada.wait_for("general", says("⚠"))
    await stack.ask("general", "go on")

    assert broken.content.startswith(f"{PARTIAL}\n-# {sentence}")
    assert "\n-# qwen2.5:3b · " in broken.content
    assert stack.given() == ["ada: count to 50", PARTIAL, "ada: go on"]


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        pytest.param(Fault.ERROR_500, "⚠ The model server refused (500)", id="status 500"),
        pytest.param(Fault.HTML, "⚠ The model server sent something that is no answer.", id="a page of HTML"),
        pytest.param(Fault.HANG, "⚠ The model server was silent for 2 s", id="silence before the first word"),
        pytest.param(Fault.EMPTY, "⚠ The model gave an empty answer.", id="empty"),
        pytest.param(Fault.BLANK, "⚠ The model gave an empty answer.", id="only white space"),
    ],
)
async def test_an_answer_that_does_not_begin_is_one_sentence_and_the_question_is_kept(
    stack: Stack, fault: Fault, sentence: str
) -> None:
    stack.models.fault(fault)
    await stack.ada.say("general", "@TinyLLM count to 50")
    broken = await stack.ada.wait_for("general", says("⚠"))
    await stack.ask("general", "and now?")

    assert broken.content.startswith(sentence)
    assert stack.given() == ["ada: count to 50", "ada: and now?"]


async def test_a_connection_that_breaks_before_the_answer_is_tried_once_more(stack: Stack) -> None:
    stack.models.fault(Fault.RESET)
    answer = await stack.ask("general", "say: here I am")

    assert answer.content.startswith("here I am\n")


async def test_a_busy_server_is_waited_for(stack: Stack) -> None:
    stack.models.fault(Fault.BUSY)
    answer = await stack.ask("general", "say: here I am")

    assert answer.content.startswith("here I am\n")


async def test_while_the_server_is_down_everything_says_so_and_afterwards_everything_works(stack: Stack) -> None:
    await stack.ask("general", "hello")
    stack.models.down()
    await stack.ada.say("general", "@TinyLLM are you there?")
    refused = await stack.ada.wait_for("general", says("⚠"))
    overview = await stack.ada.run("/models", "general")
    unknown = await stack.ada.run("/model", "general", name="nothing")
    await stack.models.up()
    answer = await stack.ask("general", "and now?")

    remedy = f"The model server at {stack.models.url} cannot be reached (connection refused). Is it running?"
    assert refused.content.startswith(f"⚠ {remedy}")
    assert remedy in overview.content
    assert remedy in unknown.content
    assert "3 earlier messages" in answer.content


async def test_a_model_that_vanished_is_reported_and_another_one_answers(stack: Stack) -> None:
    await stack.ada.run("/model", "general", name="large")
    await stack.ask("general", "hello")
    stack.models.remove("qwen3:8b")
    answer = await stack.ask("general", "still there?")
    why = await stack.ada.run("/model", "general")

    assert "-# large is not installed, so qwen2.5:3b answers." in answer.content
    assert "qwen2.5:3b · " in answer.content
    assert "`large` is chosen for this channel, and skipped, since it is not installed." in why.content


async def test_when_no_model_is_installed_the_answer_says_how_to_get_one(stack: Stack) -> None:
    for name in ("qwen2.5:0.5b", "qwen2.5:1.5b", "qwen2.5:3b", "qwen3:8b", "tinyllama:latest", "granite-code:3b"):
        stack.models.remove(name)
    await stack.ada.say("general", "@TinyLLM hello")
    answer = await stack.ada.wait_for("general", says("⚠"))

    assert "No model that can chat is installed" in answer.content
    assert "ollama pull qwen2.5:3b" in answer.content


async def test_failures_make_a_model_unhealthy_and_switching_to_it_warns(stack: Stack) -> None:
    stack.models.fault(Fault.ERROR_500)
    await stack.ada.say("general", "@TinyLLM hello")
    await stack.ada.wait_for("general", says("⚠"))
    switched = await stack.ada.run("/model", "general", name="medium")
    details = await stack.ada.run("/modelinfo", "general")

    assert "⚠ It has been failing lately: The model server refused (500)" in switched.content
    assert "**Health:** unhealthy" in details.content
    assert "**Requests:** 1, of which 1 failed" in details.content


@pytest.mark.parametrize("limits", [False], ids=["without rate limits"])
async def test_an_answer_that_the_model_cuts_for_its_length_says_so(stack: Stack) -> None:
    stack.will_say("word " * 9000)
    await stack.ada.say("general", "@TinyLLM go on for ever")
    last = await stack.ada.wait_for("general", lambda message: is_done(message), timeout=20)

    assert "-# … The answer reached the length limit." in last.content
