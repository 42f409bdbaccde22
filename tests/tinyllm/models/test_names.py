import pytest

from tinyllm.models.names import canonical, closest


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("tinyllama", "tinyllama:latest", id="no tag is latest"),
        pytest.param("Qwen2.5:3B", "qwen2.5:3b", id="case"),
        pytest.param("TinyLlama", "tinyllama:LATEST", id="case and no tag"),
        pytest.param("  qwen3:8b\n", "qwen3:8b", id="white space around"),
        pytest.param("hf.co/User/Repo", "hf.co/user/repo:latest", id="a host and a namespace"),
        pytest.param("box:5000/me/model", "box:5000/me/model:latest", id="a port is no tag"),
    ],
)
def test_two_spellings_of_one_name_are_equal(one: str, other: str) -> None:
    assert canonical(one) == canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("qwen3:8b", "qwen3:14b", id="tags"),
        pytest.param("qwen3", "qwen3:8b", id="no tag is not any tag"),
        pytest.param("box:5000/me/model", "box/me/model", id="a port"),
    ],
)
def test_different_names_stay_different(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


INSTALLED = ["qwen2.5:0.5b", "qwen2.5:3b", "qwen3:8b", "tinyllama:latest", "Granite-Code:3b"]


@pytest.mark.parametrize(
    ("typed", "best"),
    [
        pytest.param("qwen2.5:3", "qwen2.5:3b", id="a letter short"),
        pytest.param("QWEN3:8B", "qwen3:8b", id="case"),
        pytest.param("tinylama", "tinyllama:latest", id="a slip and no tag"),
        pytest.param("granite", "Granite-Code:3b", id="a beginning, in the spelling of the server"),
        pytest.param(" qwen3:8b ", "qwen3:8b", id="white space around"),
    ],
)
def test_the_closest_name_comes_first(typed: str, best: str) -> None:
    assert closest(typed, INSTALLED)[0] == best


@pytest.mark.parametrize("typed", ["", "   ", "zzzzzzzzzzzz", "日本語"])
def test_nothing_is_close_to_nonsense(typed: str) -> None:
    assert closest(typed, INSTALLED) == []


def test_closest_names_are_few_and_different() -> None:
    found = closest("qwen", [f"qwen:{size}b" for size in range(50)], limit=3)
    assert len(found) == len(set(found)) == 3


def test_a_name_of_a_million_characters_is_compared_in_no_time() -> None:
    assert closest("q" * 1_000_000, INSTALLED) == []
