"""The client against the scripted model server, over real connections."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from sandbox.models import Fault, ScriptedModel, ScriptedModels
from tests.clocks import ManualClock
from tests.tinyllm.asking import REQUEST, heard
from tinyllm.errors import (
    AnswerCutError,
    AnswerFailedError,
    AnswerGarbledError,
    AnswerIdleError,
    BackendError,
    ContextOverflowError,
    ModelMissingError,
    RefusedError,
    UnreachableError,
)
from tinyllm.models import OllamaClient
from tinyllm.models.backend import ChatMessage, ChatRequest, Finished, Role, Text


@pytest.fixture
async def models() -> AsyncIterator[ScriptedModels]:
    async with ScriptedModels(models=[ScriptedModel("qwen3:8b", answer="one two three four five")]) as server:
        yield server


@pytest.mark.parametrize(
    ("fault", "times", "expected"),
    [
        pytest.param(Fault.REFUSE, 1, UnreachableError, id="refuse"),
        pytest.param(Fault.RESET, 2, UnreachableError, id="reset twice"),
        pytest.param(Fault.RESET, 1, None, id="reset once"),
        pytest.param(Fault.NOT_FOUND, 1, ModelMissingError, id="not found"),
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
    models: ScriptedModels, fault: Fault, times: int, expected: type[BackendError] | None
) -> None:
    models.fault(fault, after=2, times=times)
    patience = {Fault.HANG: 5, Fault.HANG_MID: 60}.get(fault, 60_000)
    async with OllamaClient(models.url, timeout_ms=patience) as client:
        events, failed = await heard(client)
    assert (type(failed) if failed else None) is expected
    if fault in (Fault.HANG_MID, Fault.CUT, Fault.CUT_CLEAN, Fault.ERROR_LINE, Fault.GARBAGE):
        assert "".join(event.text for event in events if isinstance(event, Text)) == "one two"


async def test_a_busy_real_server_is_asked_again(models: ScriptedModels, clock: ManualClock) -> None:
    models.fault(Fault.BUSY, times=2)
    async with OllamaClient(models.url, clock=clock) as client:
        task = asyncio.create_task(heard(client))
        for pause in (0.5, 1.0):
            await clock.until_sleeping()
            clock.advance(pause)
        events, failed = await task
    assert failed is None
    assert isinstance(events[-1], Finished)
    assert len(models.chats) == 3


async def test_a_server_that_was_restarted_is_found_again(models: ScriptedModels) -> None:
    async with OllamaClient(models.url) as client:
        assert (await heard(client))[1] is None
        models.down()
        await models.up()
        events, failed = await heard(client)
    assert failed is None
    assert isinstance(events[-1], Finished)


async def test_closing_an_answer_stops_the_generation_at_the_server(models: ScriptedModels) -> None:
    models.hold(after=2)
    async with OllamaClient(models.url) as client:
        events = client.chat(REQUEST)
        await anext(events)
        await events.aclose()
        await models.until(lambda server: server.chats[0].outcome == "client left")


async def test_facts_of_a_real_server(models: ScriptedModels) -> None:
    async with OllamaClient(models.url) as client:
        (one,) = await client.list_capabilities()
        await client.warm_up("qwen3:8b", 2048)
        assert await client.list_loaded() == ["qwen3:8b"]
    assert (one.name, one.context_size, one.chat_support, one.guessed) == ("qwen3:8b", 4096, True, False)


@pytest.mark.parametrize("version", ["0.24", "0.33"])
async def test_a_real_overflow_is_told(version: Any) -> None:
    async with ScriptedModels(models=[ScriptedModel("qwen3:8b")], version=version) as models:
        request = ChatRequest("qwen3:8b", (ChatMessage(Role.USER, "word " * 5000),), 512)
        async with OllamaClient(models.url) as client:
            assert isinstance((await heard(client, request))[1], ContextOverflowError)
