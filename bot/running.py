"""What the bot is doing, each a task that is owned here."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from tinyllm.halt import Halt

log = logging.getLogger(__name__)


CANCEL_PATIENCE = 1.0
"""Seconds in which a cancelled job must have ended."""


class Running:
    """Starts jobs, reports those that fail, and ends them when the process does."""

    def __init__(self) -> None:
        self._jobs: dict[asyncio.Task[None], Halt | None] = {}
        self._by_message: dict[int, Halt] = {}
        self._draining = False

    def start(self, job: Coroutine[Any, Any, None], halt: Halt | None = None) -> None:
        """Run a job that `halt` can end; one without a halt is simply cancelled at the end."""
        task = asyncio.create_task(job)
        self._jobs[task] = halt
        task.add_done_callback(self._finished)
        if self._draining:
            self._end(task, halt)

    def shows(self, message_id: int, halt: Halt) -> None:
        """Note that a message shows what `halt` ends."""
        self._by_message[message_id] = halt

    def stop(self, message_id: int) -> bool:
        """End what a message shows; False when it is over already."""
        halt = self._by_message.get(message_id)
        if halt is not None:
            halt.request()
        return halt is not None

    async def drain(self, patience: float) -> None:
        """Let the jobs finish, ask them to end after `patience` seconds, and cancel them after as many again."""
        self._draining = True
        for task in [task for task, halt in self._jobs.items() if halt is None]:
            task.cancel()
        await self._wait(patience)
        for task, halt in list(self._jobs.items()):
            self._end(task, halt)
        await self._wait(patience)
        for task in self._jobs:
            task.cancel()
        await self._wait(CANCEL_PATIENCE)

    @staticmethod
    def _end(task: asyncio.Task[None], halt: Halt | None) -> None:
        if halt is None:
            task.cancel()
        else:
            halt.request(shutting_down=True)

    async def _wait(self, seconds: float) -> None:
        if self._jobs:
            await asyncio.wait(self._jobs, timeout=seconds)

    def _finished(self, task: asyncio.Task[None]) -> None:
        halt = self._jobs.pop(task)
        self._by_message = {message: other for message, other in self._by_message.items() if other is not halt}
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a job failed", exc_info=error)
