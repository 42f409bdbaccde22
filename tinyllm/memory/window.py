"""The window: which turns a model gets to see. Pure; no clock, no I/O."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from tinyllm.memory.tokens import TokenEstimate
from tinyllm.memory.turns import Turn
from tinyllm.models.backend import ChatMessage, Role

ANSWER_SHARE = 0.25
"""The part of the context that is kept free for the answer,"""
ANSWER_TOKENS = 2048
"""and the most of it."""
CUT_SHARE = 0.75
"""The part of the budget that is used at most after the front was cut, so that it need not be cut again soon."""
PINNED_SHARE = 0.5
"""The part of the budget that pinned turns may take."""
CUT_MARK = "\n[… the middle of this message was left out, because it is longer than the model's memory …]\n"
TYPICAL_TOKENS, TYPICAL_WEIGHT = 128, 8
"""How long a turn is before one was seen, and how many seen ones count as much as that guess."""
MOST_WANTED = 500
"""Turns that are asked for at a time."""


@dataclass(frozen=True, slots=True)
class Front:
    """Where a window begins: the oldest of the turns that are in it without a gap."""

    turn_id: int
    turns: int
    """How many there are from it on."""
    left_out: int
    """Characters of the turn before it, which did not fit; 0 where the conversation begins here."""


@dataclass(frozen=True, slots=True)
class Window:
    """What a model is given."""

    messages: tuple[ChatMessage, ...]
    tokens: int
    """Estimated."""
    complete: bool
    """False where something did not fit."""
    front: Front | None = None
    """None where no turn in it is stored."""


class _Taken(NamedTuple):
    turn_id: int | None
    message: ChatMessage
    tokens: int
    """What it takes beside what is reserved for it as a pinned one."""


def prompt_budget(context_size: int) -> int:
    """Tokens for the prompt in a context, the answer's room taken off."""
    return context_size - min(int(context_size * ANSWER_SHARE), ANSWER_TOKENS)


def cut_budget(budget: int) -> int:
    """Tokens that are used at most after the front was cut."""
    return int(budget * CUT_SHARE)


class WindowFilling:
    """Takes turns from the newest on, until they are more than the budget; then the front is cut in one large step.

    The newest turn is always in it, cut in the middle if it is longer than everything. Pinned turns that are older
    than the front are in it before the rest, cut likewise if one alone is longer than the room for all of them.
    """

    def __init__(
        self, system: str, budget: int, estimate: TokenEstimate, *, with_names: bool = False, begun: Front | None = None
    ) -> None:
        """`budget` is in tokens; `with_names` gives the turns of people as `name: text`.

        `begun` is where an earlier window began, if only the turns from there on are going to be given.
        """
        self._system = ChatMessage(Role.SYSTEM, system)
        self._budget = budget
        self._estimate = estimate
        self._with_names = with_names
        self._left_out = begun.left_out if begun else 0
        self._used = estimate.tokens(system)
        self._taken: list[_Taken] = []
        self._pinned: dict[int, _Taken] = {}
        self._newest_is_cut = False

    def pin(self, turns: Iterable[Turn]) -> None:
        """Keep room for the conversation's pinned turns, given newest first, as far as it goes."""
        taken = {one.turn_id for one in self._taken}
        room = min(int(self._budget * PINNED_SHARE), self._budget - self._used)
        for turn in turns:
            if turn.id is None or turn.id in taken:
                continue
            text = self._rendered(turn)
            if not self._pinned:
                text = cut_to_fit(text, room, self._estimate)
            tokens = self._estimate.tokens(text)
            if tokens <= room:
                self._pinned[turn.id] = _Taken(turn.id, ChatMessage(turn.role, text), tokens)
                room -= tokens
                self._used += tokens

    def take(self, turn: Turn) -> bool:
        """Add the next older turn; False when the budget is used up and no older one is wanted."""
        text = self._rendered(turn)
        reserved = self._pinned[turn.id].tokens if turn.id in self._pinned else 0
        if not self._taken:
            whole, text = text, cut_to_fit(text, self._budget - self._used + reserved, self._estimate)
            self._newest_is_cut = text != whole
        tokens = self._estimate.tokens(text) - reserved
        self._taken.append(_Taken(turn.id, ChatMessage(turn.role, text), tokens))
        self._used += tokens
        return self._used <= self._budget

    def wanted(self) -> int:
        """How many more turns are likely to fit, at least one."""
        seen = sum(one.tokens for one in self._taken) + TYPICAL_TOKENS * TYPICAL_WEIGHT
        average = seen / (len(self._taken) + TYPICAL_WEIGHT)
        return min(max(int((self._budget - self._used) / average), 0) + 1, MOST_WANTED)

    def window(self) -> Window:
        """What the model is given of what has been taken, oldest first."""
        kept, used, left_out = list(self._taken), self._used, self._left_out
        if used > self._budget:
            while len(kept) > 1 and used > cut_budget(self._budget):
                used -= kept[-1].tokens
                left_out = max(len(kept.pop().message.content), 1)
        ids = {one.turn_id for one in kept}
        pinned = sorted((turn_id, one.message) for turn_id, one in self._pinned.items() if turn_id not in ids)
        messages = [self._system, *(message for _, message in pinned), *(one.message for one in reversed(kept))]
        stored = [one.turn_id for one in kept if one.turn_id is not None]
        front = Front(stored[-1], len(kept), left_out) if stored else None
        return Window(tuple(messages), used, not left_out and not self._newest_is_cut, front)

    def _rendered(self, turn: Turn) -> str:
        if self._with_names and turn.role is Role.USER and turn.author is not None:
            return f"{turn.author.name}: {turn.text}"
        return turn.text


def cut_to_fit(text: str, tokens: int, estimate: TokenEstimate) -> str:
    """A message that fits so many tokens, the middle of a longer one left out visibly.

    What is not longer than the mark of the cut itself stays whole, and a little is always left.
    """
    if estimate.tokens(text) <= tokens:
        return text
    half = max((estimate.characters(tokens) - len(CUT_MARK)) // 2, 1)
    cut = text[:half] + CUT_MARK + text[-half:]
    return cut if len(cut) < len(text) else text
