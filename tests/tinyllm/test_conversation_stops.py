import asyncio

import pytest

from tests.clocks import ManualClock
from tests.tinyllm.backends import DONE
from tests.tinyllm.house import (
    ELSEWHERE,
    HERE,
    THERE,
    House,
    ended,
    heard,
    said,
    settle,
    told,
    until,
)
from tests.tinyllm.streams import Server, refused
from tinyllm.events import Ended, InLine, Outcome
from tinyllm.halt import Halt
from tinyllm.memory import TurnState
from tinyllm.models.backend import Text

# Stop


async def test_stopped_while_waiting_for_the_answer_before_it(house: House) -> None:
    conversations, goes_on, halt = house.conversations(), asyncio.Event(), Halt()
    house.backend.will(goes_on, Text("One."), DONE)
    first = asyncio.create_task(heard(conversations, "first"))
    await until(lambda: house.backend.running == 1)
    second = asyncio.create_task(heard(conversations, "second", halt=halt))
    await settle()
    halt.request()
    assert await second == [InLine(1), Ended(Outcome.STOPPED, "Stopped.")]
    goes_on.set()
    await first
    await heard(conversations, "third")
    assert told(house.backend.requests[-1]) == ["first", "One.", "third"]


async def test_stopped_while_waiting_for_a_place(house: House) -> None:
    conversations, goes_on, halt = house.conversations(max_parallel=1), asyncio.Event(), Halt()
    house.backend.will(goes_on, Text("One."), DONE)
    first = asyncio.create_task(heard(conversations, "first"))
    await until(lambda: house.backend.running == 1)
    second = asyncio.create_task(heard(conversations, "second", THERE, halt))
    await settle()
    halt.request()
    assert await second == [InLine(1), Ended(Outcome.STOPPED, "Stopped.")]
    goes_on.set()
    await first
    assert len(house.backend.requests) == 1
    assert ended(await heard(conversations, "third", ELSEWHERE)).outcome is Outcome.DONE


async def test_stopped_before_the_first_word(house: House) -> None:
    halt = Halt()
    house.backend.will(asyncio.Event())
    task = asyncio.create_task(house.ask("Hi", halt=halt))
    await until(lambda: house.backend.running == 1)
    halt.request()
    end = ended(await task)
    assert (end.outcome, end.reason, end.turn_id) == (Outcome.STOPPED, "Stopped.", None)
    assert (house.backend.running, house.backend.closed_early) == (0, 1)
    assert await house.kept() == [("user", "Hi", "done")]


@pytest.mark.parametrize(
    ("shutting_down", "outcome", "state"),
    [
        pytest.param(False, Outcome.STOPPED, TurnState.STOPPED, id="by a person"),
        pytest.param(True, Outcome.INTERRUPTED, TurnState.INTERRUPTED, id="because the process ends"),
    ],
)
async def test_stopped_in_the_middle_of_an_answer(
    house: House, shutting_down: bool, outcome: Outcome, state: TurnState
) -> None:
    halt = Halt()
    house.backend.will(Text("Once upon"), Text(" a time"), asyncio.Event(), Text("never"))
    task = asyncio.create_task(house.ask("Tell", halt=halt))
    await until(lambda: house.backend.running == 1)
    await settle()
    halt.request(shutting_down=shutting_down)
    events = await task
    assert events[1:-1] == [Text("Once upon"), Text(" a time")]
    assert ended(events).outcome is outcome
    assert (house.backend.running, house.backend.closed_early) == (0, 1)
    assert await house.kept() == [("user", "Tell", "done"), ("assistant", "Once upon a time", state)]
    assert house.registry.get_health("qwen3:8b").total_requests == 0


async def test_a_stop_between_two_words_takes_no_further_word(house: House) -> None:
    halt, events = Halt(), []
    house.backend.will(Text("a"), Text("b"), Text("c"), DONE)
    async for event in house.conversations().ask(HERE, said("Hi"), halt):
        events.append(event)
        if event == Text("b"):
            halt.request()
    assert ended(events).outcome is Outcome.STOPPED
    assert events[1:-1] == [Text("a"), Text("b")]
    assert house.backend.closed_early == 1


async def test_what_begins_after_the_stop_asks_no_model(house: House) -> None:
    halt = Halt()
    halt.request(shutting_down=True)
    (end,) = await house.ask("Hi", halt=halt)
    assert isinstance(end, Ended)
    assert end.outcome is Outcome.INTERRUPTED
    assert house.backend.requests == []


async def test_a_stop_ends_the_wait_for_a_busy_server(house: House, clock: ManualClock) -> None:
    halt = Halt()
    async with Server(refused(503, "busy"), clock=clock).client() as client:
        task = asyncio.create_task(heard(house.conversations(backend=client), "Hi", halt=halt))
        await clock.until_sleeping()
        halt.request()
        assert ended(await task).outcome is Outcome.STOPPED


# Listeners that leave


async def test_a_listener_that_leaves_keeps_the_text_and_frees_the_way(house: House) -> None:
    conversations = house.conversations(max_parallel=1)
    house.backend.will(Text("Once upon"), Text(" a time"), DONE)
    events = conversations.ask(HERE, said("Tell"), Halt())
    async for event in events:
        if isinstance(event, Text):
            break
    await events.aclose()
    assert (house.backend.running, house.backend.closed_early) == (0, 1)
    assert (await house.kept())[-1] == ("assistant", "Once upon", "interrupted")
    async with asyncio.timeout(5):
        assert ended(await heard(conversations, "Go on")).outcome is Outcome.DONE


async def test_a_cancelled_listener_keeps_the_text_and_frees_the_way(house: House) -> None:
    conversations = house.conversations(max_parallel=1)
    house.backend.will(Text("Once upon"), asyncio.Event())
    task = asyncio.create_task(heard(conversations, "Tell"))
    await until(lambda: house.backend.running == 1)
    await settle()
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()
    assert house.backend.running == 0
    assert (await house.kept())[-1] == ("assistant", "Once upon", "interrupted")
    async with asyncio.timeout(5):
        assert ended(await heard(conversations, "Go on")).outcome is Outcome.DONE


async def test_a_listener_that_leaves_the_line_makes_no_one_wait(house: House) -> None:
    conversations, goes_on = house.conversations(), asyncio.Event()
    house.backend.will(goes_on, Text("One."), DONE)
    first = asyncio.create_task(heard(conversations, "first"))
    await until(lambda: house.backend.running == 1)
    second = asyncio.create_task(heard(conversations, "second"))
    third = asyncio.create_task(heard(conversations, "third"))
    await settle()
    second.cancel()
    goes_on.set()
    async with asyncio.timeout(5):
        await first
        assert ended(await third).outcome is Outcome.DONE
    assert told(house.backend.requests[-1]) == ["first", "One.", "third"]
