"""How many tokens a text has: estimated from its characters, with a ratio learned per model. No I/O."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tinyllm.models.backend import ChatRequest
from tinyllm.models.names import canonical

CHARACTERS_PER_TOKEN = 3.5
"""A cautious guess for a model that was never asked: English text has about four, code and other languages fewer."""
LEAST_CHARACTERS, MOST_CHARACTERS = 0.25, 6.0
"""What is believed of a ratio: a character of four bytes may be four tokens, and more than six is only white space."""
TOKENS_PER_MESSAGE = 6
"""What a chat template puts around each message."""
FULL_LESSON = 4000
"""Characters of a prompt from which on it counts fully; a shorter one counts for its share, being mostly template."""
UPWARD_RATE = 0.2
"""How far one answer moves an estimate that was too cautious; one that was too bold is moved all the way."""
STEP_DOWN = 0.6
"""What is left of an estimate after an overflow whose size the server does not tell."""


@dataclass(frozen=True, slots=True)
class TokenEstimate:
    """What one model makes of characters."""

    characters_per_token: float = CHARACTERS_PER_TOKEN
    tokens_per_message: int = TOKENS_PER_MESSAGE

    def tokens(self, text: str) -> int:
        """Tokens of one message."""
        return self.tokens_of(len(text))

    def tokens_of(self, characters: int) -> int:
        """Tokens of one message of so many characters."""
        return int(characters / self.characters_per_token) + self.tokens_per_message

    def characters(self, tokens: int) -> int:
        """Characters of the longest message that has at most so many tokens; negative where there is none."""
        return int((tokens - self.tokens_per_message) * self.characters_per_token)

    def request(self, request: ChatRequest) -> int:
        """Tokens of a whole prompt."""
        return sum(self.tokens(message.content) for message in request.messages)


@dataclass(frozen=True, slots=True)
class LearnedRatio:
    """What was learned about one model."""

    model: str
    characters_per_token: float
    learned_at: float
    """Seconds since the epoch."""


class TokenEstimates:
    """The estimates of every model, learned from what its server says that prompts were."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        """`clock` gives seconds since the epoch."""
        self._clock = clock
        self._learned: dict[str, LearnedRatio] = {}
        self._unsaved: set[str] = set()

    def of(self, model: str) -> TokenEstimate:
        """The estimate for a model; a guess where nothing was learned yet."""
        learned = self._learned.get(canonical(model))
        return TokenEstimate(learned.characters_per_token) if learned else TokenEstimate()

    def learn(self, request: ChatRequest, prompt_tokens: int | None) -> None:
        """Learn from an answered request, whose prompt was so many tokens; nothing where the server does not tell.

        Cautious: the estimate falls at once and rises slowly.
        """
        characters = _characters(request)
        if not prompt_tokens or characters / prompt_tokens > MOST_CHARACTERS:
            return  # old servers count only what was not in their cache
        known = self.of(request.model).characters_per_token
        weight = min(characters / FULL_LESSON, 1.0)
        # What the template took is not known: at most all that we count for it, at least nothing.
        highest, lowest = _ratio(request, prompt_tokens), characters / prompt_tokens
        if known > highest:
            self._set(request.model, known + (highest - known) * weight)
        elif known < lowest:
            self._set(request.model, known + (lowest - known) * weight * UPWARD_RATE)

    def overflowed(self, request: ChatRequest, prompt_tokens: int | None) -> None:
        """Correct the estimate after a request that did not fit: exactly where the server tells how long it was."""
        known = self.of(request.model).characters_per_token
        self._set(request.model, min(known, _ratio(request, prompt_tokens)) if prompt_tokens else known * STEP_DOWN)

    def take_unsaved(self) -> list[LearnedRatio]:
        """What was learned since the last call; hand it back to `restore_unsaved` if it could not be stored."""
        unsaved, self._unsaved = self._unsaved, set()
        return [self._learned[model] for model in sorted(unsaved)]

    def restore_unsaved(self, ratios: Iterable[LearnedRatio]) -> None:
        """Take back what could not be stored; what was learned since is newer."""
        self._unsaved.update(ratio.model for ratio in ratios)

    def load(self, stored: Iterable[LearnedRatio]) -> None:
        """Take over what is stored where it is newer than what is known."""
        for ratio in stored:
            key = canonical(ratio.model)
            known = self._learned.get(key)
            if known is None or known.learned_at < ratio.learned_at:
                self._learned[key] = LearnedRatio(key, _bounded(ratio.characters_per_token), ratio.learned_at)
                self._unsaved.discard(key)

    def _set(self, model: str, characters_per_token: float) -> None:
        key = canonical(model)
        self._learned[key] = LearnedRatio(key, _bounded(characters_per_token), self._clock())
        self._unsaved.add(key)


def _characters(request: ChatRequest) -> int:
    return sum(len(message.content) for message in request.messages)


def _ratio(request: ChatRequest, prompt_tokens: int) -> float:
    """Characters per token of the text alone, our count for the template taken off."""
    return _characters(request) / max(prompt_tokens - len(request.messages) * TOKENS_PER_MESSAGE, 1)


def _bounded(characters_per_token: float) -> float:
    return min(max(characters_per_token, LEAST_CHARACTERS), MOST_CHARACTERS)
