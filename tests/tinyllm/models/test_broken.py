"""A model that its server lists with a reason why it cannot be used."""

from dataclasses import replace
from typing import Any

import pytest

from sandbox.models import DEFAULT_MODELS, ScriptedModel, ScriptedModels
from tests.tinyllm.backends import BROKEN, CUT, ScriptedBackend, model
from tinyllm.cli.facts import abilities
from tinyllm.errors import BrokenModelError, RefusedError
from tinyllm.models import ModelCapabilities, ModelRegistry, OllamaClient
from tinyllm.models.backends import Backends
from tinyllm.models.capabilities import from_tags, with_show
from tinyllm.models.remarks import alias_mark, unfit

LISTED = {"name": "big:9b", "size": 1024, "details": {"parameter_size": "9B"}, "capabilities": [], "error": CUT}


def registry_of(*models: ModelCapabilities) -> ModelRegistry:
    registry = ModelRegistry()
    registry.sync_from_ollama(models)
    return registry


# What is read


def test_what_is_wrong_with_it_is_read_from_the_list() -> None:
    listed = from_tags(LISTED)
    assert (listed.problem, listed.chat_support, listed.guessed) == (CUT, False, False)
    assert (listed.parameter_count, listed.size_gb) == ("9B", 1024 / 1e9)


@pytest.mark.parametrize("capabilities", [["completion", "vision"], None], ids=["told", "not told"])
def test_it_can_do_nothing_whatever_else_is_said_of_it(capabilities: list[str] | None) -> None:
    listed = from_tags({**LISTED, "capabilities": capabilities})
    shown = with_show(listed, {"capabilities": ["completion"]})
    for known in (listed, shown):
        assert known.problem == CUT
        assert abilities(known) == []


@pytest.mark.parametrize(
    ("told", "read"),
    [
        pytest.param(None, None, id="null"),
        pytest.param("", None, id="empty"),
        pytest.param(" \n ", None, id="white space"),
        pytest.param(7, None, id="a number"),
        pytest.param({"message": "x"}, None, id="an object"),
        pytest.param("two\nlines\x1b[31m", "two lines�[31m", id="orders to a terminal"),
        pytest.param("x" * 100_000, "x" * 299 + "…", id="without an end"),
    ],
)
def test_whatever_a_server_says_there_is_one_line_or_nothing(told: Any, read: str | None) -> None:
    assert from_tags({"name": "x", "capabilities": ["completion"], "error": told}).problem == read


async def test_it_is_not_asked_about_and_what_was_known_before_is_no_more() -> None:
    whole = ScriptedModel("big:9b", parameter_size="9B")
    async with ScriptedModels(models=[whole]) as server, OllamaClient(server.url) as client:
        assert [known.chat_support for known in await client.list_capabilities()] == [True]
        server.install(replace(whole, problem=CUT))  # with the digest that it had
        (known,) = await client.list_capabilities()
        assert (known.problem, known.chat_support) == (CUT, False)
        assert [request.path for request in server.requests].count("/api/show") == 1
        server.install(whole)
        assert [known.problem for known in await client.list_capabilities()] == [None]


async def test_the_clients_own_check_says_why_it_cannot_be_used() -> None:
    broken = replace(DEFAULT_MODELS[0], problem=CUT)
    async with ScriptedModels(models=[broken]) as server, OllamaClient(server.url) as client:
        assert await client.switch_model(broken.name) == (False, f"{broken.name} cannot be used: {CUT}")
        with pytest.raises(RefusedError, match="It ends too early"):
            await client.generate("Hi", broken.name)


# What it is good for


def test_it_is_refused_in_its_servers_words_and_others_are_named() -> None:
    registry = registry_of(BROKEN, model("qwen3:8b"))
    with pytest.raises(BrokenModelError) as caught:
        registry.require_chat_model("BIG:9B")
    assert str(caught.value) == f"big:9b cannot be used: {CUT} Models that can: qwen3:8b."
    assert registry.require_model("big:9b") is BROKEN


def test_a_reason_without_a_full_stop_gets_one() -> None:
    assert str(BrokenModelError("x", "no GGUF", ["y"])) == "x cannot be used: no GGUF. Models that can: y."


def test_it_is_listed_and_never_offered() -> None:
    registry = registry_of(BROKEN, model("small:1b", "1B"))
    registry.add_alias("huge", "big:9b")
    assert registry.list_models() == ["big:9b", "small:1b"]
    assert registry.broken_models() == {"big:9b": CUT}
    assert [known.name for known in registry.chat_models()] == ["small:1b"]
    assert registry.get_healthy_models() == ["small:1b"]
    assert registry.suggestions("hug") == ["small:1b"]
    assert registry.get_model_info("huge")["is_healthy"] is False


@pytest.mark.parametrize(
    ("known", "why"),
    [
        pytest.param(None, "is not installed", id="none"),
        pytest.param(BROKEN, "is broken", id="broken"),
        pytest.param(model("embed", chats=False), "cannot chat", id="embedding only"),
        pytest.param(model("qwen3:8b"), "", id="good"),
    ],
)
def test_why_a_model_cannot_answer(known: ModelCapabilities | None, why: str) -> None:
    assert unfit(known) == why


def test_aliases_that_lead_nowhere_are_marked_once_it_is_told_what_is_installed() -> None:
    registry = ModelRegistry()
    registry.add_alias("huge", "big:9b")
    assert alias_mark(registry, "fast") == ""
    registry.sync_from_ollama([BROKEN, model("qwen3:8b"), model("tinyllama:latest", chats=False)])
    marks = {alias: alias_mark(registry, alias) for alias in ("fast", "huge", "large", "tiny")}
    assert marks == {"fast": " (not installed)", "huge": " (broken)", "large": "", "tiny": " (cannot chat)"}


# Several servers


@pytest.mark.parametrize("broken_first", [True, False])
async def test_a_good_copy_on_another_server_is_the_one_that_counts(broken_first: bool) -> None:
    good = model("big:9b", "9B")
    one, two = ScriptedBackend(BROKEN), ScriptedBackend(good, model("c"))
    both = Backends([one, two] if broken_first else [two, one])
    assert {known.name: known.problem for known in await both.list_capabilities()} == {"big:9b": None, "c": None}
    await both.warm_up("big:9b", 4096)
    assert (one.warmed, two.warmed) == ([], [("big:9b", 4096)])


async def test_of_two_broken_copies_the_first_servers_is_listed() -> None:
    first, second = replace(BROKEN, problem="no GGUF"), BROKEN
    both = Backends([ScriptedBackend(first), ScriptedBackend(second)])
    assert await both.list_capabilities() == [first]
