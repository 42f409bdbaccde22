import pytest

from tinyllm.prompt import Surroundings, system_prompt
from tinyllm.settings.core import SYSTEM_PROMPT

PLACE = Surroundings("Tiny", "Home", "#general")
NOON = 1_800_014_400.0  # 15 January 2027, a Friday, at noon UTC


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        pytest.param("You are {bot} in {guild}, {channel}.", "You are Tiny in Home, #general.", id="names"),
        pytest.param("{date}", "Friday, 15 January 2027", id="date"),
        pytest.param("{bot}{bot}", "TinyTiny", id="twice"),
        pytest.param('Answer as {"a": {}} or {x} or {bot', 'Answer as {"a": {}} or {x} or {bot', id="other braces"),
        pytest.param("", "", id="empty"),
    ],
)
def test_the_template_is_filled_in(template: str, filled: str) -> None:
    assert system_prompt(template, PLACE, NOON) == filled


def test_a_name_that_looks_like_a_template_is_not_filled_in() -> None:
    hostile = Surroundings("{date}", "{channel}", "\\1 {bot}")
    filled = system_prompt("{bot} {guild} {channel} {model}", hostile, NOON, "{date} \\2 {model}")
    assert filled == "{date} {channel} \\1 {bot} {date} \\2 {model}"


@pytest.mark.parametrize(
    ("model", "filled"),
    [
        pytest.param("Be brief.", "Be brief. Today is Friday.", id="its own"),
        pytest.param("nul\x00, \ud800", "nul\ufffd, \ufffd Today is Friday.", id="what no server takes"),
        pytest.param(None, " Today is Friday.", id="none"),
    ],
)
def test_the_models_own_prompt_can_be_part_of_it(model: str | None, filled: str) -> None:
    assert system_prompt("{model} Today is Friday.", PLACE, NOON, model) == filled


def test_the_built_in_template_leaves_no_brace() -> None:
    assert "{" not in system_prompt(SYSTEM_PROMPT, PLACE, NOON)
