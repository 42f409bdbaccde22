"""Facts about models in words."""

from dataclasses import replace

import pytest

from bot.words import alias_lines, code, model_details, model_line, overview, statistics, why
from tests.tinyllm.backends import BROKEN, CUT
from tinyllm.choices import Candidate, Chosen, Skipped, Source
from tinyllm.models import ModelCapabilities, ModelRegistry
from tinyllm.models.health import ModelHealth
from tinyllm.models.remarks import VERY_SMALL

LARGE = ModelCapabilities("qwen3:8b", 40960, size_gb=5.2, family="qwen3", parameter_count="8.2B", tools_support=True)
TINY = ModelCapabilities("smollm2:135m", parameter_count="134.52M")
USED = ModelHealth("qwen3:8b", total_requests=20, failed_requests=1, total_latency_ms=3800.0)


@pytest.mark.parametrize(
    ("by", "sentence"),
    [
        pytest.param(
            Candidate("large", Source.CHANNEL),
            "`qwen3:8b` answers here: chosen for this channel as `large`.",
            id="alias",
        ),
        pytest.param(
            Candidate("QWEN3:8B", Source.GUILD), "`qwen3:8b` answers here: the default of this server.", id="its name"
        ),
        pytest.param(
            Candidate("qwen3:8b", Source.BEST),
            "`qwen3:8b` answers here: the biggest healthy model, since nothing else was chosen.",
            id="nothing chosen",
        ),
    ],
)
def test_why_a_model_answers(by: Candidate, sentence: str) -> None:
    assert why(Chosen(LARGE, by)) == sentence


def test_why_tells_what_was_skipped() -> None:
    skipped = Skipped(Candidate("judge", Source.CHANNEL), "is not installed")
    lines = why(Chosen(LARGE, Candidate("large", Source.SETTING), (skipped,))).splitlines()

    assert lines[1] == "`judge` is chosen for this channel, and skipped, since it is not installed."


def test_a_very_small_model_is_called_that_in_its_details_and_where_it_answers() -> None:
    chosen = Chosen(TINY, Candidate("smollm2:135m", Source.CHANNEL))

    assert why(chosen).splitlines() == ["`smollm2:135m` answers here: chosen for this channel.", VERY_SMALL]
    assert model_details(TINY, ModelHealth("x"), []).splitlines()[:2] == ["## smollm2:135m", VERY_SMALL]
    assert VERY_SMALL not in model_details(LARGE, USED, [])


def test_statistics_are_those_of_the_guide_and_absent_without_requests() -> None:
    assert statistics(USED) == "95% success, 200 ms avg"
    assert statistics(ModelHealth("new")) == ""
    assert statistics(ModelHealth("bad", 4, 3, 100.0)) == "25% success, 100 ms avg, unhealthy"


def test_a_line_about_a_model_has_what_is_known() -> None:
    assert model_line(LARGE, USED, ["current"]) == "• `qwen3:8b` **(current)**: 8.2B, 5.2 GB, 95% success, 200 ms avg"
    assert model_line(ModelCapabilities("bare"), ModelHealth("bare"), []) == "• `bare`"


def test_the_details_leave_out_what_nobody_knows_and_mark_a_guess() -> None:
    details = model_details(ModelCapabilities("bare", guessed=True), ModelHealth("bare"), [])

    assert "**Abilities:** chat (guessed from the name)" in details
    assert "**Context" not in details
    assert "**Average latency" not in details
    assert "**Context:** 40,960 tokens" in model_details(LARGE, USED, ["large"])


def test_the_overview_shows_what_is_known_and_why_it_may_be_out_of_date() -> None:
    registry = ModelRegistry()
    registry.register_model(LARGE)
    text = overview(registry, "qwen3:8b", ["qwen3:8b"], "It says [click](http://x) **now**.")

    assert "• `qwen3:8b` **(current)** **(loaded)**: 8.2B, 5.2 GB" in text
    assert "⚠ It says \\[click](http://x) \\*\\*now\\*\\*." in text
    assert "• `large` → `qwen3:8b`\n" in text
    assert overview(ModelRegistry(), "", []).startswith("No model is known.")


def test_aliases_are_in_order_and_those_that_lead_nowhere_are_marked() -> None:
    registry = ModelRegistry()
    registry.register_model(LARGE)
    registry.register_model(BROKEN)
    registry.add_alias("huge", "big:9b")
    assert alias_lines(registry)[2:5] == [
        "• `huge` → `big:9b` (broken)",
        "• `judge` → `qwen3:14b` (not installed)",
        "• `large` → `qwen3:8b`",
    ]


def test_no_alias_is_marked_while_nobody_has_told_what_is_installed() -> None:
    assert "• `large` → `qwen3:8b`" in alias_lines(ModelRegistry())


def test_a_broken_model_is_shown_as_such_in_its_servers_words() -> None:
    registry = ModelRegistry()
    registry.register_model(replace(BROKEN, problem="It [ends](http://x) **early**."))
    registry.register_model(LARGE)
    shown = overview(registry, "qwen3:8b", [])
    details = model_details(BROKEN, ModelHealth("big:9b"), [])

    assert "• `big:9b` **(broken)**: 9B, It \\[ends](http://x) \\*\\*early\\*\\*.\n" in shown
    assert f"**Cannot be used:** {CUT}" in details
    assert "**Health:** broken" in details
    assert "**Abilities" not in details


def test_a_hostile_name_stays_inside_its_code() -> None:
    assert code("a`b\n# title " + "x" * 900).startswith("`aˋb # title x")
    assert len(code("x" * 900)) == 102
