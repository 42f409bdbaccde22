"""The models that are installed, and those that are loaded now."""

import hashlib
import math
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from sandbox.models.asked import ChatRequest
from sandbox.models.names import canonical, tagged
from sandbox.models.news import News
from sandbox.models.refusals import RefusalError, not_found
from sandbox.models.scripted import ScriptedModel

_KEPT = 300.0  # s that a model stays loaded after a request that says nothing of it


@dataclass(frozen=True, slots=True)
class Installed:
    model: ScriptedModel
    name: str  # as listed
    modified_at: float

    @property
    def digest(self) -> str:
        return hashlib.sha256(f"{self.model.name} {self.model.size}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Loaded:
    installed: Installed
    context: int
    expires_at: float


class Shelf:
    def __init__(
        self,
        models: Iterable[ScriptedModel],
        news: News,
        clock: Callable[[], float],
        sleep: Callable[[float], Awaitable[None]],
    ) -> None:
        self._news, self._clock, self._sleep = news, clock, sleep
        self._installed: dict[str, Installed] = {}
        self._loaded: dict[str, Loaded] = {}
        for model in models:
            self.install(model)

    @property
    def installed(self) -> list[Installed]:
        return list(self._installed.values())

    @property
    def loaded(self) -> list[Loaded]:
        """In the order in which they were loaded; those whose time is up are gone."""
        now = self._clock()
        self._loaded = {key: one for key, one in self._loaded.items() if one.expires_at > now}
        return list(self._loaded.values())

    def install(self, model: ScriptedModel, name: str | None = None) -> None:
        listed = tagged(name or model.name)
        self._installed[canonical(listed)] = Installed(model, listed, self._clock())
        self._news.announce()

    def remove(self, name: str) -> None:
        """Raises RefusalError (404) when it is not there."""
        self.find(name)
        del self._installed[canonical(name)]
        self.unload(name)

    def find(self, name: str) -> Installed:
        """Raises RefusalError (404) when it is not there."""
        found = self._installed.get(canonical(name))
        if found is None:
            raise not_found(name)
        return found

    def usable(self, name: str) -> Installed:
        """Raises RefusalError when it is not there (404), or its file is broken (500)."""
        found = self.find(name)
        if found.model.problem:
            raise RefusalError(500, found.model.problem)
        return found

    async def load(self, chat: ChatRequest) -> float:
        """Loads the model if it is not, or not with this context; returns the seconds that it took."""
        installed = self.usable(chat.model)
        context = chat.context(installed.model.context_length)
        there = next((one for one in self.loaded if one.installed is installed), None)
        took = 0.0
        if there is None or there.context != context:
            self._loaded.pop(canonical(chat.model), None)
            took = installed.model.load_time
            await self._sleep(took)
        self._keep(Loaded(installed, context, self._expiry(math.inf)))
        return took

    def used(self, chat: ChatRequest) -> None:
        """A request is over: from now on its `keep_alive` counts."""
        there = self._loaded.get(canonical(chat.model))
        if there is None:
            return
        if chat.keep_alive == 0:
            self.unload(chat.model)
        else:
            self._keep(Loaded(there.installed, there.context, self._expiry(chat.keep_alive)))

    def unload(self, name: str) -> None:
        self._loaded.pop(canonical(name), None)
        self._news.announce()

    def unload_all(self) -> None:
        self._loaded.clear()
        self._news.announce()

    def _keep(self, loaded: Loaded) -> None:
        self._loaded[canonical(loaded.installed.name)] = loaded
        self._news.announce()

    def _expiry(self, keep_alive: float | None) -> float:
        return self._clock() + (_KEPT if keep_alive is None else keep_alive)
