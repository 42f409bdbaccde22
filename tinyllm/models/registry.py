"""The registry of models: what is installed, what it is called, and how well it answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from tinyllm.errors import AliasError, BrokenModelError, CannotChatError, UnknownModelError, shortened
from tinyllm.models.aliases import BUILT_IN_ALIASES, LONGEST_ALIAS, alias_key, chain, is_alias, is_target, loop
from tinyllm.models.backend import Backend
from tinyllm.models.capabilities import ModelCapabilities, from_tags
from tinyllm.models.health import ModelHealth as ModelHealth
from tinyllm.models.names import canonical, closest
from tinyllm.models.remarks import unfit

MOST_COUNTERS = 1000
"""Spellings of names whose counters are kept at hand."""


class ModelRegistry:
    """Models, aliases and health in memory: no I/O but `sync`, and safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """`clock` gives seconds since the epoch."""
        self._clock = clock
        self._lock = threading.RLock()
        self._models: dict[str, ModelCapabilities] = {}
        self._is_told = False
        self._given_aliases = dict(BUILT_IN_ALIASES)
        self._changed_aliases: dict[str, str | None] = {}
        """What people made of them; None where they removed one."""
        self._unsaved_aliases: dict[str, str | None] = {}
        self._aliases = dict(self._given_aliases)
        self._health: dict[str, ModelHealth] = {}
        self._unsaved: dict[str, ModelHealth] = {}
        self._counters: dict[str, tuple[ModelHealth, ModelHealth]] = {}
        """What to count into, by the name as it was given; emptied whenever a name may mean something else."""
        self._default_model: str | None = None

    # What is installed

    @property
    def is_told(self) -> bool:
        """Whether anybody has told yet what is installed."""
        return self._is_told

    async def sync(self, backend: Backend) -> None:
        """Make the models what the backend says. Raises BackendError, and then changes nothing."""
        self.sync_from_ollama(await backend.list_capabilities())

    def sync_from_ollama(self, model_list: Iterable[ModelCapabilities | Mapping[str, Any] | str]) -> None:
        """Make the models those listed: adds, refreshes and removes. Takes facts, entries of /api/tags, or names."""
        models = [_capabilities(entry) for entry in model_list]
        with self._lock:
            self._models = {canonical(model.name): model for model in models if model.name}
            self._is_told = True
            self._counters.clear()

    def register_model(self, capabilities: ModelCapabilities) -> None:
        """Add a model, or refresh what is known of it."""
        with self._lock:
            self._models[canonical(capabilities.name)] = capabilities
            self._is_told = True
            self._counters.clear()

    def get_model(self, name: str) -> ModelCapabilities | None:
        """The installed model that a name or alias means; None when there is none."""
        return self._models.get(canonical(self.resolve_name(name)))

    def list_models(self) -> list[str]:
        """Names of the installed models, in order."""
        with self._lock:
            return sorted(model.name for model in self._models.values())

    def chat_models(self) -> list[ModelCapabilities]:
        """The installed models that can chat, the biggest first."""
        with self._lock:
            models = [model for model in self._models.values() if model.chat_support]
        return sorted(models, key=lambda model: (-model.parameters, -(model.size_gb or 0), model.name))

    def broken_models(self) -> dict[str, str]:
        """The models that are listed and cannot be used, in order of their names, and why."""
        with self._lock:
            return dict(sorted((model.name, model.problem) for model in self._models.values() if model.problem))

    def require_model(self, name: str) -> ModelCapabilities:
        """The installed model that a name or alias means. Raises UnknownModelError with suggestions."""
        model = self.get_model(name)
        if model is None:
            target = self.resolve_name(name)
            raise UnknownModelError(
                name, self.suggestions(name), target=None if canonical(target) == canonical(name) else target
            )
        return model

    def require_chat_model(self, name: str) -> ModelCapabilities:
        """The installed chat model that a name or alias means.

        Raises UnknownModelError, BrokenModelError, CannotChatError.
        """
        model = self.require_model(name)
        others = [other.name for other in self.chat_models()[:3]]
        if model.problem:
            raise BrokenModelError(model.name, model.problem, others)
        if not model.chat_support:
            raise CannotChatError(model.name, others)
        return model

    def suggestions(self, name: str) -> list[str]:
        """What somebody may have meant: installed chat models and aliases of such, closest first."""
        models = [model.name for model in self.chat_models()]
        aliases = [alias for alias in self.list_aliases() if not unfit(self.get_model(alias))]
        return closest(name, [*models, *aliases]) or models[:3]

    # Aliases

    def list_aliases(self) -> dict[str, str]:
        """A copy of the map from alias to what it stands for."""
        with self._lock:
            return dict(self._aliases)

    def give_aliases(self, aliases: Mapping[str, str]) -> None:
        """Let these stand in the place of built-in ones, or beside them; what people have changed stays so."""
        with self._lock:
            self._given_aliases = {**BUILT_IN_ALIASES, **{alias_key(name): aliases[name] for name in aliases}}
            self._renew_aliases()

    def add_alias(self, alias: str, model_name: str) -> None:
        """Let `alias` stand for a model or another alias. Raises AliasError on a loop or a taken name."""
        name, target = alias_key(alias), model_name.strip()
        shown = shortened(name)
        if not is_alias(name):
            raise AliasError(
                f"“{shortened(alias)}” cannot be an alias: it must be one word of at most {LONGEST_ALIAS} characters."
            )
        if not is_target(target):
            raise AliasError(f"“{shown}” must stand for a model or another alias, for example `qwen2.5:3b`.")
        with self._lock:
            if canonical(name) in self._models:
                raise AliasError(f"“{shown}” is the name of an installed model and cannot be an alias too.")
            if way := loop({**self._aliases, name: target}, name, self._models):
                raise AliasError(f"“{shown}” would stand for itself: {shortened(' → '.join([name, *way]), 300)}.")
            self._change_alias(name, target)

    def remove_alias(self, alias: str) -> bool:
        """Forget an alias; False when there was none."""
        name = alias_key(alias)
        with self._lock:
            if name not in self._aliases:
                return False
            self._change_alias(name, None)
            return True

    def take_unsaved_aliases(self) -> dict[str, str | None]:
        """What was changed since the last call, None where an alias was removed; see `restore_unsaved_aliases`."""
        with self._lock:
            unsaved, self._unsaved_aliases = self._unsaved_aliases, {}
        return unsaved

    def restore_unsaved_aliases(self, changes: Mapping[str, str | None]) -> None:
        """Take back what could not be stored."""
        with self._lock:
            self._unsaved_aliases = {**changes, **self._unsaved_aliases}

    def load_aliases(self, stored: Mapping[str, str | None]) -> None:
        """Make the aliases those given, with what is stored over them, and what is not stored yet over that."""
        with self._lock:
            self._changed_aliases = {**stored, **self._unsaved_aliases}
            self._renew_aliases()

    def _change_alias(self, name: str, target: str | None) -> None:
        self._changed_aliases[name] = self._unsaved_aliases[name] = target
        self._renew_aliases()

    def _renew_aliases(self) -> None:
        aliases = {**self._given_aliases, **self._changed_aliases}
        self._aliases = {name: target for name, target in aliases.items() if target is not None}
        self._counters.clear()

    def resolve_name(self, name: str) -> str:
        """The model that a name or alias means, spelled as the server lists it where it is installed."""
        with self._lock:
            followed = chain(self._aliases, name, self._models)
            meant = followed[-1] if followed else name.strip()
            installed = self._models.get(canonical(meant))
        return installed.name if installed else meant

    # Health

    def get_health(self, name: str) -> ModelHealth:
        """The running totals of a model; zeros when it was never used."""
        with self._lock:
            return self._totals(self._health, self.resolve_name(name))

    def list_health(self) -> list[ModelHealth]:
        """The running totals of every model that was ever used, in order of their names."""
        with self._lock:
            used = [health for health in self._health.values() if health.total_requests]
        return sorted(used, key=lambda health: health.model_name)

    def record_request(self, name: str, latency_ms: float, success: bool = True, error: str | None = None) -> None:
        """Count one request. Does no I/O; `take_unsaved` hands the counts to whoever stores them."""
        with self._lock:
            counters = self._counters.get(name)
            if counters is None:
                counters = self._counters_of(name)
            now = self._clock()
            for totals in counters:
                totals.record(latency_ms, success, error, now)

    def _counters_of(self, name: str) -> tuple[ModelHealth, ModelHealth]:
        model = self.resolve_name(name)
        if len(self._counters) >= MOST_COUNTERS:
            self._counters.clear()
        counters = self._totals(self._health, model), self._totals(self._unsaved, model)
        self._counters[name] = counters
        return counters

    def get_healthy_models(self) -> list[str]:
        """Names of the installed models that are healthy now."""
        broken = self.broken_models()
        return [name for name in self.list_models() if self.get_health(name).is_healthy and name not in broken]

    def take_unsaved(self) -> list[ModelHealth]:
        """What was counted since the last call; hand it back to `restore_unsaved` if it could not be stored."""
        with self._lock:
            unsaved, self._unsaved = self._unsaved, {}
            self._counters.clear()
        return list(unsaved.values())

    def restore_unsaved(self, counts: Iterable[ModelHealth]) -> None:
        """Take back what could not be stored."""
        with self._lock:
            for count in counts:
                self._totals(self._unsaved, count.model_name).add(count)

    def load_health(self, stored: Iterable[ModelHealth]) -> None:
        """Make the totals what is stored, plus what is not stored yet."""
        with self._lock:
            self._health = {}
            self._counters.clear()
            for counts in (stored, self._unsaved.values()):
                for count in counts:
                    self._totals(self._health, count.model_name).add(count)

    def _totals(self, kept: dict[str, ModelHealth], model: str) -> ModelHealth:
        key = canonical(model)
        if key not in kept:
            kept[key] = ModelHealth(model, clock=self._clock)
        return kept[key]

    # What the guide asks for beside

    def set_default_model(self, name: str) -> None:
        """Set this process's default, a model or an alias. What every process follows is set through `Choices`."""
        self._default_model = name

    def get_default_model(self) -> str | None:
        """The model that this process's default means now; None when none was set."""
        return None if self._default_model is None else self.resolve_name(self._default_model)

    def get_model_info(self, name: str) -> dict[str, Any]:
        """Capabilities and statistics of one model in one dict, numbers formatted for people."""
        model, health = self.get_model(name), self.get_health(name)
        return {
            "name": self.resolve_name(name),
            "exists": model is not None,
            "family": model.family if model else None,
            "parameters": model.parameter_count if model else None,
            "context_size": model.context_size if model else None,
            "vision_support": model.vision_support if model else False,
            "total_requests": health.total_requests,
            "success_rate": f"{health.success_rate:.1f}%",
            "avg_latency_ms": f"{health.average_latency_ms:.1f}",
            "is_healthy": health.is_healthy and not (model and model.problem),
        }


@cache
def get_model_registry() -> ModelRegistry:
    """The one registry of this process."""
    return ModelRegistry()


def _capabilities(entry: ModelCapabilities | Mapping[str, Any] | str) -> ModelCapabilities:
    if isinstance(entry, ModelCapabilities):
        return entry
    return from_tags({"name": entry} if isinstance(entry, str) else entry)
