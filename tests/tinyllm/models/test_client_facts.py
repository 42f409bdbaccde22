"""What the client learns of the installed models."""

import asyncio
from typing import Any

import httpx
import pytest

from tests.tinyllm.asking import REFUSED
from tests.tinyllm.streams import Server, refused, streamed
from tinyllm.errors import AnswerGarbledError, BackendError, RefusedError, UnreachableError
from tinyllm.models import ModelCapabilities, OllamaClient
from tinyllm.models.client import AT_A_TIME


def listing(*entries: dict[str, Any]) -> httpx.Response:
    return httpx.Response(200, json={"models": list(entries)})


def shown(context: int) -> dict[str, Any]:
    return {
        "model_info": {"general.architecture": "qwen3", "qwen3.context_length": context},
        "capabilities": ["completion", "thinking"],
    }


class Library:
    """Answers /api/tags and /api/show."""

    def __init__(self, **models: str) -> None:
        self.models = models
        """Digests by name."""
        self.context = 4096
        self.shows: list[str] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/api/tags":
            return listing(*({"name": name, "digest": digest} for name, digest in self.models.items()))
        name = httpx.Response(200, content=request.content).json()["model"]
        self.shows.append(name)
        if name == "broken":
            return refused(500, "corrupt")
        if name == "gone":
            return refused(404, "model 'gone' not found")
        return httpx.Response(200, json=shown(self.context))


async def test_the_facts_come_from_the_list_and_from_show() -> None:
    library = Library(one="d1")
    async with Server(library).client() as client:
        assert await client.list_capabilities() == [ModelCapabilities("one", 4096, thinking_support=True, digest="d1")]


async def test_show_is_asked_once_a_digest() -> None:
    library = Library(one="d1", two="d1")
    async with Server(library).client() as client:
        await client.list_capabilities()
        await client.list_capabilities()
        assert library.shows == ["one", "two"]
        library.models["one"], library.context = "d2", 8192
        one, two = await client.list_capabilities()
    assert library.shows == ["one", "two", "one"]
    assert (one.context_size, two.context_size) == (8192, 4096)


async def test_a_model_that_show_does_not_know_is_listed_all_the_same() -> None:
    library = Library(broken="d1", gone="d2", one="d3")
    async with Server(library).client() as client:
        listed = await client.list_capabilities()
        assert [(one.name, one.guessed) for one in listed] == [("broken", True), ("gone", True), ("one", False)]
        await client.list_capabilities()
    assert library.shows.count("broken") == 2


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        pytest.param(REFUSED, UnreachableError, id="nobody there"),
        pytest.param(streamed(b'{"mod', httpx.ReadError("")), UnreachableError, id="cut"),
        pytest.param(httpx.Response(200, text="<html>"), AnswerGarbledError, id="a page"),
        pytest.param(httpx.Response(200, json=[]), AnswerGarbledError, id="a list"),
        pytest.param(httpx.Response(200, json={"data": []}), AnswerGarbledError, id="another dialect"),
        pytest.param(httpx.Response(301, headers={"location": "http://x"}), AnswerGarbledError, id="a redirection"),
        pytest.param(refused(500, "boom"), RefusedError, id="500"),
    ],
)
async def test_a_list_that_cannot_be_had_is_an_error_of_ours(answer: Any, expected: type[BackendError]) -> None:
    async with Server(answer).client() as client:
        with pytest.raises(expected):
            await client.list_capabilities()


async def test_odd_entries_of_a_list_are_left_out() -> None:
    async with Server(httpx.Response(200, json={"models": ["x", None, 7]})).client() as client:
        assert await client.list_capabilities() == []


async def test_the_loaded_models_are_named() -> None:
    async with Server(listing({"name": "qwen3:8b"}, {"name": ""}, {})).client() as client:
        assert await client.list_loaded() == ["qwen3:8b"]


async def test_a_server_with_many_models_is_not_asked_about_all_of_them_at_once() -> None:
    running = most = 0

    async def answer(request: httpx.Request) -> httpx.Response:
        nonlocal running, most
        if request.url.path == "/api/tags":
            return listing(*({"name": f"m{number}", "digest": "d"} for number in range(60)))
        running += 1
        most = max(most, running)
        for _ in range(5):
            await asyncio.sleep(0)
        running -= 1
        return httpx.Response(200, json=shown(4096))

    async with OllamaClient("box", transport=httpx.MockTransport(answer)) as client:
        assert len(await client.list_capabilities()) == 60
    assert most == AT_A_TIME
