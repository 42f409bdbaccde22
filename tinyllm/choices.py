"""Choices: which model answers where, and why that one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tinyllm.clock import Clock
from tinyllm.errors import BrokenModelError, NoModelError
from tinyllm.models.backend import Backend
from tinyllm.models.capabilities import ModelCapabilities
from tinyllm.models.registry import ModelRegistry
from tinyllm.models.remarks import unfit
from tinyllm.scopes import Scope, ScopeKind
from tinyllm.storage import ChoiceTable


class Source(StrEnum):
    """What made a model the effective one."""

    CHANNEL = "channel"
    PARENT = "parent"
    GUILD = "guild"
    TERMINAL = "terminal"
    EVERYWHERE = "everywhere"
    SETTING = "setting"
    BEST = "best"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A choice as it was typed, and where."""

    typed: str
    source: Source


@dataclass(frozen=True, slots=True)
class Skipped:
    """A choice that would come first, if its model could be used."""

    candidate: Candidate
    why: str
    """What to say of the model, as `unfit` does: it "is not installed", "is broken" or "cannot chat"."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The effective model of a scope."""

    model: ModelCapabilities
    by: Candidate
    skipped: tuple[Skipped, ...] = ()


class Choices:
    """Stores what was typed, and resolves it when it is used: an alias that moves takes its channels along."""

    def __init__(
        self, *, registry: ModelRegistry, backend: Backend, table: ChoiceTable, default_model: str | None, clock: Clock
    ) -> None:
        """`default_model` is the setting, a model or an alias."""
        self._registry = registry
        self._backend = backend
        self._table = table
        self._default_model = default_model
        self._clock = clock
        self._passing: dict[str, str] = {}
        self._missed: set[Skipped] = set()  # looked for at the server already; the regular syncs find it when it comes

    async def effective(self, scope: Scope) -> Chosen:
        """The model that answers in a scope. Raises NoModelError, BackendError, StorageError.

        The choice of the channel or conversation comes first, then its parent's, the guild's, everywhere's, the
        setting, and last the biggest installed model that is healthy.
        """
        return await self._first(await self._candidates(scope))

    async def default(self) -> Chosen:
        """The model that answers where nothing was chosen. Raises NoModelError, BackendError."""
        return await self._first(self._setting())

    async def switch(
        self, scope: Scope, typed: str, *, chosen_by: str | None = None, stored: bool = True
    ) -> ModelCapabilities:
        """Choose a model for a scope; nothing changes unless it is installed and can chat.

        A choice that is not `stored` is this process's own, as one of `prefer`.
        Raises UnknownModelError, BrokenModelError and CannotChatError with suggestions, BackendError, StorageError.
        """
        await self._look_for(typed)
        model = self._registry.require_chat_model(typed)
        if stored:
            await self._table.write(scope, typed.strip(), chosen_by=chosen_by, chosen_at=self._clock.time())
            self._passing.pop(scope.key, None)
        else:
            self.prefer(scope, typed)
        return model

    def prefer(self, scope: Scope, typed: str | None) -> None:
        """Choose a model for a scope in this process alone, without asking whether it is installed; None undoes it."""
        if typed is None:
            self._passing.pop(scope.key, None)
        else:
            self._passing[scope.key] = typed.strip()

    async def find(self, typed: str) -> ModelCapabilities:
        """The installed model that a name or alias means. Raises UnknownModelError, BackendError."""
        await self._look_for(typed)
        return self._registry.require_model(typed)

    async def follow(self, scope: Scope) -> bool:
        """Delete the scope's own choice, so that it follows the wider ones; False when it had none."""
        passing = self._passing.pop(scope.key, None)
        return await self._table.clear(scope) or passing is not None

    async def following(self, model: str) -> list[str]:
        """Keys of the scopes whose own choice means an installed model now. Raises StorageError."""
        meant = self._registry.get_model(model)
        chosen = await self._table.read_all()
        return [key for key, typed in chosen.items() if meant and self._registry.get_model(typed) is meant]

    async def _look_for(self, typed: str) -> None:
        model = self._registry.get_model(typed)
        if model is None or model.problem:
            await self._registry.sync(self._backend)  # it may have been installed, or mended, a moment ago

    async def _candidates(self, scope: Scope) -> list[Candidate]:
        chain = list(scope.chain)
        passing = {each.key: self._passing[each.key] for each in chain if each.key in self._passing}
        typed = await self._table.read(chain) | passing
        found = [Candidate(typed[each.key], _source(each, scope)) for each in chain if each.key in typed]
        return found + self._setting()

    def _setting(self) -> list[Candidate]:
        return [] if self._default_model is None else [Candidate(self._default_model, Source.SETTING)]

    async def _first(self, candidates: Sequence[Candidate]) -> Chosen:
        chosen = self._first_usable(candidates)
        if chosen is None or not self._missed.issuperset(chosen.skipped):
            await self._registry.sync(self._backend)  # it may have been installed a moment ago
            chosen = self._first_usable(candidates)
            self._missed.update(chosen.skipped if chosen else ())
        if chosen is None:
            raise self._no_model()
        return chosen

    def _no_model(self) -> NoModelError:
        sentences = [f"No model that can chat is installed on the model server at {self._backend.address}."]
        broken = self._registry.broken_models().items()
        sentences += [str(BrokenModelError(name, problem)) for name, problem in list(broken)[:1]]
        sentences.append(
            "Install one there: `ollama pull qwen2.5:3b`, or a GGUF file in the models folder of `tinyllm serve`."
        )
        return NoModelError(" ".join(sentences))

    def _first_usable(self, candidates: Iterable[Candidate]) -> Chosen | None:
        skipped: list[Skipped] = []
        for candidate in candidates:
            model = self._registry.get_model(candidate.typed)
            why = unfit(model)
            if model is not None and not why:
                return Chosen(model, candidate, tuple(skipped))
            skipped.append(Skipped(candidate, why))
        models = self._registry.chat_models()
        healthy = [model for model in models if self._registry.get_health(model.name).is_healthy]
        for model in healthy or models:
            return Chosen(model, Candidate(model.name, Source.BEST), tuple(skipped))
        return None


def _source(found: Scope, asked: Scope) -> Source:
    if found.kind is ScopeKind.CHANNEL:
        return Source.CHANNEL if found.id == asked.id else Source.PARENT
    return Source(found.kind)
