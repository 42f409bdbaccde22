from typing import Any

import pytest
from sqlalchemy import text

from tests.tinyllm.backends import AT_LIMIT, DONE
from tests.tinyllm.house import BIG, HERE, FailingTurns, House, ended, heard, said, told
from tinyllm.errors import (
    AnswerCutError,
    AnswerFailedError,
    AnswerGarbledError,
    AnswerIdleError,
    BackendError,
    BrokenAnswerError,
    ModelMissingError,
    RefusedError,
    UnreachableError,
)
from tinyllm.events import Ended, Notice, Outcome, Started
from tinyllm.halt import Halt
from tinyllm.models.backend import Role, Text, Thinking
from tinyllm.storage import TurnTable

# Answers that do not end well


@pytest.mark.parametrize(
    ("failure", "outcome"),
    [
        pytest.param(AnswerCutError(), Outcome.CUT, id="cut"),
        pytest.param(AnswerIdleError(120), Outcome.IDLE, id="idle"),
        pytest.param(AnswerGarbledError(), Outcome.GARBLED, id="garbage"),
        pytest.param(AnswerFailedError("boom"), Outcome.ERROR, id="error line"),
        pytest.param(BrokenAnswerError("odd"), Outcome.ERROR, id="another"),
    ],
)
@pytest.mark.parametrize("words", ["Once upon", "", " \n"])
async def test_a_broken_answer_keeps_its_text_and_says_why(
    house: House, failure: BackendError, outcome: Outcome, words: str
) -> None:
    house.backend.will(Text(words), failure)
    end = ended(await house.ask("Tell"))
    assert (end.outcome, end.reason, end.model) == (outcome, str(failure), "qwen3:8b")
    kept = [("assistant", words, "interrupted")] if words.strip() else []
    assert await house.kept() == [("user", "Tell", "done"), *kept]
    assert (end.turn_id is not None) is bool(kept)
    health = house.registry.get_health("qwen3:8b")
    assert (health.failed_requests, health.last_error) == (1, str(failure))


async def test_an_answer_at_its_limit_says_so_and_is_done(house: House) -> None:
    house.backend.will(Text("Once upon"), AT_LIMIT)
    end = ended(await house.ask("Tell"))
    assert (end.outcome, end.reason) == (Outcome.LENGTH, "The answer reached the length limit.")
    assert (await house.kept())[-1] == ("assistant", "Once upon", "done")
    assert house.registry.get_health("qwen3:8b").failed_requests == 0


@pytest.mark.parametrize(
    "steps",
    [
        pytest.param([], id="nothing"),
        pytest.param([Text(" "), Text("\n")], id="white space"),
        pytest.param([Text("\u200b"), Text("\ufeff")], id="characters that show nothing"),
        pytest.param([Thinking("hm")], id="only thoughts"),
    ],
)
async def test_an_empty_answer_is_told_and_not_remembered(house: House, steps: list[Any]) -> None:
    house.backend.will(*steps, DONE)
    end = ended(await house.ask("Hi"))
    assert (end.outcome, end.turn_id) == (Outcome.EMPTY, None)
    assert "empty answer" in end.reason
    assert await house.kept() == [("user", "Hi", "done")]
    assert house.registry.get_health("qwen3:8b").failed_requests == 1


@pytest.mark.parametrize(
    "failure", [UnreachableError("http://models:11434", "connection refused"), RefusedError(500, "boom")]
)
async def test_an_answer_that_does_not_begin_says_why_and_keeps_the_question(
    house: House, failure: BackendError
) -> None:
    house.backend.will(failure)
    events = await house.ask("Hi")
    assert events == [Started("qwen3:8b"), Ended(Outcome.ERROR, str(failure))]
    assert await house.kept() == [("user", "Hi", "done")]
    assert house.registry.get_health("qwen3:8b").last_error == str(failure)


async def test_a_server_that_was_never_reached_is_told_and_found_when_it_comes(house: House) -> None:
    house.registry.sync_from_ollama([])
    house.backend.down = UnreachableError(house.backend.address, "connection refused")
    events = await house.ask("Hi")
    assert events == [Ended(Outcome.ERROR, str(house.backend.down))]
    house.backend.down = None
    assert ended(await house.ask("Again")).outcome is Outcome.DONE
    assert told(house.backend.requests[-1]) == ["Hi", "Again"]


async def test_health_counts_what_was_answered(house: House) -> None:
    house.backend.will(lambda: house.clock.advance(1.5), Text("Yes."), DONE)
    await house.ask("Hi")
    health = house.registry.get_health("qwen3:8b")
    assert (health.total_requests, health.failed_requests, health.average_latency_ms) == (1, 0, 1500)


# Another try


async def test_a_consumer_that_leaves_is_not_disturbed_by_a_store_that_fails(house: House) -> None:
    house.turns = turns = FailingTurns()
    turns.refuses = lambda turn: turn.role is Role.ASSISTANT
    house.backend.will(Text("Once upon"), DONE)
    events = house.conversations().ask(HERE, said("Tell"), Halt())
    async for event in events:
        if isinstance(event, Text):
            break
    await events.aclose()

    assert await house.kept() == [("user", "Tell", "done")]


async def test_what_is_cleared_in_mid_answer_leaves_no_answer_behind(house: House) -> None:
    conversations = house.conversations()
    house.backend.will(Text("Once upon"), DONE)
    async for event in conversations.ask(HERE, said("Tell"), Halt()):
        if isinstance(event, Text):
            assert await conversations.clear(HERE) == 1

    assert await house.kept() == []
    assert ended(await heard(conversations, "Again")).turn_id is not None
    assert len(await house.kept()) == 2


async def test_a_model_that_was_removed_is_reported_and_another_answers(house: House) -> None:
    await house.conversations().switch(HERE, "large")
    house.backend.will(lambda: house.backend.installed.remove(BIG), ModelMissingError("qwen3:8b"))
    events = await house.ask("Hi")
    assert events[:-1] == [
        Started("qwen3:8b"),
        Notice("large is not installed, so qwen2.5:3b answers."),
        Started("qwen2.5:3b"),
        Text("Yes."),
    ]
    assert (ended(events).outcome, ended(events).model) == (Outcome.DONE, "qwen2.5:3b")
    assert (await house.ask("Again"))[0] == events[1]


async def test_a_server_that_misses_what_it_lists_is_not_asked_for_ever(house: House) -> None:
    for _ in range(5):
        house.backend.will(ModelMissingError("qwen3:8b"))
    end = ended(await house.ask("Hi"))
    assert (end.outcome, end.reason) == (Outcome.ERROR, "qwen3:8b is not installed on the model server any more.")
    assert len(house.backend.requests) == 3


# A database that fails


async def test_what_cannot_be_stored_is_told_and_answered_all_the_same(house: House) -> None:
    house.turns = turns = FailingTurns()
    await house.ask("Before")
    turns.refuses = lambda turn: True
    events = await house.ask("Hi")
    assert events[:-1] == [
        Notice("I cannot remember this exchange. The disk is full."),
        Started("qwen3:8b"),
        Text("Yes."),
    ]
    assert (ended(events).outcome, ended(events).turn_id) == (Outcome.DONE, None)
    assert told(house.backend.requests[-1]) == ["Before", "Yes.", "Hi"]


async def test_an_answer_that_cannot_be_stored_is_told(house: House) -> None:
    house.turns = turns = FailingTurns()
    turns.refuses = lambda turn: turn.role is Role.ASSISTANT
    events = await house.ask("Hi")
    assert events[:2] == [Started("qwen3:8b"), Text("Yes.")]
    assert isinstance(events[2], Notice)
    assert "cannot remember this answer" in events[2].sentence
    assert (ended(events).outcome, ended(events).turn_id, len(events)) == (Outcome.DONE, None, 4)


async def test_a_memory_that_cannot_be_read_does_not_keep_the_answer_back(house: House) -> None:
    house.turns = turns = FailingTurns()
    turns.unreadable = True
    assert ended(await house.ask("Hi")).outcome is Outcome.DONE
    assert told(house.backend.requests[-1]) == ["Hi"]


async def test_with_a_database_that_is_gone_the_chat_goes_on(house: House) -> None:
    house.turns = TurnTable(house.database)
    await house.conversations().switch(HERE, "medium")
    async with house.database.transaction() as connection:
        for table in ("turn_messages", "turns", "choices"):
            await connection.execute(text(f"DROP TABLE {table}"))
    events = await house.ask("Hi")
    assert isinstance(events[0], Notice)
    assert events[1:-1] == [Started("qwen3:8b"), Text("Yes.")]
    assert ended(events).outcome is Outcome.DONE


async def test_with_a_database_that_is_read_only_the_model_and_the_memory_stay(house: House) -> None:
    house.turns = TurnTable(house.database)
    await house.conversations().switch(HERE, "medium")
    await house.ask("Hi")
    async with house.database.transaction() as connection:
        await connection.execute(text("PRAGMA query_only = ON"))
    events = await house.ask("Again")
    assert (type(events[0]), ended(events).model) == (Notice, "qwen2.5:3b")
    assert told(house.backend.requests[-1]) == ["Hi", "Yes.", "Again"]
