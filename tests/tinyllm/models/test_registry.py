import threading

import pytest

from tests.clocks import ManualClock
from tests.tinyllm.backends import ScriptedBackend, model
from tinyllm.errors import AliasError, CannotChatError, UnknownModelError, UnreachableError
from tinyllm.models import ModelCapabilities, ModelRegistry, get_model_registry
from tinyllm.models.health import ModelHealth

GUIDE = {
    "fast": "qwen2.5:0.5b",
    "tiny": "tinyllama",
    "code": "granite-code:3b",
    "medium": "qwen2.5:3b",
    "large": "qwen3:8b",
    "judge": "qwen3:14b",
}
EMBEDS = model("nomic-embed-text:latest", chats=False)


def registry_of(*names: str) -> ModelRegistry:
    registry = ModelRegistry()
    registry.sync_from_ollama(names)
    return registry


# What is installed


def test_there_is_one_registry_a_process() -> None:
    assert get_model_registry() is get_model_registry()


def test_the_guides_aliases_are_built_in() -> None:
    assert ModelRegistry().list_aliases() == GUIDE


def test_the_list_of_aliases_is_a_copy() -> None:
    registry = ModelRegistry()
    registry.list_aliases().clear()
    assert registry.list_aliases() == GUIDE


def test_registries_do_not_share_their_aliases() -> None:
    ModelRegistry().add_alias("mine", "qwen3:8b")
    assert "mine" not in ModelRegistry().list_aliases()


@pytest.mark.parametrize(
    "typed", ["tinyllama", "TinyLlama", "tinyllama:latest", "TINYLLAMA:LATEST", " tinyllama ", "tiny", "TINY"]
)
def test_a_model_is_found_under_every_spelling_and_shown_as_the_server_lists_it(typed: str) -> None:
    registry = registry_of("TinyLlama:latest")
    found = registry.get_model(typed)
    assert found is not None
    assert found.name == registry.resolve_name(typed) == "TinyLlama:latest"


def test_syncing_adds_refreshes_and_removes() -> None:
    registry = registry_of("gone:1b", "stays:1b")
    registry.sync_from_ollama([ModelCapabilities("stays:1b", context_size=4096), "new:1b"])
    assert registry.list_models() == ["new:1b", "stays:1b"]
    stays = registry.get_model("stays:1b")
    assert stays is not None
    assert stays.context_size == 4096
    assert registry.get_model("gone:1b") is None


def test_syncing_reads_entries_of_a_list_names_and_facts() -> None:
    registry = ModelRegistry()
    registry.sync_from_ollama([{"name": "listed:1b", "size": 10**9}, "named:1b", ModelCapabilities("known:1b"), {}])
    assert registry.list_models() == ["known:1b", "listed:1b", "named:1b"]


def test_a_removed_model_keeps_its_health() -> None:
    registry = registry_of("gone:1b")
    registry.record_request("gone:1b", 100)
    registry.sync_from_ollama([])
    assert registry.get_health("gone:1b").total_requests == 1


async def test_a_failed_sync_changes_nothing() -> None:
    registry = registry_of("here:1b")
    backend = ScriptedBackend()
    backend.down = UnreachableError(backend.address, "connection refused")
    with pytest.raises(UnreachableError):
        await registry.sync(backend)
    assert registry.list_models() == ["here:1b"]


def test_registering_again_refreshes() -> None:
    registry = registry_of("x:1b")
    registry.register_model(ModelCapabilities("X:1B", context_size=1))
    assert registry.list_models() == ["X:1B"]


def test_chat_models_come_the_biggest_first() -> None:
    registry = ModelRegistry()
    registry.sync_from_ollama(
        [model("a:1b", "1B"), EMBEDS, model("b:14b", "14.8B"), model("c:8b", "8.2B"), ModelCapabilities("d")]
    )
    assert [one.name for one in registry.chat_models()] == ["b:14b", "c:8b", "a:1b", "d"]


# Names that are not there


def test_an_unknown_name_gets_the_closest() -> None:
    registry = registry_of("qwen2.5:3b", "qwen3:8b", "mistral:7b")
    with pytest.raises(UnknownModelError) as caught:
        registry.require_chat_model("qwen3:7b")
    assert caught.value.suggestions[0] == "qwen3:8b"
    assert "“qwen3:7b” is not an installed model. Closest: qwen3:8b" in str(caught.value)


def test_an_alias_of_a_missing_model_says_what_it_stands_for() -> None:
    with pytest.raises(UnknownModelError, match=r"“large” stands for qwen3:8b, which is not installed\."):
        registry_of("mistral:7b").require_chat_model("large")


def test_a_mistyped_alias_is_suggested_only_if_its_model_is_installed() -> None:
    registry = registry_of("qwen3:8b")
    assert registry.suggestions("lrge")[0] == "large"
    assert "medium" not in registry.suggestions("mediun")


def test_nonsense_gets_the_biggest_models() -> None:
    registry = registry_of("aaa:1b", "bbb:1b")
    assert registry.suggestions("zzzzzz") == ["aaa:1b", "bbb:1b"]


def test_suggestions_can_chat() -> None:
    registry = ModelRegistry()
    registry.sync_from_ollama([EMBEDS, model("qwen3:8b")])
    assert "nomic-embed-text:latest" not in registry.suggestions("nomic-embed")


def test_a_model_that_only_embeds_is_refused_and_others_are_named() -> None:
    registry = ModelRegistry()
    registry.sync_from_ollama([EMBEDS, model("qwen3:8b")])
    with pytest.raises(CannotChatError, match=r"cannot chat\. Models that can: qwen3:8b\."):
        registry.require_chat_model("nomic-embed-text")


def test_a_hostile_name_is_shortened_in_the_sentence() -> None:
    with pytest.raises(UnknownModelError) as caught:
        registry_of("qwen3:8b").require_chat_model("x\n" * 500_000)
    assert len(str(caught.value)) < 300
    assert "\n" not in str(caught.value)


# Aliases


def test_an_alias_may_point_to_an_alias() -> None:
    registry = registry_of("qwen3:8b")
    registry.add_alias("best", "Large")
    registry.add_alias("favourite", "BEST")
    assert registry.resolve_name("favourite") == "qwen3:8b"


def test_repointing_an_alias_moves_those_that_point_to_it() -> None:
    registry = registry_of("qwen3:8b", "mistral:7b")
    registry.add_alias("best", "large")
    registry.add_alias("large", "mistral:7b")
    assert registry.resolve_name("best") == "mistral:7b"


@pytest.mark.parametrize("typed", ["mine", "Mine", " MINE ", "mine:latest"])
def test_an_alias_is_found_under_every_spelling(typed: str) -> None:
    registry = registry_of("qwen3:8b")
    registry.add_alias("Mine", "qwen3:8b")
    assert registry.resolve_name(typed) == "qwen3:8b"
    assert registry.remove_alias(typed)
    assert registry.get_model("mine") is None


@pytest.mark.parametrize(
    ("pairs", "named"),
    [
        pytest.param([("a", "a")], "a → a", id="itself"),
        pytest.param([("a", "A")], "a → A", id="itself in capitals"),
        pytest.param([("a", " a ")], "a → a", id="itself with spaces"),
        pytest.param([("a", "a:latest")], "a → a:latest", id="itself with its tag"),
        pytest.param([("a", "b"), ("b", "a")], "b → a → b", id="two"),
        pytest.param([("a", "B"), ("b", "A")], "b → A → B", id="two in capitals"),
        pytest.param([("a", "b"), ("b", "c"), ("c", "a")], "c → a → b → c", id="three"),
        pytest.param([("a", "b:latest"), ("b", "a:latest")], "b → a:latest → b:latest", id="two with tags"),
    ],
)
def test_a_loop_of_aliases_is_refused_and_named(pairs: list[tuple[str, str]], named: str) -> None:
    registry = ModelRegistry()
    *good, (alias, target) = pairs
    for one, other in good:
        registry.add_alias(one, other)
    before = registry.list_aliases()
    with pytest.raises(AliasError, match=rf"would stand for itself: {named}\."):
        registry.add_alias(alias, target)
    assert registry.list_aliases() == before


@pytest.mark.parametrize("alias", ["qwen3:8b", "QWEN3:8B", "tinyllama", "tinyllama:latest"])
def test_an_alias_may_not_take_the_name_of_an_installed_model(alias: str) -> None:
    registry = registry_of("qwen3:8b", "tinyllama:latest")
    with pytest.raises(AliasError, match="is the name of an installed model"):
        registry.add_alias(alias, "large")


@pytest.mark.parametrize(
    ("alias", "target"),
    [
        pytest.param("", "qwen3:8b", id="no alias"),
        pytest.param("  ", "qwen3:8b", id="white space"),
        pytest.param("two words", "qwen3:8b", id="two words"),
        pytest.param("a\nb", "qwen3:8b", id="two lines"),
        pytest.param("x", "", id="no target"),
        pytest.param("x", "  ", id="a target of white space"),
    ],
)
def test_a_malformed_alias_is_refused(alias: str, target: str) -> None:
    registry = ModelRegistry()
    with pytest.raises(AliasError):
        registry.add_alias(alias, target)
    assert registry.list_aliases() == GUIDE


def test_a_hostile_alias_is_shortened_in_the_sentence() -> None:
    with pytest.raises(AliasError) as caught:
        ModelRegistry().add_alias("x " * 500_000, "qwen3:8b")
    assert len(str(caught.value)) < 300


def test_a_model_goes_before_an_alias_of_the_same_name() -> None:
    registry = ModelRegistry()
    registry.add_alias("tinyllama", "qwen3:8b")
    registry.sync_from_ollama(["tinyllama:latest", "qwen3:8b"])
    assert registry.resolve_name("tinyllama") == "tinyllama:latest"
    assert registry.resolve_name("tiny") == "tinyllama:latest"


def test_removing_an_alias_that_is_not_there_says_so() -> None:
    registry = ModelRegistry()
    assert registry.remove_alias("FAST")
    assert not registry.remove_alias("fast")
    assert registry.resolve_name("fast") == "fast"


# Health


def test_requests_under_every_spelling_are_counted_for_one_model(clock: ManualClock) -> None:
    registry = ModelRegistry(clock.time)
    registry.sync_from_ollama(["qwen2.5:0.5b"])
    for name in ("fast", "qwen2.5:0.5b", "QWEN2.5:0.5B"):
        registry.record_request(name, latency_ms=100)
    assert registry.get_health("Fast").total_requests == 3
    assert [count.total_requests for count in registry.take_unsaved()] == [3]


def test_the_guides_example_of_health() -> None:
    registry = ModelRegistry()
    registry.record_request("qwen2.5:3b", latency_ms=175, success=True)
    registry.record_request("qwen2.5:3b", latency_ms=0, success=False, error="Timeout")
    health = registry.get_health("qwen2.5:3b")
    assert f"{health.success_rate:.1f}%" == "50.0%"
    assert f"{health.average_latency_ms:.1f}ms" == "175.0ms"
    assert not health.is_healthy


def test_healthy_models_are_installed_and_healthy_now(clock: ManualClock) -> None:
    registry = ModelRegistry(clock.time)
    registry.sync_from_ollama(["good:1b", "bad:1b", "unused:1b"])
    registry.record_request("good:1b", 100)
    registry.record_request("gone:1b", 100)
    registry.record_request("bad:1b", 100)
    registry.record_request("bad:1b", 0, False, "Timeout")
    assert registry.get_healthy_models() == ["good:1b", "unused:1b"]
    clock.advance(60)
    assert registry.get_healthy_models() == ["bad:1b", "good:1b", "unused:1b"]


def test_what_is_unsaved_is_handed_out_once() -> None:
    registry = ModelRegistry()
    registry.record_request("x:1b", 100)
    assert [count.total_requests for count in registry.take_unsaved()] == [1]
    assert registry.take_unsaved() == []
    assert registry.get_health("x:1b").total_requests == 1


def test_what_could_not_be_stored_comes_again_with_what_came_since() -> None:
    registry = ModelRegistry()
    registry.record_request("x:1b", 100)
    taken = registry.take_unsaved()
    registry.record_request("x:1b", 300)
    registry.record_request("y:1b", 50)
    registry.restore_unsaved(taken)
    unsaved = {count.model_name: count for count in registry.take_unsaved()}
    assert unsaved["x:1b"].total_requests == 2
    assert unsaved["x:1b"].total_latency_ms == 400
    assert unsaved["y:1b"].total_requests == 1
    assert registry.get_health("x:1b").total_requests == 2


def test_loading_replaces_what_is_stored_and_keeps_what_is_not(clock: ManualClock) -> None:
    registry = ModelRegistry(clock.time)
    registry.record_request("x:1b", 100)
    stored = [ModelHealth("x:1b", 10, 1, 900.0, 1.0, "old", 1.0), ModelHealth("y:1b", 1, 0, 5.0)]
    for _ in range(2):
        registry.load_health(stored)
    health = registry.get_health("x:1b")
    assert (health.total_requests, health.failed_requests, health.total_latency_ms) == (11, 1, 1000.0)
    assert (health.last_used, health.last_error) == (clock.time(), "old")
    assert [count.total_requests for count in registry.take_unsaved()] == [1]
    registry.load_health([ModelHealth("x:1b", 11, 1, 1000.0)])
    assert registry.get_health("x:1b").total_requests == 11


def test_loading_does_not_change_what_it_is_given() -> None:
    registry = ModelRegistry()
    stored = ModelHealth("x:1b", 10)
    registry.load_health([stored])
    registry.record_request("x:1b", 1)
    assert stored.total_requests == 10


def test_the_loaded_health_follows_the_registrys_clock(clock: ManualClock) -> None:
    registry = ModelRegistry(clock.time)
    registry.load_health([ModelHealth("x:1b", 9, 1, 0.0, last_error="x", last_error_time=clock.time())])
    assert not registry.get_health("x:1b").is_healthy
    clock.advance(60)
    assert registry.get_health("x:1b").is_healthy


def test_threads_lose_no_request() -> None:
    registry = registry_of("x:1b")
    taken: list[int] = []

    def work() -> None:
        for number in range(100):
            registry.record_request("x:1b", 1)
            registry.register_model(ModelCapabilities(f"m{threading.get_ident()}-{number}:1b"))
            registry.list_models()
            registry.suggestions("m")
            if number % 20 == 0:
                taken.extend(count.total_requests for count in registry.take_unsaved())

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert registry.get_health("x:1b").total_requests == 200
    assert sum(taken) + sum(count.total_requests for count in registry.take_unsaved()) == 200


# What the guide asks for beside


def test_the_default_model_is_resolved() -> None:
    registry = registry_of("qwen2.5:3b")
    assert registry.get_default_model() is None
    registry.set_default_model("medium")
    assert registry.get_default_model() == "qwen2.5:3b"


def test_model_info_has_the_guides_names_and_forms() -> None:
    registry = ModelRegistry()
    registry.register_model(model("qwen2.5:3b", "3.1B", context_size=32_768, family="qwen2"))
    for _ in range(19):
        registry.record_request("qwen2.5:3b", latency_ms=150)
    registry.record_request("qwen2.5:3b", 0, False, "Timeout")
    assert registry.get_model_info("medium") == {
        "name": "qwen2.5:3b",
        "exists": True,
        "family": "qwen2",
        "parameters": "3.1B",
        "context_size": 32_768,
        "vision_support": False,
        "total_requests": 20,
        "success_rate": "95.0%",
        "avg_latency_ms": "150.0",
        "is_healthy": False,
    }


def test_model_info_of_a_stranger_says_that_it_does_not_exist() -> None:
    info = ModelRegistry().get_model_info("nope")
    assert (info["name"], info["exists"], info["total_requests"], info["success_rate"]) == ("nope", False, 0, "100.0%")


def test_every_model_that_was_used_has_its_health_listed() -> None:
    registry = registry_of("qwen3:8b", "qwen2.5:3b", "never:1b")
    registry.get_health("never:1b")
    for name in ("large", "gone:1b", "medium", "QWEN3:8B"):
        registry.record_request(name, 1.0)
    listed = [(health.model_name, health.total_requests) for health in registry.list_health()]
    assert listed == [("gone:1b", 1), ("qwen2.5:3b", 1), ("qwen3:8b", 2)]
