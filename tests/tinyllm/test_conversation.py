import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import aclosing, closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.tinyllm.backends import DONE, model
from tests.tinyllm.house import (
    ANN,
    GUILD,
    HERE,
    SMALL,
    THERE,
    House,
    ended,
    heard,
    said,
    settle,
    told,
    until,
)
from tinyllm.answers import AnswerFigures
from tinyllm.errors import AnswerCutError
from tinyllm.events import Ended, InLine, Outcome, Started
from tinyllm.halt import Halt
from tinyllm.memory import Turn
from tinyllm.models.backend import ChatMessage, Role, Text, Thinking
from tinyllm.scopes import channel_scope
from tinyllm.storage import TurnTable

# An answer


async def test_an_answer_comes_in_order(house: House) -> None:
    house.backend.will(Thinking("hm"), Text("He"), Text("llo"), DONE)
    events = await house.ask("Hi")
    assert events[:-1] == [Started("qwen3:8b"), Thinking("hm"), Text("He"), Text("llo")]
    end = ended(events)
    assert (end.outcome, end.reason, end.model) == (Outcome.DONE, "", "qwen3:8b")
    assert await house.kept() == [("user", "Hi", "done"), ("assistant", "Hello", "done")]


async def test_the_turns_have_all_that_is_known_of_them(house: House) -> None:
    conversations = house.conversations()
    house.backend.will(lambda: house.clock.advance(2), Text("Hello"), DONE)
    start = house.clock.time()
    events = [event async for event in conversations.ask(HERE, said("Hi", 123), Halt())]
    answer, question = [turn async for turn in house.turns.newest(HERE)]
    assert question == Turn(Role.USER, "Hi", ANN, message_ids=(123,), said_at=start, id=question.id)
    assert answer == Turn(
        Role.ASSISTANT,
        "Hello",
        model="qwen3:8b",
        prompt_tokens=11,
        answer_tokens=20,
        said_at=start + 2,
        id=ended(events).turn_id,
    )


async def test_the_figures_are_told(house: House) -> None:
    def passes(seconds: float) -> Callable[[], None]:
        return lambda: house.clock.advance(seconds)

    house.backend.will(passes(0.5), Thinking("hm"), passes(1.0), Text("Hello"), passes(0.25), DONE)
    figures = ended(await house.ask("Hi")).figures
    assert figures == AnswerFigures(duration=1.75, first_token=1.5, thought=1.0, tokens_per_second=40)


async def test_the_model_is_given_the_prompt_and_a_constant_context(house: House) -> None:
    await heard(house.conversations(prompt="{bot} in {guild}, {channel}. {date}"), "Hi")
    (request,) = house.backend.requests
    assert (request.model, request.context_size) == ("qwen3:8b", 4096)
    assert request.messages[0].role is Role.SYSTEM
    assert request.messages[0].content.startswith("Tiny in Home, #general. ")
    assert request.messages[1:] == (ChatMessage(Role.USER, "Hi"),)


async def test_each_model_is_given_its_own_prompt_where_the_template_says_so(house: House) -> None:
    brief, plain = replace(model("brief"), system="Be brief."), model("plain")
    house.registry.sync_from_ollama([brief, plain])
    conversations = house.conversations(prompt="{model}")
    for name in ("brief", "plain"):
        await conversations.switch(HERE, name)
        await heard(conversations, "Hi")
    first, second = house.backend.requests
    assert first.messages == (ChatMessage(Role.SYSTEM, "Be brief."), ChatMessage(Role.USER, "Hi"))
    assert [message.role for message in second.messages] == [Role.USER, Role.ASSISTANT, Role.USER]


@pytest.mark.parametrize(
    ("made_for", "used"),
    [
        pytest.param(2048, 2048, id="less"),
        pytest.param(131_072, 4096, id="more"),
        pytest.param(None, 4096, id="unknown"),
    ],
)
async def test_the_context_is_what_the_model_has_and_the_setting_allows(
    house: House, made_for: int | None, used: int
) -> None:
    conversations = house.conversations()
    assert conversations.context_size(model("x", context_size=made_for)) == used
    await conversations.warm_up(model("x", context_size=made_for))
    assert house.backend.warmed == [("x", used)]


async def test_in_a_guild_people_have_names(house: House) -> None:
    await house.ask("Hi", channel_scope(5, within=GUILD))
    await house.ask("Hi", HERE)
    assert [told(request) for request in house.backend.requests] == [["Ann: Hi"], ["Hi"]]


async def test_the_next_answer_knows_the_earlier_ones_whichever_model_gives_it(house: House) -> None:
    house.backend.will(Text("Hello, Ann."), DONE)
    await house.ask("I am Ann")
    await house.conversations().switch(HERE, "medium")
    await house.ask("Who am I?")
    await house.ask("And here?", THERE)
    assert [(request.model, told(request)) for request in house.backend.requests] == [
        ("qwen3:8b", ["I am Ann"]),
        ("qwen2.5:3b", ["I am Ann", "Hello, Ann.", "Who am I?"]),
        ("qwen3:8b", ["And here?"]),
    ]


async def test_a_long_conversation_is_cut_at_its_front(house: House) -> None:
    await house.remember(40)
    await house.ask("Now")
    (request,) = house.backend.requests
    assert told(request)[-1] == "Now"
    numbers = [int(words.split()[0]) for words in told(request)[:-1]]
    assert numbers == list(range(40 - len(numbers), 40))
    assert 0 < len(numbers) < 40


async def test_clearing_forgets(house: House) -> None:
    conversations = house.conversations()
    await heard(conversations, "Hi")
    assert await conversations.clear(HERE) == 2
    assert await house.kept() == []
    await heard(conversations, "Again")
    assert told(house.backend.requests[-1]) == ["Again"]


async def test_what_was_said_is_committed_before_the_first_word_and_the_answer_before_the_end(
    house: House, tmp_path: Path
) -> None:
    house.turns = TurnTable(house.database)

    def stored() -> list[Any]:
        with closing(sqlite3.connect(tmp_path / "tinyllm.db")) as other:
            return other.execute("SELECT role, text, state FROM turns ORDER BY id").fetchall()

    house.backend.will(Text("Hel"), Text("lo"), DONE)
    events = house.conversations().ask(HERE, said("Hi", 5), Halt())
    seen = [stored() async for event in events if not isinstance(event, Started)]
    assert seen == [[("user", "Hi", "done")]] * 2 + [[("user", "Hi", "done"), ("assistant", "Hello", "done")]]


async def test_where_an_answer_was_shown_is_noted(house: House) -> None:
    conversations = house.conversations()
    turn_id = ended(await heard(conversations, "Hi")).turn_id
    assert turn_id is not None
    await conversations.delivered(turn_id, [8, 9])
    assert (await anext(house.turns.newest(HERE))).message_ids == (8, 9)


# Who comes when


async def test_two_questions_in_one_scope_are_answered_one_after_the_other(house: House) -> None:
    conversations, goes_on = house.conversations(), asyncio.Event()
    house.backend.will(goes_on, Text("One."), DONE)
    house.backend.will(Text("Two."), DONE)
    first = asyncio.create_task(heard(conversations, "first"))
    await until(lambda: house.backend.running == 1)
    second = asyncio.create_task(heard(conversations, "second"))
    third = asyncio.create_task(heard(conversations, "third"))
    await settle()
    assert len(house.backend.requests) == 1
    goes_on.set()
    assert InLine not in map(type, await first)
    assert (await second)[0] == InLine(1)
    assert (await third)[0] == InLine(2)
    assert house.backend.most_running == 1
    assert told(house.backend.requests[-1]) == ["first", "One.", "second", "Two.", "third"]


async def test_no_more_answers_are_made_at_a_time_than_allowed(house: House) -> None:
    conversations, goes_on = house.conversations(max_parallel=2), asyncio.Event()
    for _ in range(4):
        house.backend.will(goes_on, Text("Yes."), DONE)
    tasks = [asyncio.create_task(heard(conversations, "Hi", channel_scope(number))) for number in range(4)]
    await until(lambda: house.backend.running == 2)
    await settle()
    assert house.backend.running == 2
    goes_on.set()
    answers = await asyncio.gather(*tasks)
    assert house.backend.most_running == 2
    assert [event for events in answers for event in events if isinstance(event, InLine)] == [InLine(1), InLine(2)]
    assert [ended(events).outcome for events in answers] == [Outcome.DONE] * 4


async def test_a_place_is_free_as_soon_as_the_answer_has_ended(house: House) -> None:
    conversations = house.conversations(max_parallel=1)
    async with aclosing(conversations.ask(HERE, said("Hi"), Halt())) as events:
        async for event in events:
            if isinstance(event, Ended):
                break
        async with asyncio.timeout(5):  # while the end of the first is still being shown
            assert ended(await heard(conversations, "Hi", THERE)).outcome is Outcome.DONE


# Switching


async def test_switching_tells_what_to_know(house: House) -> None:
    await house.remember(30)
    house.registry.record_request("qwen2.5:3b", 0, False, "Timeout.")
    switched = await house.conversations().switch(HERE, "medium", chosen_by="7")
    assert switched.model == SMALL
    assert switched.warnings == (
        "It has been failing lately: Timeout.",
        "This conversation is longer than its 2,048 tokens, so it sees only the newer part.",
    )
    assert (await house.choices.effective(HERE)).model == SMALL
    assert len(await house.kept()) == 30


async def test_switching_to_what_fits_needs_no_warning(house: House) -> None:
    await house.remember(4)
    assert (await house.conversations().switch(HERE, "qwen3:8b")).warnings == ()


async def test_half_a_surrogate_pair_is_asked_and_kept_as_a_visible_mark(house: House) -> None:
    await house.ask("half \ud83d pair\x00")

    assert told(house.backend.requests[0]) == ["half \ufffd pair\ufffd"]
    assert (await house.kept())[0] == ("user", "half \ufffd pair\ufffd", "done")


async def test_every_request_is_logged_with_its_figures(house: House) -> None:
    house.backend.will(Text("One."), DONE)
    house.backend.will(AnswerCutError())
    await house.ask("hello")
    await house.ask("hello again")

    one, other = house.requests.take_unsaved()
    assert (one.model, one.scope, one.outcome, one.prompt_tokens, one.answer_tokens, one.tokens_per_second) == (
        "qwen3:8b",
        "channel:1",
        "done",
        11,
        20,
        40.0,
    )
    assert (other.outcome, other.first_token) == ("cut", None)
