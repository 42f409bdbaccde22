"""The window: which turns a model gets to see. Pure; no clock, no I/O."""

from __future__ import annotations

from dataclasses import dataclass

from tinyllm.memory.turns import Turn
from tinyllm.models.backend import ChatMessage, Role

CHARACTERS_PER_TOKEN = 3.5
"""A cautious guess: English text has about four, code and other languages fewer."""
TOKENS_PER_MESSAGE = 6
"""What a chat template puts around each message."""
ANSWER_SHARE = 0.25
"""The part of the context that is kept free for the answer,"""
ANSWER_TOKENS = 2048
"""and the most of it."""
CUT_MARK = "\n[… the middle of this message was left out, because it is longer than the model's memory …]\n"


@dataclass(frozen=True, slots=True)
class Window:
    """What a model is given."""

    messages: tuple[ChatMessage, ...]
    tokens: int
    """Estimated."""
    complete: bool
    """False where older turns did not fit."""


def prompt_budget(context_size: int) -> int:
    """Tokens for the prompt in a context, the answer's room taken off."""
    return context_size - min(int(context_size * ANSWER_SHARE), ANSWER_TOKENS)


def estimated_tokens(text: str) -> int:
    """Tokens of one message, estimated from its characters."""
    return int(len(text) / CHARACTERS_PER_TOKEN) + TOKENS_PER_MESSAGE


class WindowFilling:
    """Takes turns from the newest on, until the budget is used up.

    The newest turn is always in it, cut in the middle if it is longer than everything.
    """

    def __init__(self, system: str, budget: int, *, with_names: bool) -> None:
        """`budget` is in tokens; `with_names` gives the turns of people as `name: text`."""
        self._system = ChatMessage(Role.SYSTEM, system)
        self._with_names = with_names
        self._left = budget - estimated_tokens(system)
        self._budget = budget
        self._taken: list[ChatMessage] = []
        self._complete = True

    def take(self, turn: Turn) -> bool:
        """Add the next older turn; False when it does not fit and nothing more will."""
        text = self._rendered(turn)
        tokens = estimated_tokens(text)
        if tokens > self._left:
            self._complete = False
            if self._taken:
                return False
            text = _cut_in_the_middle(text, self._left)
            tokens = estimated_tokens(text)
        self._left -= tokens
        self._taken.append(ChatMessage(turn.role, text))
        return True

    def window(self) -> Window:
        """What has been taken, oldest first."""
        return Window((self._system, *reversed(self._taken)), self._budget - self._left, self._complete)

    def _rendered(self, turn: Turn) -> str:
        if self._with_names and turn.role is Role.USER and turn.author is not None:
            return f"{turn.author.name}: {turn.text}"
        return turn.text


def _cut_in_the_middle(text: str, tokens: int) -> str:
    room = int((tokens - TOKENS_PER_MESSAGE) * CHARACTERS_PER_TOKEN) - len(CUT_MARK)
    half = max(room // 2, 1)
    cut = text[:half] + CUT_MARK + text[-half:]
    return cut if len(cut) < len(text) else text
