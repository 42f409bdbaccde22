"""What people are told about a model beside its facts, the same on Discord and at the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tinyllm.models.capabilities import ModelCapabilities
    from tinyllm.models.registry import ModelRegistry

BROKEN = "broken"
"""A model whose server says that it cannot be used."""
NOT_INSTALLED = "not installed"


def unfit(model: ModelCapabilities | None) -> str:
    """Why a model cannot answer, to complete “since it …”; empty where it can. None is one that is not installed."""
    if model is None:
        return f"is {NOT_INSTALLED}"
    if model.problem:
        return f"is {BROKEN}"
    return "" if model.chat_support else "cannot chat"


def alias_mark(registry: ModelRegistry, alias: str) -> str:
    """What stands behind an alias that leads nowhere: ` (not installed)`.

    Empty where its model can answer, and while nobody has told what is installed.
    """
    why = unfit(registry.get_model(alias)).removeprefix("is ") if registry.is_told else ""
    return f" ({why})" if why else ""
