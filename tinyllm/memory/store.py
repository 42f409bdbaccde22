"""MemoryStore: the memory of one conversation, as the guide's programs use it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from tinyllm.errors import shortened
from tinyllm.memory.tokens import TokenEstimate
from tinyllm.memory.turns import Turn, TurnStore
from tinyllm.memory.window import cut_to_fit
from tinyllm.models.backend import Role
from tinyllm.scopes import EVERYWHERE, Scope

LEFT_OUT_MARK = "[… earlier turns left out …]"


class MemoryStore:
    """Turns of one conversation at hand, with a TurnStore behind them where one is given.

    The guide's methods are synchronous and touch only what is at hand; `load` and `save` move it from and to the store.
    """

    def __init__(
        self, store: TurnStore | None = None, scope: Scope = EVERYWHERE, clock: Callable[[], float] = time.time
    ) -> None:
        """`clock` gives seconds since the epoch."""
        self._store = store
        self._scope = scope
        self._clock = clock
        self._turns: list[Turn] = []
        self._saved = 0

    async def load(self) -> None:
        """Read the stored turns of the scope; what is at hand and not saved yet comes after. Raises StorageError."""
        if self._store is not None:
            stored = [turn async for turn in self._store.newest(self._scope)][::-1]
            self._turns, self._saved = stored + self._turns[self._saved :], len(stored)

    async def save(self) -> None:
        """Store what was added since the last time. Raises StorageError."""
        if self._store is not None:
            for turn in self._turns[self._saved :]:
                await self._store.append(self._scope, turn)
                self._saved += 1

    def add_message(self, role: str, content: str, metadata: Mapping[str, Any] | None = None) -> None:
        """Add a turn. `role` is user, assistant or system; ValueError otherwise. `metadata` may name the `model`."""
        model = (metadata or {}).get("model")
        if role not in set(Role):
            raise ValueError(f"“{shortened(role)}” is no role. There are: {', '.join(Role)}.")
        self._turns.append(Turn(Role(role), content, model=str(model) if model else None, said_at=self._clock()))

    def get_messages(self, n: int | None = None, role: str | None = None) -> list[Turn]:
        """The turns, oldest first: all, or the newest `n`, or those of one role."""
        turns = [turn for turn in self._turns if role is None or turn.role == role]
        return turns if n is None else turns[max(len(turns) - n, 0) :]

    def get_context_for_prompt(self, max_tokens: int = 2000) -> str:
        """The newest turns that fit into `max_tokens` (estimated), one `role: text` a paragraph, oldest first.

        What does not fit is missed visibly: a first line says that older turns were left out, and a newest turn that
        is too long itself is cut in its middle.
        """
        estimate = TokenEstimate()
        lines = [f"{turn.role}: {turn.text}" for turn in self._turns]
        if not lines or sum(map(estimate.tokens, lines)) <= max_tokens:
            return "\n".join(lines)
        marks = [LEFT_OUT_MARK] if len(lines) > 1 else []
        left = max_tokens - sum(map(estimate.tokens, marks))
        kept = [cut_to_fit(lines.pop(), left, estimate)]
        left -= estimate.tokens(kept[0])
        while lines and (left := left - estimate.tokens(lines[-1])) >= 0:
            kept.append(lines.pop())
        return "\n".join([*marks, *reversed(kept)])

    def clear_stm(self) -> None:
        """Forget what is at hand; what is stored stays."""
        self._turns, self._saved = [], 0

    async def clear_all(self) -> None:
        """Forget what is at hand and what is stored. Raises StorageError."""
        self.clear_stm()
        if self._store is not None:
            await self._store.clear(self._scope)

    def get_stats(self) -> dict[str, int]:
        """How many turns there are, by role and in all."""
        counts = Counter(str(turn.role) for turn in self._turns)
        return {"total": len(self._turns), **counts}
