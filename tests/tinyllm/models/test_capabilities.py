from typing import Any

import pytest

from tinyllm.models.capabilities import LONGEST_SYSTEM, ModelCapabilities, from_tags, with_show

OLD = {  # as 0.24 lists it
    "name": "qwen2.5:3b",
    "model": "qwen2.5:3b",
    "size": 1_929_912_432,
    "digest": "abc",
    "details": {"family": "qwen2", "parameter_size": "3.1B", "quantization_level": "Q4_K_M"},
}
NEW = {  # as 0.33 lists it
    **OLD,
    "details": {**OLD["details"], "context_length": 32_768},  # type: ignore[dict-item]
    "capabilities": ["completion", "tools"],
}


def test_a_new_server_lists_everything() -> None:
    assert from_tags(NEW) == ModelCapabilities(
        name="qwen2.5:3b",
        context_size=32_768,
        size_gb=1.929912432,
        family="qwen2",
        parameter_count="3.1B",
        quantization="Q4_K_M",
        tools_support=True,
        digest="abc",
    )


def test_an_old_server_lists_no_abilities_and_they_are_marked_as_guessed() -> None:
    listed = from_tags(OLD)
    assert listed.guessed
    assert listed.chat_support
    assert listed.context_size is None


@pytest.mark.parametrize("name", ["nomic-embed-text:latest", "mxbai-EMBED-large", "bge-m3", "all-minilm:33m"])
def test_a_name_that_speaks_of_embedding_is_guessed_not_to_chat(name: str) -> None:
    guessed = from_tags({"name": name})
    assert (guessed.embedding_support, guessed.chat_support, guessed.guessed) == (True, False, True)


def test_show_knows_the_context_and_the_abilities() -> None:
    shown = with_show(
        from_tags(OLD),
        {
            "details": {"family": "qwen2", "parameter_size": "3.1B", "quantization_level": "Q4_K_M"},
            "model_info": {"general.architecture": "qwen2", "qwen2.context_length": 32_768},
            "capabilities": ["completion", "vision", "thinking"],
        },
    )
    assert (shown.context_size, shown.size_gb, shown.digest) == (32_768, 1.929912432, "abc")
    assert (shown.chat_support, shown.vision_support, shown.thinking_support) == (True, True, True)
    assert not shown.tools_support
    assert not shown.guessed


@pytest.mark.parametrize(
    ("system", "known"),
    [
        pytest.param("Be brief.", "Be brief.", id="told"),
        pytest.param("", None, id="empty"),
        pytest.param(7, None, id="no text"),
        pytest.param("x" * 20_000, "x" * LONGEST_SYSTEM, id="too long"),
    ],
)
def test_show_knows_the_models_own_system_prompt(system: object, known: str | None) -> None:
    assert with_show(from_tags(NEW), {"system": system}).system == known
    assert from_tags(NEW).system is None


def test_what_is_both_chats_and_embeds() -> None:
    both = from_tags({"name": "x", "capabilities": ["completion", "embedding"]})
    assert both.chat_support
    assert both.embedding_support


def test_a_silent_show_leaves_what_the_list_told() -> None:
    assert with_show(from_tags(NEW), {}).context_size == 32_768


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param({}, id="nothing"),
        pytest.param({"name": None, "details": None, "size": None, "capabilities": None}, id="nulls"),
        pytest.param({"name": 7, "details": [], "size": "big", "capabilities": "chat"}, id="wrong types"),
        pytest.param({"name": "x", "details": {"context_length": "many", "family": 1}}, id="wrong types within"),
        pytest.param({"name": "x", "details": {"context_length": -1, "parameter_size": ""}}, id="empty values"),
    ],
)
def test_odd_entries_are_read_without_complaint(entry: dict[str, Any]) -> None:
    read = with_show(from_tags(entry), entry)
    assert read.context_size is None
    assert read.parameter_count is None


@pytest.mark.parametrize(
    ("written", "parameters"),
    [
        pytest.param("3.1B", 3.1e9, id="billions"),
        pytest.param("494.03M", 494.03e6, id="millions"),
        pytest.param("1T", 1e12, id="trillions"),
        pytest.param("8.2b", 8.2e9, id="small letter"),
        pytest.param("7", 7, id="no suffix"),
        pytest.param(None, 0, id="unknown"),
        pytest.param("many", 0, id="a word"),
        pytest.param("1.2.3B", 0, id="two points"),
        pytest.param(".", 0, id="a point"),
        pytest.param("8x7B", 0, id="a mixture"),
    ],
)
def test_parameters_are_read_as_people_write_them(written: str | None, parameters: float) -> None:
    assert ModelCapabilities("x", parameter_count=written).parameters == pytest.approx(parameters)
