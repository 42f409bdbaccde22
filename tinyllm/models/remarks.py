"""What people are told about a model beside its facts, the same on Discord and at the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tinyllm.models.capabilities import ModelCapabilities
    from tinyllm.models.registry import ModelRegistry

BROKEN = "broken"
"""A model whose server says that it cannot be used."""
NOT_INSTALLED = "not installed"
VERY_SMALL_BELOW = 400e6
"""Parameters. SmolLM2 with its 135 or 360 million is fluent and wrong about much, and whoever meets it did not always
choose it; qwen2.5:0.5b with 494 million, which `fast` stands for, follows instructions and is chosen on purpose."""
VERY_SMALL = (
    "A very small model: good for trying things out, and often wrong. For better answers use a bigger one: "
    "`ollama pull qwen2.5:3b` with Ollama (ollama.com), or a GGUF file in the models folder of `tinyllm serve`."
)
"""The site is named without https://, since Discord shows a preview of whatever it takes for a link."""


def unfit(model: ModelCapabilities | None) -> str:
    """Why a model cannot answer, to complete “since it …”; empty where it can. None is one that is not installed."""
    if model is None:
        return f"is {NOT_INSTALLED}"
    if model.problem:
        return f"is {BROKEN}"
    return "" if model.chat_support else "cannot chat"


def remark(model: ModelCapabilities) -> str:
    """What to know about the answers of a model, in a line; empty where there is nothing to say."""
    return VERY_SMALL if not unfit(model) and 0 < model.parameters < VERY_SMALL_BELOW else ""


def alias_mark(registry: ModelRegistry, alias: str) -> str:
    """What stands behind an alias that leads nowhere: ` (not installed)`.

    Empty where its model can answer, and while nobody has told what is installed.
    """
    why = unfit(registry.get_model(alias)).removeprefix("is ") if registry.is_told else ""
    return f" ({why})" if why else ""
