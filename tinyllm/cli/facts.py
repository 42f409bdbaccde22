"""Facts about models, aliases and choices, in words and as JSON; what several commands say."""

from __future__ import annotations

import math
import time
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from tinyllm.models.remarks import BROKEN, NOT_INSTALLED, alias_mark

if TYPE_CHECKING:
    from tinyllm.choices import Chosen
    from tinyllm.models.capabilities import ModelCapabilities
    from tinyllm.models.health import ModelHealth
    from tinyllm.models.registry import ModelRegistry
    from tinyllm.models.requests import RequestFigures

NOTHING = "-"
"""A cell of which nothing is known."""
INSTALLED, UNKNOWN = "installed", "unknown"
_UNITS = ("bytes", "kB", "MB", "GB", "TB")
_AGES = ((86_400, "d"), (3600, "h"), (60, "min"), (1, "s"))


def abilities(model: ModelCapabilities) -> list[str]:
    """What a model can do."""
    has = {
        "chat": model.chat_support,
        "vision": model.vision_support,
        "tools": model.tools_support,
        "thinking": model.thinking_support,
        "embedding": model.embedding_support,
    }
    return [ability for ability in has if has[ability]]


def capabilities_json(model: ModelCapabilities) -> dict[str, Any]:
    """What is known of a model; null where its server does not tell."""
    return {
        "name": model.name,
        "family": model.family,
        "parameters": model.parameter_count,
        "quantization": model.quantization,
        "context_size": model.context_size,
        "size_bytes": size_bytes(model),
        "abilities": abilities(model),
        "abilities_guessed": model.guessed,
        "problem": model.problem,
    }


def statistics_json(health: ModelHealth) -> dict[str, Any]:
    """How a model has answered; percent, milliseconds, and times as in ISO 8601."""
    return {
        "requests": health.total_requests,
        "failed_requests": health.failed_requests,
        "success_rate": health.success_rate,
        "average_latency_ms": health.average_latency_ms,
        "last_used": moment_json(health.last_used),
        "last_error": health.last_error,
        "last_error_time": moment_json(health.last_error_time),
        "healthy": health.is_healthy,
    }


def alias_json(registry: ModelRegistry, alias: str, target: str, *, known: bool = True) -> dict[str, Any]:
    """An alias, its target, and the model that this is in the end; `known`: a server has told what is installed."""
    model = registry.get_model(alias)
    return {
        "alias": alias,
        "target": target,
        "model": registry.resolve_name(alias),
        "installed": model is not None if known else None,
        "problem": model.problem if model else None,
    }


def stands_for(entry: Mapping[str, Any]) -> str:
    """What an alias, as `alias_json` has it, stands for: its target, and the model where that is another."""
    from tinyllm.models.names import canonical

    target, model = str(entry["target"]), str(entry["model"])
    return target if canonical(target) == canonical(model) else f"{target} -> {model}"


def alias_lines(registry: ModelRegistry) -> list[str]:
    """The aliases below a list of models, a line each."""
    return [
        f"  {alias} -> {target}{alias_mark(registry, alias)}"
        for alias, target in sorted(registry.list_aliases().items())
    ]


def aliases_of(registry: ModelRegistry, model: ModelCapabilities) -> list[str]:
    """The aliases that lead to an installed model."""
    return sorted(alias for alias in registry.list_aliases() if registry.get_model(alias) is model)


def presence(entry: Mapping[str, Any]) -> str:
    """Whether what an alias, as `alias_json` has it, stands for is installed, in words."""
    if entry["installed"] is None:
        return UNKNOWN
    return NOT_INSTALLED if not entry["installed"] else BROKEN if entry["problem"] else INSTALLED


def why(chosen: Chosen) -> str:
    """What made a model the default one: set as the default everywhere, as “large”."""
    from tinyllm.choices import Source

    reasons: Mapping[Source, str] = {
        Source.EVERYWHERE: "set as the default everywhere",
        Source.SETTING: "the setting TINYLLM_DEFAULT_MODEL",
        Source.BEST: "the biggest healthy model, since none was set",
    }
    typed = chosen.by.typed
    as_typed = f", as “{typed}”" if typed.casefold() != chosen.model.name.casefold() else ""
    return reasons.get(chosen.by.source, str(chosen.by.source)) + as_typed


def skipped(chosen: Chosen) -> list[str]:
    """A sentence for each choice that comes first and cannot be used."""
    return [
        f"“{each.candidate.typed}” was set as the default and is skipped, since it {each.why}."
        for each in chosen.skipped
    ]


def size_bytes(model: ModelCapabilities) -> int | None:
    """Bytes on disk."""
    return None if model.size_gb is None else round(model.size_gb * 1e9)


def size(count: float | None) -> str:
    """Bytes as people write them: 1.9 GB."""
    if not count or count < 0:
        return NOTHING
    power = min(int(math.log10(count)) // 3, len(_UNITS) - 1)
    return f"{count / 1000**power:.{int(power > 2)}f} {_UNITS[power]}"


def tokens(count: int | None) -> str:
    return f"{count:,}" if count else NOTHING


def percent(health: ModelHealth) -> str:
    return f"{health.success_rate:.1f}%" if health.total_requests else NOTHING


def latency(health: ModelHealth) -> str:
    """Over the successful requests."""
    return f"{health.average_latency_ms:.0f} ms" if health.total_requests > health.failed_requests else NOTHING


def lately(figures: RequestFigures) -> str:
    """How many requests there were in a span of time, and how long half and nearly all of them took."""
    if not figures.requests:
        return "no requests"
    parts = [counted(figures.requests, "request"), f"{figures.failed:,} failed" if figures.failed else ""]
    if figures.p50 is not None and figures.p95 is not None:
        parts.append(f"p50 {figures.p50:.1f} s, p95 {figures.p95:.1f} s")
    if figures.tokens_per_second is not None:
        parts.append(f"{figures.tokens_per_second:.0f} tok/s")
    return ", ".join(filter(None, parts))


def counted(number: int, what: str) -> str:
    """`1 turn`, `2 turns`."""
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"


def moment(seconds: float | None, now: float | None = None) -> str:
    """A time of the epoch on this machine's clock, and how long ago that is."""
    if seconds is None:
        return "never"
    local = datetime.fromtimestamp(seconds).astimezone()
    return f"{local:%Y-%m-%d %H:%M} ({ago(seconds, now)})"


def ago(seconds: float, now: float | None = None) -> str:
    """How long ago a time of the epoch is, in its largest unit."""
    age = max((time.time() if now is None else now) - seconds, 0)
    unit, name = next(((unit, name) for unit, name in _AGES if age >= unit), (1, "s"))
    return f"{age / unit:.0f} {name} ago"


def moment_json(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def listed(names: Collection[str], most: int = 5) -> str:
    """Names in a sentence: “a, b and 3 more”."""
    first = list(names)[:most]
    rest = len(names) - len(first)
    if rest:
        return f"{', '.join(first)} and {rest} more"
    return " and ".join(filter(None, [", ".join(first[:-1]), *first[-1:]]))
