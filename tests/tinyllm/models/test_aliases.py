"""The aliases of an installation: how a setting lists them, and what goes before what."""

import pytest

from tests.tinyllm.backends import model
from tinyllm.models import ModelRegistry
from tinyllm.models.aliases import BUILT_IN_ALIASES, listed_aliases
from tinyllm.models.health import ModelHealth

GIVEN = {"fast": "smollm2:brief", "mine": "smollm2:135m"}


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        pytest.param("", {}, id="nothing"),
        pytest.param(" , \n", {}, id="only separators"),
        pytest.param("fast=smollm2:brief", {"fast": "smollm2:brief"}, id="one"),
        pytest.param("fast = a , LARGE=hf.co/b/c:Q4,", {"fast": "a", "large": "hf.co/b/c:Q4"}, id="spaces"),
        pytest.param("fast=a large=b", {"fast": "a", "large": "b"}, id="no comma"),
        pytest.param("big=large, mine:latest=big", {"big": "large", "mine": "big"}, id="an alias of an alias"),
        pytest.param("large=fast", {"large": "fast"}, id="of a built-in one"),
    ],
)
def test_aliases_are_listed_with_commas(text: str, meant: dict[str, str]) -> None:
    assert listed_aliases(text) == meant


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        pytest.param("fast=a, hush", "entry 2 is no NAME=MODEL", id="no target"),
        pytest.param("fast=", "entry 1 is no NAME=MODEL", id="an empty target"),
        pytest.param("fast=, large=hush", "entry 1 is no NAME=MODEL", id="an empty target before another"),
        pytest.param("=hush", "entry 1 is no NAME=MODEL", id="no name"),
        pytest.param("two hush=a", "entry 1 is no NAME=MODEL", id="two words"),
        pytest.param("h\x00ush=a", "entry 1 is no NAME=MODEL", id="what cannot be printed"),
        pytest.param("hush" * 26 + "=a", "entry 1 is no NAME=MODEL", id="a long name"),
        pytest.param("fast=" + "hush" * 76, "entry 1 is no NAME=MODEL", id="a long target"),
        pytest.param("a=b, A:latest=hush", "entry 2 has the name of an earlier one", id="twice"),
        pytest.param("hush=HUSH", "the name of entry 1 would stand for itself", id="itself"),
        pytest.param("a=b, b=c, c=b", "the name of entry 2 would stand for itself", id="a loop"),
        pytest.param("fast=hush, large=x, hush=fast", "the name of entry 1 would stand for itself", id="a long loop"),
    ],
)
def test_a_wrong_list_tells_which_entry_is_wrong_and_shows_nothing_of_it(text: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong) as caught:
        listed_aliases(text)
    assert "hush" not in str(caught.value)


def test_those_of_the_settings_stand_in_the_place_of_built_in_ones() -> None:
    registry = ModelRegistry()
    registry.give_aliases(GIVEN)
    assert registry.list_aliases() == {**BUILT_IN_ALIASES, **GIVEN}
    registry.give_aliases({})
    assert registry.list_aliases() == BUILT_IN_ALIASES


@pytest.mark.parametrize("given_first", [True, False], ids=["before", "after"])
def test_what_people_changed_goes_before_the_settings_whatever_comes_first(given_first: bool) -> None:
    registry = ModelRegistry()
    if given_first:
        registry.give_aliases(GIVEN)
    registry.load_aliases({"mine": None, "large": "fast", "fast": "qwen3:8b"})
    registry.add_alias("code", "mine")
    if not given_first:
        registry.give_aliases(GIVEN)
    expected = {**BUILT_IN_ALIASES, "large": "fast", "fast": "qwen3:8b", "code": "mine"}
    assert registry.list_aliases() == expected
    assert registry.take_unsaved_aliases() == {"code": "mine"}
    registry.load_aliases({})  # what people stored is gone, what the settings say is not
    assert registry.list_aliases() == {**BUILT_IN_ALIASES, **GIVEN}


def test_one_of_the_settings_can_be_removed_and_comes_back_like_any_other() -> None:
    registry = ModelRegistry()
    registry.give_aliases(GIVEN)
    assert registry.remove_alias("FAST")
    assert not registry.remove_alias("fast")
    assert registry.resolve_name("fast") == "fast"
    assert registry.take_unsaved_aliases() == {"fast": None}
    registry.load_aliases({"fast": None})
    assert "fast" not in registry.list_aliases()
    registry.add_alias("fast", "qwen3:8b")
    assert registry.list_aliases()["fast"] == "qwen3:8b"


def test_a_loop_through_one_of_the_settings_is_refused_and_half_of_one_that_was_stored_does_no_harm() -> None:
    registry = ModelRegistry()
    registry.load_aliases({"large": "fast"})
    registry.give_aliases({"fast": "large"})
    assert registry.get_model("fast") is None
    assert registry.resolve_name("large") in ("fast", "large")


def test_requests_are_counted_for_what_an_alias_stands_for_from_then_on() -> None:
    registry = ModelRegistry()
    registry.sync_from_ollama([model("qwen2.5:0.5b"), model("smollm2:brief")])
    registry.record_request("fast", 1)
    registry.give_aliases(GIVEN)
    registry.record_request("fast", 1)
    counted: list[ModelHealth] = registry.list_health()
    assert [(health.model_name, health.total_requests) for health in counted] == [
        ("qwen2.5:0.5b", 1),
        ("smollm2:brief", 1),
    ]
