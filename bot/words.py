"""Facts about models in words; the sentences that several commands share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.replies.notes import inert
from tinyllm.choices import Chosen, Source
from tinyllm.models.capabilities import ModelCapabilities
from tinyllm.models.health import ModelHealth
from tinyllm.models.registry import ModelRegistry
from tinyllm.models.remarks import BROKEN, alias_mark, remark

_REASONS = {
    Source.CHANNEL: "chosen for this channel",
    Source.PARENT: "chosen for the channel that this thread is in",
    Source.GUILD: "the default of this server",
    Source.TERMINAL: "chosen for this conversation",
    Source.EVERYWHERE: "the default everywhere",
    Source.SETTING: "the default in this bot's settings",
    Source.BEST: "the biggest healthy model, since nothing else was chosen",
}


def why(chosen: Chosen) -> str:
    """Which model it is, what made it so, and what to know of it: `qwen3:8b`: chosen for this channel as “large”."""
    lines = [f"{code(chosen.model.name)} answers here: {_REASONS[chosen.by.source]}{_as(chosen)}."]
    for skipped in chosen.skipped:
        candidate = skipped.candidate
        lines.append(f"{code(candidate.typed)} is {_REASONS[candidate.source]}, and skipped, since it {skipped.why}.")
    return "\n".join(filter(None, [*lines, remark(chosen.model)]))


def _as(chosen: Chosen) -> str:
    typed = chosen.by.typed
    return f" as {code(typed)}" if typed.casefold() != chosen.model.name.casefold() else ""


def statistics(health: ModelHealth) -> str:
    """How a model has answered so far; empty when it was never used."""
    if not health.total_requests:
        return ""
    text = f"{health.success_rate:.0f}% success, {health.average_latency_ms:.0f} ms avg"
    return text if health.is_healthy else f"{text}, unhealthy"


def model_line(model: ModelCapabilities, health: ModelHealth, marks: Iterable[str]) -> str:
    """One line about one model."""
    size = f"{model.size_gb:.1f} GB" if model.size_gb else ""
    facts = [model.parameter_count or "", size, statistics(health), inert(model.problem or "")]
    marked = "".join(f" **({mark})**" for mark in marks)
    detail = ", ".join(filter(None, facts))
    return f"• {code(model.name)}{marked}" + (f": {detail}" if detail else "")


def overview(registry: ModelRegistry, current: str, loaded: Sequence[str], problem: str = "") -> str:
    """Everything that is installed, and all aliases; `problem` is why it may be out of date."""
    lines = []
    for name in registry.list_models():
        if (model := registry.get_model(name)) is not None:
            is_so = {"current": name == current, "loaded": name in loaded, BROKEN: bool(model.problem)}
            lines.append(model_line(model, registry.get_health(name), [word for word in is_so if is_so[word]]))
    heading = "**Available models**" if lines else "No model is known."
    note = [f"⚠ {inert(problem)}"] if problem else []
    return "\n".join([heading, *lines, *note, "**Aliases**", *alias_lines(registry)])


def alias_lines(registry: ModelRegistry) -> list[str]:
    """One line for each alias, with a mark where it leads nowhere."""
    return [
        f"• {code(alias)} → {code(target)}{alias_mark(registry, alias)}"
        for alias, target in sorted(registry.list_aliases().items())
    ]


def model_details(model: ModelCapabilities, health: ModelHealth, aliases: Iterable[str]) -> str:
    """All that is known about one model."""
    abilities = [
        word
        for word, has in (
            ("chat", model.chat_support),
            ("vision", model.vision_support),
            ("tools", model.tools_support),
            ("thinking", model.thinking_support),
            ("embedding", model.embedding_support),
        )
        if has
    ]
    rows = {
        "Cannot be used": inert(model.problem) if model.problem else None,
        "Family": model.family,
        "Parameters": model.parameter_count,
        "Quantization": model.quantization,
        "Context": f"{model.context_size:,} tokens" if model.context_size else None,
        "Size": f"{model.size_gb:.1f} GB" if model.size_gb else None,
        "Abilities": ", ".join(abilities) + (" (guessed from the name)" if model.guessed else ""),
        "Aliases": ", ".join(sorted(aliases)),
        "Requests": f"{health.total_requests:,}, of which {health.failed_requests:,} failed",
        "Success rate": f"{health.success_rate:.1f}%",
        "Average latency": f"{health.average_latency_ms:.0f} ms" if health.total_requests else None,
        "Health": BROKEN if model.problem else "healthy" if health.is_healthy else "unhealthy",
        "Last error": inert(health.last_error) if health.last_error else None,
    }
    lines = [f"**{label}:** {value}" for label, value in rows.items() if value]
    return "\n".join(filter(None, [f"## {inert(model.name)}", remark(model), *lines]))


def code(name: str) -> str:
    """A name in code font, on one line and with nothing that ends the code."""
    return f"`{' '.join(name.split())[:100].replace('`', 'ˋ')}`"
