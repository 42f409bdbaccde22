"""What menus and completions of models offer."""

from bot.menus import ModelMenu, completions
from tests.tinyllm.backends import BROKEN, model
from tinyllm.models import ModelRegistry


def registry() -> ModelRegistry:
    """With two models that can chat, of which `large` leads to one, and others that cannot."""
    made = ModelRegistry()
    made.sync_from_ollama([model("qwen3:8b", "8.2B"), model("small:1b", "1B"), model("embed", chats=False), BROKEN])
    made.add_alias("huge", "big:9b")
    made.add_alias("vectors", "embed")
    return made


def test_completions_offer_only_what_can_answer() -> None:
    assert [choice.value for choice in completions(registry(), "")] == ["large", "qwen3:8b", "small:1b"]


def test_nothing_that_cannot_answer_is_found_by_its_name() -> None:
    for typed in ("huge", "big:9b", "vectors", "judge", "medium"):
        assert typed not in [choice.value for choice in completions(registry(), typed)]


async def test_the_menu_offers_only_what_can_answer() -> None:
    async def pick(*_: object) -> None:
        """Nobody picks here."""

    (select,) = ModelMenu(registry(), pick, "small:1b").children
    assert [(option.value, option.default) for option in select.options] == [("qwen3:8b", False), ("small:1b", True)]  # type: ignore[attr-defined]
