"""What people are told about a model beside its facts."""

from dataclasses import replace

import pytest

from tests.tinyllm.backends import BROKEN, model
from tinyllm.models.capabilities import from_openai
from tinyllm.models.remarks import VERY_SMALL, remark


@pytest.mark.parametrize(
    ("name", "parameters", "is_very_small"),
    [
        pytest.param("smollm2:135m", "134.52M", True, id="SmolLM2-135M"),
        pytest.param("smollm2:360m", "361.82M", True, id="SmolLM2-360M"),
        pytest.param("qwen2.5:0.5b", "494.03M", False, id="the smallest that people choose"),
        pytest.param("qwen3:8b", "8.2B", False, id="a big one"),
        pytest.param("secret", None, False, id="one that nobody knows anything of"),
        pytest.param("odd", "0", False, id="none at all"),
    ],
)
def test_very_small_models_are_called_that(name: str, parameters: str | None, is_very_small: bool) -> None:
    assert remark(model(name, parameters)) == (VERY_SMALL if is_very_small else "")


def test_what_does_not_answer_needs_no_remark_about_its_answers() -> None:
    assert remark(model("nomic-embed-text", "137M", chats=False)) == ""
    assert remark(replace(BROKEN, parameter_count="135M")) == ""


def test_a_size_that_is_in_the_name_counts_too() -> None:
    assert remark(from_openai({"id": "HuggingFaceTB/SmolLM2-135M-Instruct"})) == VERY_SMALL


def test_the_remark_is_short_says_what_to_do_and_makes_no_picture_of_a_site() -> None:
    assert len(VERY_SMALL) < 240
    assert "\n" not in VERY_SMALL
    assert "://" not in VERY_SMALL
    assert "`ollama pull qwen2.5:3b`" in VERY_SMALL
    assert "`tinyllm serve`" in VERY_SMALL
