"""The window: which turns a model gets to see. Pure; no clock, no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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


class _Told(NamedTuple):
    turn: Turn
    message: ChatMessage
    tokens: int


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
        """`system` is the system prompt, blank for none; `budget` is in tokens.

        `with_names` gives the turns of people as `name: text`.

        `begun` is where an earlier window began, if only the turns from there on are going to be given.
        """
        self._system = [ChatMessage(Role.SYSTEM, system)] if system.strip() else []
        self._budget = budget
        self._estimate = estimate
        self._with_names = with_names
        self._left_out = begun.left_out if begun else 0
        self._used = estimate.tokens(system) if self._system else 0
        self._taken: list[_Told] = []
        self._pinned: list[Turn] = []
        self._before: list[_Told] = []
        """Those of the pinned turns that would stand before what was taken."""
        self._room_before = self._share_of_pinned()
        self._newest_is_cut = False

    def pin(self, turns: Iterable[Turn]) -> None:
        """Name the conversation's pinned turns, newest first."""
        self._pinned = list(turns)
        self._before = self._pinned_before(self._taken)

    def take(self, turn: Turn) -> bool:
        """Add the next older turn; False when the budget is used up and no older one is wanted."""
        text = self._rendered(turn)
        if self._taken:
            told = self._told(turn, text)
        else:
            told = self._told(turn, cut_to_fit(text, self._budget - self._used, self._estimate))
            self._newest_is_cut = told.message.content != text
        self._taken.append(told)
        self._used += told.tokens
        if len(self._taken) == 1:
            self._room_before = self._share_of_pinned()
        if len(self._taken) == 1 or turn.pinned:
            self._before = self._pinned_before(self._taken)
        return self._used + _tokens(self._before) <= self._budget

    def wanted(self) -> int:
        """How many more turns are likely to fit, at least one."""
        seen = _tokens(self._taken) + TYPICAL_TOKENS * TYPICAL_WEIGHT
        average = seen / (len(self._taken) + TYPICAL_WEIGHT)
        return min(max(int((self._budget - self._used) / average), 0) + 1, MOST_WANTED)

    def window(self) -> Window:
        """What the model is given of what has been taken, oldest first."""
        kept, before, used, left_out = list(self._taken), self._before, self._used, self._left_out
        if used + _tokens(before) > self._budget:
            while len(kept) > 1 and used + _tokens(before) > cut_budget(self._budget):
                dropped = kept.pop()
                used -= dropped.tokens
                left_out = max(len(dropped.message.content), 1)
                if dropped.turn.pinned:
                    before = self._pinned_before(kept)
        messages = [*self._system, *(told.message for told in reversed([*kept, *before]))]
        stored = [told.turn.id for told in kept if told.turn.id is not None]
        front = Front(stored[-1], len(kept), left_out) if stored else None
        complete = not left_out and not self._newest_is_cut
        return Window(tuple(messages), used + _tokens(before), complete, front)

    def _share_of_pinned(self) -> int:
        """Tokens for the pinned turns; called as long as nothing but the newest turn is taken, which goes first."""
        return min(int(self._budget * PINNED_SHARE), self._budget - self._used)

    def _pinned_before(self, kept: Sequence[_Told]) -> list[_Told]:
        """The pinned turns older than those kept, newest first, as far as their share goes."""
        oldest = min((told.turn.id for told in kept if told.turn.id is not None), default=None)
        room = self._room_before
        chosen: list[_Told] = []
        for turn in self._pinned:
            if oldest is None or (turn.id or 0) < oldest:
                text = self._rendered(turn)
                if not chosen and room >= self._estimate.tokens_of(2 * len(CUT_MARK)):  # else little but the mark
                    text = cut_to_fit(text, room, self._estimate)
                told = self._told(turn, text)
                if told.tokens <= room:
                    chosen.append(told)
                    room -= told.tokens
        return chosen

    def _told(self, turn: Turn, text: str) -> _Told:
        return _Told(turn, ChatMessage(turn.role, text), self._estimate.tokens(text))

    def _rendered(self, turn: Turn) -> str:
        if self._with_names and turn.role is Role.USER and turn.author is not None:
            return f"{turn.author.name}: {turn.text}"
        return turn.text


def _tokens(told: Iterable[_Told]) -> int:
    return sum(one.tokens for one in told)


def cut_to_fit(text: str, tokens: int, estimate: TokenEstimate) -> str:
    """A message that fits so many tokens, the middle of a longer one left out visibly.

    What is not longer than the mark of the cut itself stays whole, and a little is always left.
    """
    if estimate.tokens(text) <= tokens:
        return text
    half = max((estimate.characters(tokens) - len(CUT_MARK)) // 2, 1)
    cut = text[:half] + CUT_MARK + text[-half:]
    return cut if len(cut) < len(text) else text
