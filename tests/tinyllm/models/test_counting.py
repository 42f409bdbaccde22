"""The registry counts requests under names that may come to mean something else."""

import threading

import pytest

from tinyllm.errors import AliasError
from tinyllm.models import ModelRegistry


def test_counts_follow_an_alias_to_its_new_model() -> None:
    registry = ModelRegistry()
    registry.record_request("fast", 100)
    registry.add_alias("fast", "tinyllama")
    registry.record_request("fast", 200)
    registry.remove_alias("fast")
    registry.record_request("fast", 300)
    assert {count.model_name: count.total_latency_ms for count in registry.take_unsaved()} == {
        "qwen2.5:0.5b": 100,
        "tinyllama": 200,
        "fast": 300,
    }


def test_counts_go_on_after_the_unsaved_were_taken_and_the_stored_loaded() -> None:
    registry = ModelRegistry()
    registry.record_request("x:1b", 100)
    stored = registry.take_unsaved()
    registry.record_request("x:1b", 100)
    registry.load_health(stored)
    registry.record_request("X:1B", 100)
    assert registry.get_health("x:1b").total_requests == 3
    assert [count.total_requests for count in registry.take_unsaved()] == [2]


def test_an_installed_model_takes_the_counts_of_the_alias_with_its_name() -> None:
    registry = ModelRegistry()
    registry.record_request("tiny", 100)
    registry.sync_from_ollama(["tiny:latest"])
    registry.record_request("tiny", 100)
    assert registry.get_health("tiny:latest").total_requests == 1
    assert registry.get_health("tinyllama").total_requests == 1


def test_very_many_names_do_not_fill_the_memory() -> None:
    registry = ModelRegistry()
    for number in range(3000):
        registry.record_request(f"tiny{' ' * (number % 1500)}", 1)
    assert registry.get_health("tiny").total_requests == 3000


def test_threads_lose_no_count_while_names_change() -> None:
    registry = ModelRegistry()
    stored = []

    def count() -> None:
        for _ in range(2000):
            registry.record_request("large", 1)

    def change() -> None:
        for _ in range(300):
            registry.add_alias("mine", "large")
            registry.remove_alias("mine")
            stored.extend(registry.take_unsaved())

    threads = [threading.Thread(target=work) for work in (count, count, change, count, change)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stored.extend(registry.take_unsaved())
    assert sum(count.total_requests for count in stored) == 6000
    assert registry.get_health("large").total_requests == 6000


@pytest.mark.parametrize(
    ("alias", "target"),
    [
        ("", "x"),
        ("two words", "x"),
        ("line\nbreak", "x"),
        ("bell\a", "x"),
        ("e\x1b[31m", "x"),
        ("a" * 101, "x"),
        ("a" * 10_000_000, "x"),
        ("a", ""),
        ("a", "two words"),
        ("a", "\x00"),
        ("a", "b" * 301),
    ],
    ids=lambda text: repr(text[:12]),
)
def test_what_is_no_alias_is_refused_in_a_short_sentence(alias: str, target: str) -> None:
    registry = ModelRegistry()
    before = registry.list_aliases()
    with pytest.raises(AliasError) as caught:
        registry.add_alias(alias, target)
    assert len(str(caught.value)) < 250
    assert str(caught.value).isprintable()
    assert registry.list_aliases() == before


@pytest.mark.parametrize("alias", ["schnell", "Größer", "🚀", "my-fast-model", "a" * 100, "org/model:7b"])
def test_every_one_word_is_an_alias(alias: str) -> None:
    registry = ModelRegistry()
    registry.add_alias(alias, "qwen3:8b")
    assert registry.resolve_name(alias) == "qwen3:8b"
    assert registry.take_unsaved_aliases() == {alias.casefold(): "qwen3:8b"}
