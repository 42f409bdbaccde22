"""What `test_backends.py` plays with scripted answers, with real ones: each dialect against `tinyllm serve`.

Faults of a server that only a script can have, such as HTML in the place of an answer, are left to that file. So is a
conversation that ends with the model's own words: a real model goes on with them.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio

from tests import recitals
from tests.cast import CAST, THINKING
from tests.clocks import ManualClock
from tests.tinyllm.asking import heard
from tests.tinyllm.serve.serving import Served, in_one_loop, known, serving
from tests.tinyllm.tongues import OLLAMA, OPENAI, Client, Tongue
from tinyllm.errors import AnswerFailedError, BusyError, ContextOverflowError, ModelMissingError
from tinyllm.models import OllamaClient
from tinyllm.models.backend import ChatEvent, ChatMessage, ChatRequest, Finished, Role, Text, Thinking
from tinyllm.serve.engine import Engine

pytestmark = in_one_loop

PATIENCE = 20
AROUND = len("<user\n>\n<assistant\n")
"""Tokens around the words of a question: a mark is one, and so is each byte."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    """The models of `test_backends.py`, with the same names and words; and one that takes its time."""
    folder = tmp_path_factory.mktemp("models")
    recitals.write(folder / "qwen3.gguf", ("one", " two", " three", " four", " five"))
    recitals.write(
        folder / "thinks.gguf",
        ("Let", " me", " see.", "</think>", "\n\nYes", ",", " Grüße", " 🦙", "."),
        template=THINKING,
    )
    recitals.write(folder / "short.gguf", ("one", " two", " three"))
    CAST["embed"](folder / "embed.gguf")
    CAST["slow"](folder / "slow.gguf")
    catalogue = [
        known(folder / "qwen3.gguf", "qwen3:8b"),
        known(folder / "thinks.gguf", "thinks:1b"),
        known(folder / "short.gguf", "short:1b", num_predict=2),
    ]
    home = tmp_path_factory.mktemp("home")
    async with serving(home, folder, slots=1, queue=1, catalogue=catalogue) as running:
        yield running


@asynccontextmanager
async def client_of(served: Served, tongue: Tongue, **options: object) -> AsyncIterator[Client]:
    async with tongue.client(served.server, **options) as client:
        yield client


def asking(model: str, said: str = "Well?") -> ChatRequest:
    return ChatRequest(model, (ChatMessage(Role.USER, said),), 4096)


def text(events: list[ChatEvent], kind: type[Text | Thinking] = Text) -> str:
    return "".join(event.text for event in events if isinstance(event, kind))


async def test_what_is_installed_is_listed_with_what_it_can_do(served: Served, tongue: Tongue) -> None:
    async with client_of(served, tongue) as client:
        listed = {model.name: model.chat_support for model in await client.list_capabilities()}
    assert listed == {
        **dict.fromkeys(("qwen3:8b", "thinks:1b", "short:1b", "slow:latest"), True),
        "embed:latest": False,
    }


async def test_an_answer_streams_piece_by_piece_and_ends_once(served: Served, tongue: Tongue) -> None:
    async with client_of(served, tongue) as client:
        events, failed = await heard(client, asking("qwen3:8b"))
    assert failed is None
    assert events[:-1] == [Text(piece) for piece in ("one", " two", " three", " four", " five")]
    assert isinstance(events[-1], Finished)
    assert not events[-1].at_limit


async def test_the_figures_are_what_the_server_has_counted(served: Served, tongue: Tongue) -> None:
    async with client_of(served, tongue) as client:
        events, _ = await heard(client, asking("qwen3:8b"))
    end = events[-1]
    assert isinstance(end, Finished)
    assert (end.figures.prompt_tokens, end.figures.answer_tokens) == (AROUND + len("Well?"), 6)


async def test_thoughts_come_apart_from_the_answer(served: Served, tongue: Tongue) -> None:
    async with client_of(served, tongue) as client:
        events, failed = await heard(client, asking("thinks:1b"))
    assert failed is None
    assert (text(events, Thinking), text(events)) == ("Let me see.", "Yes, Grüße 🦙.")


async def test_an_answer_that_ends_for_its_length_says_so(served: Served, tongue: Tongue) -> None:
    async with client_of(served, tongue) as client:
        events, failed = await heard(client, asking("short:1b"))
    assert (text(events), failed) == ("one two", None)
    assert isinstance(events[-1], Finished)
    assert events[-1].at_limit


async def test_a_model_that_is_not_there_is_named(served: Served, tongue: Tongue) -> None:
    async with client_of(served, tongue) as client:
        events, failed = await heard(client, asking("nope:7b"))
    assert events == []
    assert isinstance(failed, ModelMissingError)
    assert failed.name == "nope:7b"


async def test_a_prompt_that_is_too_long_is_told_with_its_length(served: Served) -> None:
    async with client_of(served, OLLAMA) as client:
        events, failed = await heard(client, asking("qwen3:8b", "y" * 5000))
    assert events == []
    assert isinstance(failed, ContextOverflowError)
    assert failed.prompt_tokens == AROUND + 5000


async def test_the_other_dialect_cannot_ask_for_that_and_gets_an_answer_to_its_end(served: Served) -> None:
    async with client_of(served, OPENAI) as client:
        events, failed = await heard(client, asking("qwen3:8b", "y" * 5000))
    assert (text(events), failed) == ("one two three four five", None)


async def test_a_server_that_stays_busy_is_told(served: Served, tongue: Tongue, clock: ManualClock) -> None:
    async with client_of(served, OLLAMA) as running, client_of(served, tongue, clock=clock) as client:
        answer = running.chat(asking("slow"))
        await anext(answer)
        waiting = asyncio.create_task(heard(running, asking("slow")))
        async with asyncio.timeout(PATIENCE):
            while not served.server.pool._line:
                await served.http.get("/api/version")
            assert isinstance((await clock.run(heard(client, asking("slow"))))[1], BusyError)
        waiting.cancel()
        await asyncio.wait([waiting])
        await answer.aclose()
    await idle(served.engine("slow"))


async def idle(engine: Engine) -> int:
    """The tokens that it has made when it makes no more."""
    async with asyncio.timeout(PATIENCE):
        while any(slot["is_processing"] for slot in await engine.ask("GET", "/slots")):
            pass
    return await engine.tokens()


async def test_closing_an_answer_stops_the_generation_at_the_server(served: Served, tongue: Tongue) -> None:
    async with client_of(served, tongue) as client:
        events = client.chat(asking("slow"))
        assert await anext(events) == Text("tick")
        await events.aclose()
        engine = served.engine("slow")
        made = await idle(engine)
        await engine.ask("GET", "/slots")
        assert await engine.tokens() == made


async def test_cancelling_whoever_listens_stops_it_too(served: Served, tongue: Tongue) -> None:
    begun = asyncio.Event()

    async def listen(client: Client) -> None:
        async for _ in client.chat(asking("slow")):
            begun.set()

    async with client_of(served, tongue) as client:
        listening = asyncio.create_task(listen(client))
        async with asyncio.timeout(PATIENCE):
            await begun.wait()
        listening.cancel()
        await asyncio.wait([listening])
        await idle(served.engine("slow"))
    assert listening.cancelled()


async def test_an_engine_that_dies_in_mid_answer_is_told_and_the_next_question_is_answered(
    served: Served, tongue: Tongue
) -> None:
    async with client_of(served, tongue) as client:
        events = client.chat(asking("slow"))
        assert await anext(events) == Text("tick")
        os.kill(served.engine("slow").pid, signal.SIGKILL)
        with pytest.raises(AnswerFailedError, match="unexpected EOF"):
            async for _ in events:
                pass
        again = client.chat(asking("slow"))
        assert await anext(again) == Text("tick")
        await again.aclose()
    await idle(served.engine("slow"))


async def test_warming_up_never_asks_for_words(served: Served, tongue: Tongue) -> None:
    async with client_of(served, tongue) as client:
        await served.ask("/api/generate", {"model": "qwen3:8b", "keep_alive": 0})
        await client.warm_up("qwen3:8b", 2048)
        loaded = await client.list_loaded()
    if tongue is OLLAMA:
        assert "qwen3:8b" in loaded
        assert (served.engine("qwen3").context, await served.engine("qwen3").tokens()) == (2048, 0)
    else:
        assert loaded == []


async def test_our_client_knows_all_that_ollama_tells(served: Served) -> None:
    async with OllamaClient(served.url) as client:
        models = {model.name: model for model in await client.list_capabilities()}
        thinks = models["thinks:1b"]
        assert (thinks.context_size, thinks.family, thinks.thinking_support, thinks.guessed) == (
            4096,
            "llama",
            True,
            False,
        )
        assert models["embed:latest"].embedding_support
        assert (await client.version() or "").startswith("0.33.0+tinyllm")
        assert await client.check_health()
        assert (await client.generate("Hi", model="qwen3:8b")).response == "one two three four five"
        assert [progress.status async for progress in client.pull("qwen3:8b")][-1] == "success"
        await served.ask("/api/copy", {"source": "qwen3:8b", "destination": "copied"})
        await client.remove("copied")
        with pytest.raises(ModelMissingError):
            await client.remove("copied")
