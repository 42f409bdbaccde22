"""Several model servers as one."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest

from sandbox.models import ScriptedModel, ScriptedModels
from tests.clocks import ManualClock
from tests.tinyllm.asking import heard
from tests.tinyllm.backends import DONE, ScriptedBackend, model
from tests.tinyllm.streams import Server as Answering
from tinyllm.core import open_backend
from tinyllm.errors import BackendError, ModelMissingError, UnreachableError, UnsupportedError
from tinyllm.models import ModelRegistry, OllamaClient
from tinyllm.models.addresses import BackendAddress, Dialect, backend_addresses
from tinyllm.models.backend import Backend, ChatMessage, ChatRequest, PullProgress, Role, Text
from tinyllm.models.backends import Backends
from tinyllm.models.openai import OpenAIClient
from tinyllm.settings import Settings


class Server(ScriptedBackend):
    """A model server with an address of its own, which may also download."""

    def __init__(self, address: str, *names: str, pulls: bool = False) -> None:
        super().__init__(*map(model, names))
        self.address = address
        self.loaded: list[str] = []
        self.pulled: list[str] = []
        self.removed: list[str] = []
        self.closed = False
        self._pulls = pulls

    def fail(self) -> None:
        self.down = UnreachableError(self.address, "connection refused")

    async def list_loaded(self) -> list[str]:
        if self.down is not None:
            raise self.down
        return self.loaded

    async def pull(self, model: str) -> AsyncGenerator[PullProgress, None]:
        if not self._pulls:
            raise UnsupportedError(self.address, "download models")
        self.pulled.append(model)
        yield PullProgress("success")

    async def remove(self, model: str) -> None:
        self.removed.append(model)

    async def close(self) -> None:
        self.closed = True


def request(name: str) -> ChatRequest:
    return ChatRequest(name, (ChatMessage(Role.USER, "Hi"),), 4096)


async def names(backend: Backend) -> list[str]:
    return [one.name for one in await backend.list_capabilities()]


async def test_the_models_of_all_are_one_list_and_the_first_server_wins() -> None:
    one, two = Server("one", "a", "Both"), Server("two", "both:latest", "b")
    both = Backends([one, two])
    assert await names(both) == ["a", "Both", "b"]
    assert both.address == "one, two"


async def test_each_model_is_asked_for_where_it_is() -> None:
    one, two = Server("one", "a", "both"), Server("two", "both", "b")
    both = Backends([one, two])
    await both.list_capabilities()
    for name in ("a", "both", "B:latest"):
        assert await heard(both, request(name)) == ([Text("Yes."), DONE], None)
    await both.warm_up("b", 4096)
    await both.remove("b")
    assert [asked.model for asked in one.requests] == ["a", "both"]
    assert [asked.model for asked in two.requests] == ["B:latest"]
    assert (one.warmed, two.warmed) == ([], [("b", 4096)])
    assert (one.removed, two.removed) == ([], ["b"])


async def test_a_model_that_nobody_is_known_to_have_is_looked_for_once_more() -> None:
    one, two = Server("one", "a"), Server("two", "b")
    both = Backends([one, two])
    assert (await heard(both, request("b")))[1] is None
    assert [one.listings, two.listings] == [1, 1]
    await heard(both, request("b"))
    assert two.listings == 1
    two.installed.append(model("new"))
    assert (await heard(both, request("new")))[1] is None
    _, failed = await heard(both, request("nope"))
    assert isinstance(failed, ModelMissingError)
    with pytest.raises(ModelMissingError, match="nope"):
        await both.remove("nope")


async def test_a_server_that_is_down_keeps_its_models_and_hides_nobody_elses() -> None:
    one, two = Server("one", "a"), Server("two", "b")
    both = Backends([one, two])
    await both.list_capabilities()
    one.fail()
    two.installed.append(model("c"))
    assert await names(both) == ["a", "b", "c"]
    one.down, one.installed = None, [model("d")]
    assert await names(both) == ["d", "b", "c"]


async def test_a_server_that_was_never_up_hides_nobody_elses_models() -> None:
    one, two = Server("one", "a"), Server("two", "b")
    one.fail()
    both = Backends([one, two])
    assert await names(both) == ["b"]
    assert (await heard(both, request("b")))[1] is None


async def test_a_model_that_two_have_is_asked_of_the_one_that_is_up() -> None:
    one, two = Server("one", "a"), Server("two", "a")
    both = Backends([one, two])
    await both.list_capabilities()
    one.fail()
    await both.list_capabilities()
    await heard(both, request("a"))
    one.down = None
    await both.list_capabilities()
    await heard(both, request("a"))
    assert (len(one.requests), len(two.requests)) == (1, 1)


async def test_when_all_are_down_the_first_says_so() -> None:
    one, two = Server("one", "a"), Server("two", "b")
    both = Backends([one, two])
    one.fail()
    two.fail()
    for asked in (both.list_capabilities(), both.list_loaded(), both.warm_up("a", 4096)):
        with pytest.raises(UnreachableError, match="at one cannot be reached"):
            await asked


async def test_the_log_tells_once_that_a_server_is_down_and_once_that_it_is_back(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    one, two = Server("one", "a"), Server("two", "b")
    both = Backends([one, two])
    await both.list_capabilities()
    one.fail()
    for _ in range(3):
        await both.list_capabilities()
        await both.list_loaded()
    one.down = None
    for _ in range(2):
        await both.list_capabilities()
    down, back = caplog.messages
    assert "at one cannot be reached" in down
    assert back == "The model server at one answers again."


async def test_loaded_are_those_that_are_loaded_where_they_would_be_asked_for() -> None:
    one, two = Server("one", "a", "both"), Server("two", "both", "b")
    one.loaded, two.loaded = ["a"], ["both", "b", "unheard-of"]
    both = Backends([one, two])
    await both.list_capabilities()
    assert await both.list_loaded() == ["a", "b", "unheard-of"]


async def test_a_download_goes_to_the_first_server_that_can() -> None:
    one, two, three = Server("one"), Server("two", pulls=True), Server("three", pulls=True)
    assert [step async for step in Backends([one, two, three]).pull("x")] == [PullProgress("success")]
    assert (two.pulled, three.pulled) == (["x"], [])
    with pytest.raises(UnsupportedError, match="at one, one cannot download"):
        await anext(Backends([one, one]).pull("x"))


async def test_closing_an_answer_stops_it_at_its_server() -> None:
    one, two = Server("one", "a"), Server("two", "b")
    two.will(Text("Hi"), asyncio.Event(), DONE)
    both = Backends([one, two])
    events = both.chat(request("b"))
    await anext(events)
    await events.aclose()
    assert two.closed_early == 1


async def test_closing_closes_all() -> None:
    servers = [Server("one"), Server("two")]
    await Backends(servers).close()
    assert [server.closed for server in servers] == [True, True]


# From the settings


def given(listed: str) -> Settings:
    return Settings(TINYLLM_BACKENDS=listed)


@pytest.mark.parametrize(
    ("listed", "kind"),
    [("gpu-box", OllamaClient), ("openai://box:8000", OpenAIClient), ("gpu-box, openai://box:8000", Backends)],
)
async def test_the_address_decides_what_answers(listed: str, kind: type[Backend], clock: ManualClock) -> None:
    async with open_backend(given(listed), ModelRegistry(), clock) as backend:
        assert isinstance(backend, kind)


async def test_without_a_list_the_one_ollama_answers(monkeypatch: pytest.MonkeyPatch, clock: ManualClock) -> None:
    monkeypatch.delenv("TINYLLM_BACKENDS", raising=False)
    monkeypatch.setenv("OLLAMA_HOST", "gpu-box")
    async with open_backend(Settings(), ModelRegistry(), clock) as backend:
        assert backend.address == "http://gpu-box:11434"


async def test_servers_of_two_dialects_answer_as_one(clock: ManualClock) -> None:
    async with AsyncExitStack() as stack:
        small, big = [
            await stack.enter_async_context(ScriptedModels(models=[ScriptedModel(name, answer=f"I am {name}.")]))
            for name in ("small:1b", "big:7b")
        ]
        listed = f"{small.url} {big.url.replace('http', 'openai')}"
        backend = await stack.enter_async_context(open_backend(given(listed), ModelRegistry(), clock))
        assert await names(backend) == ["small:1b", "big:7b"]
        for name in ("small:1b", "big:7b"):
            events, failed = await heard(backend, request(name))
            assert ("".join(event.text for event in events if isinstance(event, Text)), failed) == (
                f"I am {name}.",
                None,
            )
        big.down()
        assert await names(backend) == ["small:1b", "big:7b"]
        assert isinstance((await heard(backend, request("big:7b")))[1], BackendError)
        assert [chat.path for chat in (*small.chats, *big.chats)] == ["/api/chat", "/v1/chat/completions"]


@pytest.mark.parametrize("address", backend_addresses("ollama://:hush@box openai://:hush@box"), ids=str)
async def test_a_key_reaches_servers_of_both_dialects(address: BackendAddress) -> None:
    server = Answering(httpx.Response(200, json={"models": [], "data": []}))
    kind: Any = {Dialect.OLLAMA: OllamaClient, Dialect.OPENAI: OpenAIClient}[address.dialect]
    async with kind(address.url, api_key=address.api_key, transport=server.transport) as client:
        assert await client.list_capabilities() == []
    assert server.requests[0].headers["authorization"] == "Bearer hush"
    assert "hush" not in f"{server.requests[0].url} {client.address}"
