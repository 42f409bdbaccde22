"""What a chat says about models."""

from tests.tinyllm.backends import BROKEN, CUT, model
from tinyllm.choices import Candidate, Chosen, Source
from tinyllm.cli.chatting.words import choosable, models_overview, why
from tinyllm.models import ModelRegistry
from tinyllm.models.remarks import VERY_SMALL


def registry() -> ModelRegistry:
    made = ModelRegistry()
    made.sync_from_ollama([model("qwen3:8b", "8.2B"), model("embed", chats=False), BROKEN])
    made.add_alias("huge", "big:9b")
    return made


def test_where_a_very_small_model_answers_it_is_called_that() -> None:
    chosen = Chosen(model("smollm2:135m", "134.52M"), Candidate("smollm2:135m", Source.TERMINAL))

    assert why(chosen) == ["smollm2:135m answers here: chosen for this conversation.", VERY_SMALL]


def test_the_overview_says_of_each_model_whether_it_can_answer() -> None:
    assert models_overview(registry(), "qwen3:8b")[1:4] == [
        f"  • big:9b (broken: {CUT})",
        "  • embed (embeddings only)",
        "  • qwen3:8b (current)",
    ]


def test_the_overview_names_only_aliases_of_what_is_installed_and_marks_those_of_what_cannot_answer() -> None:
    lines = models_overview(registry(), None)
    assert lines[lines.index("Aliases:") :] == ["Aliases:", "  huge -> big:9b (broken)", "  large -> qwen3:8b"]


def test_only_what_can_answer_completes() -> None:
    assert choosable(registry()) == {"large": "-> qwen3:8b", "qwen3:8b": "8.2B", "default": "follow the default"}
