"""Halt: lets somebody end another task's wait, and that wait only."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable
from typing import TypeVar

T = TypeVar("T")


class Halted(Exception):  # noqa: N818 - a signal like CancelledError, no error
    """The wait was ended by `Halt.request`."""


class Halt:
    """Handed to a long job by whoever may want to stop it.

    Unlike cancelling the task, it strikes only inside `wait`, so what must be finished afterwards is not disturbed.
    """

    def __init__(self) -> None:
        self._waiting: asyncio.Timeout | None = None
        self.shutting_down = False
        self.requested = False

    def request(self, *, shutting_down: bool = False) -> None:
        """End the current wait and every later one; `shutting_down` says that nobody pressed Stop."""
        if self.requested:
            return
        self.requested, self.shutting_down = True, shutting_down
        if self._waiting is not None:
            self._waiting.reschedule(asyncio.get_running_loop().time())

    async def wait(self, awaitable: Awaitable[T]) -> T:
        """The awaitable's result. Raises Halted when `request` comes first."""
        if self.requested and inspect.iscoroutine(awaitable):
            awaitable.close()  # begun, it might be ready at once
            raise Halted
        try:
            async with asyncio.timeout(0 if self.requested else None) as self._waiting:
                return await awaitable
        except TimeoutError:
            if not self.requested:
                raise
            raise Halted from None
        finally:
            self._waiting = None

    async def each(self, iterator: AsyncIterator[T]) -> AsyncIterator[T]:
        """The iterator's values until it ends. Raises Halted when `request` comes first."""
        while not self.requested:
            try:
                value = await self.wait(anext(iterator))
            except StopAsyncIteration:
                return
            yield value
        raise Halted
