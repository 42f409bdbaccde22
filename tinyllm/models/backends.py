"""Several model servers as one."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import TypeVar

from tinyllm.errors import BackendError, ModelMissingError, UnsupportedError
from tinyllm.models.backend import Backend, ChatEvent, ChatRequest, PullProgress
from tinyllm.models.capabilities import ModelCapabilities
from tinyllm.models.names import canonical

log = logging.getLogger(__name__)
T = TypeVar("T")


class Backends:
    """A Backend over several, in order of preference; each model is asked for where it is.

    A server that is down keeps the models that it was last known to have, and hides nobody else's.
    """

    def __init__(self, backends: Sequence[Backend]) -> None:
        """`backends` are closed with this."""
        self._backends = tuple(backends)
        self._known: dict[Backend, dict[str, ModelCapabilities]] = {backend: {} for backend in self._backends}
        """What each server was last known to have, by canonical name."""
        self._down = set[Backend]()

    @property
    def address(self) -> str:
        return ", ".join(backend.address for backend in self._backends)

    async def list_capabilities(self) -> list[ModelCapabilities]:
        """The models of all; of two with the same name the earlier server's, unless only the other can be used.

        Raises BackendError if all are down.
        """
        for backend, listed in await self._all(lambda backend: backend.list_capabilities()):
            self._known[backend] = {canonical(model.name): model for model in listed}
        merged: dict[str, ModelCapabilities] = {}
        for known in self._known.values():
            for name, model in known.items():
                if name not in merged or (merged[name].problem and not model.problem):
                    merged[name] = model
        return list(merged.values())

    async def list_loaded(self) -> list[str]:
        """Those that are loaded where they would be asked for. Raises BackendError if all servers are down."""
        told = await self._all(lambda backend: backend.list_loaded())
        return [name for backend, loaded in told for name in loaded if self._home(name) in (backend, None)]

    async def warm_up(self, model: str, context_size: int) -> None:
        await (await self._found(model)).warm_up(model, context_size)

    async def chat(self, request: ChatRequest) -> AsyncGenerator[ChatEvent, None]:
        backend = await self._found(request.model)
        async with aclosing(backend.chat(request)) as events:
            async for event in events:
                yield event

    async def pull(self, model: str) -> AsyncGenerator[PullProgress, None]:
        """Download to the first server that can."""
        for backend in self._backends:
            try:
                async with aclosing(backend.pull(model)) as progress:
                    async for step in progress:
                        yield step
            except UnsupportedError as exc:
                log.debug("not there: %s", exc)
            else:
                return
        raise UnsupportedError(self.address, "download models")

    async def remove(self, model: str) -> None:
        await (await self._found(model)).remove(model)

    async def close(self) -> None:
        """Close every connection; running answers end."""
        await asyncio.gather(*(backend.close() for backend in self._backends))

    def _home(self, model: str) -> Backend | None:
        """The server that a model is asked for: the first that has it and is up, else the first that has it.

        A broken model counts only where no server has a good one.
        """
        known = {backend: self._known[backend].get(canonical(model)) for backend in self._backends}
        having = [backend for backend, found in known.items() if found]
        good = [backend for backend, found in known.items() if found and not found.problem] or having
        return next((backend for backend in good if backend not in self._down), good[0] if good else None)

    async def _found(self, model: str) -> Backend:
        """The server that has a model. Raises ModelMissingError, and BackendError where nobody can be asked."""
        home = self._home(model)
        if home is None:
            await self.list_capabilities()
            home = self._home(model)
        if home is None:
            raise ModelMissingError(model)
        return home

    async def _all(self, ask: Callable[[Backend], Awaitable[T]]) -> list[tuple[Backend, T]]:
        """What the servers that are up answer, in order. Raises the first BackendError if nobody is."""
        answers = await asyncio.gather(*(self._answer(backend, ask) for backend in self._backends))
        told = [answer for answer in answers if not isinstance(answer, BackendError)]
        for failed in answers:
            if not told and isinstance(failed, BackendError):
                raise failed
        return told

    async def _answer(
        self, backend: Backend, ask: Callable[[Backend], Awaitable[T]]
    ) -> tuple[Backend, T] | BackendError:
        """One server's answer, or why there is none; the log tells when that changes."""
        try:
            answer = await ask(backend)
        except BackendError as exc:
            if backend not in self._down:
                log.warning("%s", exc)
            self._down.add(backend)
            return exc
        if backend in self._down:
            log.info("The model server at %s answers again.", backend.address)
        self._down.discard(backend)
        return backend, answer
