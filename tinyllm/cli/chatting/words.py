"""What a chat says about models and answers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from tinyllm.models.remarks import alias_mark, remark

if TYPE_CHECKING:
    from tinyllm.choices import Chosen, Source
    from tinyllm.events import Ended
    from tinyllm.models.capabilities import ModelCapabilities
    from tinyllm.models.health import ModelHealth
    from tinyllm.models.registry import ModelRegistry

DEFAULT = "default"
"""Typed in the place of a model: give up a choice, and follow the wider ones."""


def why(chosen: Chosen) -> list[str]:
    """Which model answers, and what made it so; a line for each choice that was skipped; what to know of it."""
    typed, name = chosen.by.typed, chosen.model.name
    as_typed = f" as {typed}" if typed.casefold() != name.casefold() else ""
    lines = [f"{name} answers here: {_reason(chosen.by.source)}{as_typed}."]
    for skipped in chosen.skipped:
        candidate = skipped.candidate
        lines.append(f"{candidate.typed} is {_reason(candidate.source)}, and skipped, since it {skipped.why}.")
    return [*lines, *filter(None, [remark(chosen.model)])]


def _reason(source: Source) -> str:
    return {
        "terminal": "chosen for this conversation",
        "everywhere": "the default everywhere",
        "setting": "the default in the settings (TINYLLM_DEFAULT_MODEL)",
        "best": "the biggest healthy model, since nothing else was chosen",
    }.get(source, "chosen")


def follows(registry: ModelRegistry, typed: str) -> bool:
    """Whether somebody gives up a choice; not where a model has that name."""
    return typed.strip().casefold() == DEFAULT and registry.get_model(typed) is None


def models_overview(registry: ModelRegistry, current: str | None) -> list[str]:
    """Every installed model with its statistics, and the aliases that lead to one."""
    models = [model for name in registry.list_models() if (model := registry.get_model(name)) is not None]
    lines = [_model_line(model, registry.get_health(model.name), model.name == current) for model in models]
    targets = {alias: registry.get_model(alias) for alias in registry.list_aliases()}
    aliases = [
        f"  {alias} -> {model.name}{alias_mark(registry, alias)}"
        for alias, model in sorted(targets.items())
        if model is not None
    ]
    listed = ["Available Models:", *lines] if lines else ["No model is known."]
    return [*listed, "", "Aliases:", *aliases] if aliases else listed


def choosable(registry: ModelRegistry) -> dict[str, str]:
    """What can be typed to choose a model, each with what it stands for or how big it is."""
    models = {model.name: model.parameter_count or "" for model in registry.chat_models()}
    targets = {alias: registry.get_model(alias) for alias in registry.list_aliases()}
    aliases = {alias: f"-> {model.name}" for alias, model in targets.items() if model and model.chat_support}
    follow = {} if DEFAULT in {*models, *aliases} else {DEFAULT: "follow the default"}
    return dict(sorted({**models, **aliases}.items())) | follow


def _model_line(model: ModelCapabilities, health: ModelHealth, is_current: bool) -> str:
    marks = [
        "current" if is_current else "",
        f"{health.success_rate:.0f}% success, {health.average_latency_ms:.0f}ms avg" if health.total_requests else "",
        "" if health.is_healthy else "failing lately",
        f"broken: {model.problem}" if model.problem else "" if model.chat_support else "embeddings only",
    ]
    return " ".join([f"  • {model.name}", *(f"({mark})" for mark in marks if mark)])


def footer(ended: Ended) -> str:
    """Which model answered, how long it took and how fast it wrote: `qwen3:8b · 1.9 s · 84 tok/s`."""
    parts = [ended.model or ""]
    if ended.figures is not None:
        parts.append(f"{ended.figures.duration:.1f} s")
        if ended.figures.tokens_per_second:
            parts.append(f"{ended.figures.tokens_per_second:.0f} tok/s")
    return " · ".join(filter(None, parts))


def ending(ended: Ended) -> str:
    """How an answer ended, in words; empty where it is simply done."""
    return "Interrupted." if ended.outcome == "interrupted" else ended.reason


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `3rd`, `4th`, `11th`."""
    endings = {1: "st", 2: "nd", 3: "rd"}
    return f"{number}{'th' if number // 10 % 10 == 1 else endings.get(number % 10, 'th')}"


def in_columns(rows: Sequence[tuple[str, str]]) -> Iterable[str]:
    """Two columns, the second aligned."""
    width = max(len(left) for left, _ in rows)
    return (f"  {left.ljust(width)}  {right}" for left, right in rows)
