"""What a model is given of a conversation, and what is learned from its answers."""

import pytest

from tests.tinyllm.asking import OVERFLOW_024, OVERFLOW_033
from tests.tinyllm.backends import DONE
from tests.tinyllm.house import ANN, HERE, THERE, House, ended, heard, told
from tests.tinyllm.streams import Server, last, line, refused, streamed
from tinyllm.conversation import ATTEMPTS
from tinyllm.errors import ContextOverflowError, ModelMissingError
from tinyllm.events import Outcome, Started
from tinyllm.memory.tokens import CHARACTERS_PER_TOKEN, TokenEstimate
from tinyllm.models.backend import ChatRequest, Figures, Finished, Role, Text
from tinyllm.storage import TurnTable


def characters(request: ChatRequest) -> int:
    return sum(len(message.content) for message in request.messages)


def ratio(house: House, model: str = "qwen3:8b") -> float:
    return house.estimates.of(model).characters_per_token


async def test_the_next_question_has_the_last_one_and_its_window_as_a_prefix(house: House) -> None:
    conversations = house.conversations()
    await house.remember(40)
    for question in ("one", "two", "three"):
        await heard(conversations, question)
    first, second, third = (request.messages for request in house.backend.requests)
    assert second[: len(first)] == first
    assert third[: len(second)] == second
    assert [message.content for message in third[len(second) :]] == ["Yes.", "three"]


# Learning


async def test_what_a_server_tells_of_a_prompt_changes_the_next_window(house: House) -> None:
    conversations = house.conversations()
    await house.remember(60)
    house.backend.will(lambda: None, Text("Yes."), Finished(False, Figures(prompt_tokens=6000)))
    for _ in range(2):
        await heard(conversations, "Now")
    bold, careful = house.backend.requests
    assert TokenEstimate(ratio(house)).request(bold) == pytest.approx(6000, abs=30)
    assert characters(careful) < 0.6 * characters(bold)
    assert TokenEstimate(ratio(house)).request(careful) <= 3072


async def test_an_answer_that_tells_nothing_teaches_nothing(house: House) -> None:
    house.backend.will(Text("Yes."), Finished(False, Figures()))
    await house.ask("Hi")
    assert house.estimates.take_unsaved() == []


# Overflows


@pytest.mark.parametrize(
    ("text", "learned"),
    [
        pytest.param(OVERFLOW_024, CHARACTERS_PER_TOKEN * 0.6, id="0.24, which tells nothing"),
        pytest.param(OVERFLOW_033.replace("919", "5000"), None, id="0.33, which tells how long it was"),
    ],
)
async def test_an_overflow_corrects_the_estimate_and_is_tried_again_with_a_harder_cut(
    house: House, text: str, learned: float | None
) -> None:
    await house.remember(40)
    good = streamed(line("Yes."), last(prompt_eval_count=None))
    async with (server := Server(refused(400, text), good)).client() as client:
        events = await heard(house.conversations(backend=client), "Now")
    long, short = (body["messages"] for body in server.bodies)
    assert sum(len(each["content"]) for each in short) < 0.55 * sum(len(each["content"]) for each in long)
    assert short[1:] == long[-len(short) + 1 :]
    assert short[-1]["content"] == "Now"
    assert {body["options"]["num_ctx"] for body in server.bodies} == {4096}
    assert [(body["truncate"], body["shift"]) for body in server.bodies] == [(False, False)] * 2
    if learned is None:
        assert sum(map(TokenEstimate(ratio(house)).tokens, (each["content"] for each in long))) == pytest.approx(
            5000, abs=30
        )
    else:
        assert ratio(house) == learned
    assert ended(events).outcome is Outcome.DONE
    assert (await house.kept())[-2:] == [("user", "Now", "done"), ("assistant", "Yes.", "done")]


@pytest.mark.parametrize("tokens", [None, 9000])
async def test_an_overflow_that_stays_is_told_after_the_second_try(house: House, tokens: int | None) -> None:
    conversations = house.conversations()
    await house.remember(40)
    for _ in range(2):
        house.backend.will(ContextOverflowError(tokens))
    events = await heard(conversations, "Now")
    assert [type(event) for event in events[:-1]] == [Started, Started]
    assert ended(events).outcome is Outcome.ERROR
    assert "does not fit into the model's context" in ended(events).reason
    assert len(house.backend.requests) == 2
    assert (await house.kept())[-1] == ("user", "Now", "done")

    await heard(conversations, "Again")  # what was learned from both holds for the next question
    lengths = [characters(request) for request in house.backend.requests]
    assert lengths[0] > lengths[1] > 0.9 * lengths[2]


async def test_where_the_estimate_is_far_off_what_was_sent_is_cut_and_not_what_would_have_been_allowed(
    house: House,
) -> None:
    await house.remember(8, length=100)
    house.backend.will(ContextOverflowError())
    await house.ask("Now")
    all_of_it, less = (told(request) for request in house.backend.requests)
    assert len(all_of_it) == 9
    assert 1 <= len(less) < 6
    assert less == all_of_it[-len(less) :]


async def test_a_question_that_alone_is_too_long_is_cut_visibly(house: House) -> None:
    house.backend.will(ContextOverflowError(9000))
    await house.ask("begin " + "x" * 10_000 + " end")
    whole, cut = (told(request)[0] for request in house.backend.requests)
    assert "left out" not in whole
    assert cut.startswith("begin x")
    assert cut.endswith("x end")
    assert "the middle of this message was left out" in cut
    assert len(cut) < 0.6 * len(whole)


async def test_an_overflow_says_nothing_about_the_models_health(house: House) -> None:
    house.backend.will(ContextOverflowError())
    await house.ask("Now")
    health = house.registry.get_health("qwen3:8b")
    assert (health.total_requests, health.failed_requests, health.is_healthy) == (1, 0, True)


async def test_another_model_is_not_given_less_because_the_first_one_overflowed(house: House) -> None:
    await house.remember(8, length=300)
    house.backend.will(ContextOverflowError())
    house.backend.will(lambda: house.backend.installed.pop(0), ModelMissingError("qwen3:8b"))
    await house.ask("Now")
    assert [request.model for request in house.backend.requests] == ["qwen3:8b", "qwen3:8b", "qwen2.5:3b"]
    first, shorter, other = (len(told(request)) for request in house.backend.requests)
    assert (first, other) == (9, 9)
    assert shorter < first
    assert ratio(house, "qwen2.5:3b") == CHARACTERS_PER_TOKEN


async def test_an_overflow_at_the_last_try_is_told(house: House) -> None:
    for _ in range(ATTEMPTS - 1):
        house.backend.will(ModelMissingError("qwen3:8b"))
    house.backend.will(ContextOverflowError())
    end = ended(await house.ask("Now"))
    assert (end.outcome, len(house.backend.requests)) == (Outcome.ERROR, ATTEMPTS)
    assert "does not fit" in end.reason


# Pins


async def test_the_newest_thing_that_a_person_said_can_be_pinned(house: House) -> None:
    house.turns = TurnTable(house.database)
    conversations = house.conversations()
    assert await conversations.pin(HERE) is None
    await heard(conversations, "Call me Bob.")
    await heard(conversations, "elsewhere", THERE)
    pinned = await conversations.pin(HERE)
    assert pinned is not None
    assert (pinned.text, pinned.role, pinned.author, pinned.pinned) == ("Call me Bob.", Role.USER, ANN, True)

    await house.remember(40)
    await heard(conversations, "Who am I?")
    assert told(house.backend.requests[-1])[0] == "Call me Bob."
    assert told(house.backend.requests[-1])[1] != "Yes."

    assert await conversations.unpin(HERE) == 1
    assert await conversations.unpin(HERE) == 0
    await heard(conversations, "Who am I?")
    assert "Call me Bob." not in told(house.backend.requests[-1])


async def test_clearing_forgets_pins_and_where_the_window_began(house: House) -> None:
    conversations = house.conversations()
    await heard(conversations, "Call me Bob.")
    await conversations.pin(HERE)
    await house.remember(40)
    house.backend.will(Text("Yes."), DONE)
    await heard(conversations, "Now")
    await conversations.clear(HERE)
    await heard(conversations, "Again")
    assert told(house.backend.requests[-1]) == ["Again"]
    assert await conversations.unpin(HERE) == 0
