"""What every backend does, in each dialect, against the scripted model server over real connections."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.models import Fault, ScriptedModel, ScriptedModels
from sandbox.models.refusals import Version
from tests.clocks import ManualClock
from tests.tinyllm.asking import REQUEST, heard
from tests.tinyllm.tongues import Tongue
from tinyllm.errors import (
    AnswerCutError,
    AnswerFailedError,
    AnswerGarbledError,
    AnswerIdleError,
    BackendError,
    BusyError,
    ContextOverflowError,
    ModelMissingError,
    RefusedError,
    UnreachableError,
)
from tinyllm.models.backend import ChatEvent, ChatMessage, ChatRequest, Finished, Role, Text, Thinking

MODELS = [
    ScriptedModel("qwen3:8b", answer="one two three four five"),
    ScriptedModel(
        "thinks:1b", capabilities=("completion", "thinking"), thinking="Let me see.", answer="Yes, Grüße 🦙."
    ),
    ScriptedModel("short:1b", answer="one two three", most_tokens=2),
    ScriptedModel("embed:latest", capabilities=("embedding",)),
]


@pytest.fixture
async def models() -> AsyncIterator[ScriptedModels]:
    async with ScriptedModels(models=MODELS) as server:
        yield server


def asking(model: str) -> ChatRequest:
    return ChatRequest(model, (ChatMessage(Role.USER, "Well?"),), 4096)


def text(events: list[ChatEvent], kind: type[Text | Thinking] = Text) -> str:
    return "".join(event.text for event in events if isinstance(event, kind))


async def test_what_is_installed_is_listed_with_what_it_can_do(models: ScriptedModels, tongue: Tongue) -> None:
    async with tongue.client(models) as client:
        listed = {model.name: model.chat_support for model in await client.list_capabilities()}
    assert listed == {"qwen3:8b": True, "thinks:1b": True, "short:1b": True, "embed:latest": False}


async def test_an_answer_streams_piece_by_piece_and_ends_once(models: ScriptedModels, tongue: Tongue) -> None:
    async with tongue.client(models) as client:
        events, failed = await heard(client)
    assert failed is None
    assert events[:-1] == [Text(piece) for piece in ("one", " two", " three", " four", " five")]
    assert isinstance(events[-1], Finished)
    assert not events[-1].at_limit


async def test_the_figures_are_what_the_server_has_counted(models: ScriptedModels, tongue: Tongue) -> None:
    async with tongue.client(models) as client:
        events, _ = await heard(client)
    end = events[-1]
    assert isinstance(end, Finished)
    assert (end.figures.prompt_tokens, end.figures.answer_tokens) == (17, 6)


async def test_the_model_is_given_the_whole_conversation(models: ScriptedModels, tongue: Tongue) -> None:
    async with tongue.client(models) as client:
        await heard(client)
    assert models.chats[0].path == tongue.chat_path
    assert [(said["role"], said["content"]) for said in models.chats[0].messages] == [
        ("system", "Be kind."),
        ("user", "Grüße 🌍"),
        ("assistant", "Hi."),
    ]


async def test_thoughts_come_apart_from_the_answer(models: ScriptedModels, tongue: Tongue) -> None:
    async with tongue.client(models) as client:
        events, failed = await heard(client, asking("thinks:1b"))
    assert failed is None
    assert (text(events, Thinking), text(events)) == ("Let me see.", "Yes, Grüße 🦙.")


@pytest.mark.parametrize("version", ["0.24", "0.33"])
@pytest.mark.parametrize("writes", [{"ragged": True}, {"lines_per_write": 3}], ids=["ragged", "three a write"])
async def test_however_it_is_cut_into_writes_the_answer_is_the_same(
    version: Version, writes: dict[str, Any], tongue: Tongue
) -> None:
    async with ScriptedModels(models=MODELS, version=version, **writes) as models, tongue.client(models) as client:
        events, failed = await heard(client, asking("thinks:1b"))
    assert (text(events), failed) == ("Yes, Grüße 🦙.", None)


async def test_an_answer_that_ends_for_its_length_says_so(models: ScriptedModels, tongue: Tongue) -> None:
    async with tongue.client(models) as client:
        events, failed = await heard(client, asking("short:1b"))
    assert (text(events), failed) == ("one two", None)
    assert isinstance(events[-1], Finished)
    assert events[-1].at_limit


async def test_a_model_that_is_not_there_is_named(models: ScriptedModels, tongue: Tongue) -> None:
    async with tongue.client(models) as client:
        events, failed = await heard(client, asking("nope:7b"))
    assert events == []
    assert isinstance(failed, ModelMissingError)
    assert failed.name == "nope:7b"


async def test_a_prompt_that_is_too_long_is_told_with_its_length(models: ScriptedModels, tongue: Tongue) -> None:
    models.fault(Fault.OVERFLOW, tongue.chat_path)
    async with tongue.client(models) as client:
        events, failed = await heard(client)
    assert events == []
    assert isinstance(failed, ContextOverflowError)
    assert failed.prompt_tokens == 9000


@pytest.mark.parametrize(
    ("fault", "times", "expected"),
    [
        pytest.param(Fault.REFUSE, 1, UnreachableError, id="refuse"),
        pytest.param(Fault.RESET, 2, UnreachableError, id="reset twice"),
        pytest.param(Fault.RESET, 1, None, id="reset once"),
        pytest.param(Fault.NOT_FOUND, 1, ModelMissingError, id="not found"),
        pytest.param(Fault.OVERFLOW, 1, ContextOverflowError, id="overflow"),
        pytest.param(Fault.ERROR_500, 1, RefusedError, id="500"),
        pytest.param(Fault.HANG, 1, AnswerIdleError, id="hang"),
        pytest.param(Fault.HTML, 1, AnswerGarbledError, id="html"),
        pytest.param(Fault.HANG_MID, 1, AnswerIdleError, id="hang in the middle"),
        pytest.param(Fault.CUT, 1, AnswerCutError, id="cut"),
        pytest.param(Fault.CUT_CLEAN, 1, AnswerCutError, id="clean end without done"),
        pytest.param(Fault.ERROR_LINE, 1, AnswerFailedError, id="error line"),
        pytest.param(Fault.GARBAGE, 1, AnswerGarbledError, id="garbage"),
        pytest.param(Fault.EMPTY, 1, None, id="empty"),
        pytest.param(Fault.BLANK, 1, None, id="blank"),
    ],
)
async def test_each_fault_of_a_real_server_is_told(
    models: ScriptedModels, tongue: Tongue, fault: Fault, times: int, expected: type[BackendError] | None
) -> None:
    models.fault(fault, tongue.chat_path, after=2, times=times)
    patience = {Fault.HANG: 0.005, Fault.HANG_MID: 0.06}.get(fault, 60)
    async with tongue.client(models, idle_timeout=patience) as client:
        events, failed = await heard(client)
    assert (type(failed) if failed else None) is expected
    if fault in (Fault.HANG_MID, Fault.CUT, Fault.CUT_CLEAN, Fault.ERROR_LINE, Fault.GARBAGE):
        assert text(events) == "one two"


async def test_a_busy_server_is_asked_again(models: ScriptedModels, tongue: Tongue, clock: ManualClock) -> None:
    models.fault(Fault.BUSY, tongue.chat_path, times=2)
    async with tongue.client(models, clock=clock) as client:
        events, failed = await clock.run(heard(client))
    assert failed is None
    assert isinstance(events[-1], Finished)
    assert len(models.chats) == 3


async def test_a_server_that_stays_busy_is_told(models: ScriptedModels, tongue: Tongue, clock: ManualClock) -> None:
    models.fault(Fault.BUSY, tongue.chat_path, times=None)
    async with tongue.client(models, clock=clock) as client:
        assert isinstance((await clock.run(heard(client)))[1], BusyError)


async def test_a_server_that_is_not_there_is_named_with_what_to_do(models: ScriptedModels, tongue: Tongue) -> None:
    models.down()
    async with tongue.client(models) as client:
        for asked in (client.list_capabilities(), client.list_loaded()):
            with pytest.raises(UnreachableError):
                await asked
        _, failed = await heard(client)
    assert f"{models.url}{tongue.base} cannot be reached (connection refused)" in str(failed)
    assert "TINYLLM_BACKENDS" in str(failed)


async def test_a_server_that_was_restarted_is_found_again(models: ScriptedModels, tongue: Tongue) -> None:
    async with tongue.client(models) as client:
        assert (await heard(client))[1] is None
        models.down()
        await models.up()
        events, failed = await heard(client)
    assert failed is None
    assert isinstance(events[-1], Finished)


async def test_closing_an_answer_stops_the_generation_at_the_server(models: ScriptedModels, tongue: Tongue) -> None:
    models.hold(after=2)
    async with tongue.client(models) as client:
        events = client.chat(REQUEST)
        await anext(events)
        await events.aclose()
        await models.until(lambda server: server.chats[0].outcome == "client left")


async def test_cancelling_whoever_listens_stops_it_too(models: ScriptedModels, tongue: Tongue) -> None:
    models.hold(after=2)
    async with tongue.client(models) as client:
        listening = asyncio.create_task(heard(client))
        await models.until(lambda server: bool(server.chats) and server.chats[0].tokens == 2)
        listening.cancel()
        await models.until(lambda server: server.chats[0].outcome == "client left")
        await asyncio.wait([listening])
    assert listening.cancelled()


async def test_warming_up_never_asks_for_words(models: ScriptedModels, tongue: Tongue) -> None:
    async with tongue.client(models) as client:
        await client.warm_up("qwen3:8b", 2048)
    assert models.chats == []
