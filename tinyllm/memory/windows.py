"""The windows of every conversation: read from the store, and begun where the last one began."""

from __future__ import annotations

import logging
from collections import OrderedDict

from tinyllm.errors import StorageError
from tinyllm.memory.tokens import TokenEstimates
from tinyllm.memory.turns import Turn, TurnStore
from tinyllm.memory.window import Front, Window, WindowFilling, cut_budget
from tinyllm.models.names import canonical
from tinyllm.scopes import Scope

log = logging.getLogger(__name__)

MOST_SCOPES = 1000
"""Conversations whose fronts are remembered; one that is forgotten costs its next prompt the server's cache."""
REFILL_SHARE = 0.375
"""The part of the budget below which a window is filled up again: half of what a cut leaves."""
MARGIN = 8
"""Turns that may have come since the last window without a second look at the store."""


class Windows:
    """Builds windows. While everything since the last one's front fits, the next one begins there too.

    So a server finds the prompt of the last request as a prefix of the next one in its cache.
    """

    def __init__(self, turns: TurnStore, estimates: TokenEstimates) -> None:
        self._turns = turns
        self._estimates = estimates
        self._fronts: OrderedDict[str, dict[str, Front]] = OrderedDict()

    async def build(self, scope: Scope, model: str, system: str, budget: int, *, latest: Turn) -> Window:
        """What fits a budget of tokens: `latest`, stored or not, and what can be read before it; raises nothing."""
        begun = self._fronts.get(scope.key, {}).get(canonical(model))
        filling = self._filling(scope, model, system, budget, begun)
        whole = await self._fill(filling, scope, latest, begun)
        window = filling.window()
        if whole and begun and self._has_room(window, model, budget):
            filling = self._filling(scope, model, system, budget)
            whole = await self._fill(filling, scope, latest)
            window = filling.window()
        if whole:
            self._remember(scope, model, window.front)
        return window

    async def holds_all(self, scope: Scope, model: str, budget: int) -> bool:
        """Whether a whole conversation fits a budget of tokens, as far as it can be read."""
        filling = self._filling(scope, model, "", budget)
        await self._fill(filling, scope)
        return filling.window().complete

    def forget(self, scope: Scope) -> None:
        """Forget where the windows of a conversation begin."""
        self._fronts.pop(scope.key, None)

    def _filling(self, scope: Scope, model: str, system: str, budget: int, begun: Front | None = None) -> WindowFilling:
        with_names = scope.guild is not None
        return WindowFilling(system, budget, self._estimates.of(model), with_names=with_names, begun=begun)

    async def _fill(
        self, filling: WindowFilling, scope: Scope, latest: Turn | None = None, begun: Front | None = None
    ) -> bool:
        """Give a filling all that it takes; False where it cannot be read."""
        if latest is not None:
            filling.take(latest)
        try:
            await self._read(filling, scope, latest, begun)
        except StorageError as exc:
            log.error("what was said in %s cannot be read: %s", scope.key, exc)
            return False
        return True

    async def _read(self, filling: WindowFilling, scope: Scope, latest: Turn | None, begun: Front | None) -> None:
        since, before = begun.turn_id if begun else 0, None
        limit = begun.turns + MARGIN if begun else filling.wanted()
        while True:
            excerpt = await self._turns.excerpt(scope, limit, since=since, before=before)
            if before is None:
                filling.pin(excerpt.pinned)
            for turn in excerpt.turns:
                if (latest is None or turn.id != latest.id) and not filling.take(turn):
                    return
            if len(excerpt.turns) < limit:
                return
            before, limit = excerpt.turns[-1].id, filling.wanted()

    def _has_room(self, window: Window, model: str, budget: int) -> bool:
        """Whether a window has become so small that what did not fit once does now."""
        if window.front is None or not window.front.left_out or window.tokens > budget * REFILL_SHARE:
            return False
        return window.tokens + self._estimates.of(model).tokens_of(window.front.left_out) <= cut_budget(budget)

    def _remember(self, scope: Scope, model: str, front: Front | None) -> None:
        fronts = self._fronts.setdefault(scope.key, {})
        self._fronts.move_to_end(scope.key)
        if front is None:
            fronts.pop(canonical(model), None)
        else:
            fronts[canonical(model)] = front
        while len(self._fronts) > MOST_SCOPES:
            self._fronts.popitem(last=False)
