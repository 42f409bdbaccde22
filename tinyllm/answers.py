"""An answer while it grows, and what it cost."""

from __future__ import annotations

from dataclasses import dataclass

from tinyllm.clock import Clock
from tinyllm.memory.turns import Turn
from tinyllm.models.backend import ChatEvent, Figures, Finished, Role, Text, Thinking
from tinyllm.models.requests import LoggedRequest
from tinyllm.scopes import Scope

INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"
"""Characters that show nothing beside white space: joiners that stand alone."""


@dataclass(frozen=True, slots=True)
class AnswerFigures:
    """What an answer cost; durations in seconds."""

    duration: float
    first_token: float | None
    """From the request to the first word; None where none came."""
    thought: float | None
    """How long the model thought; None where it did not."""
    tokens_per_second: float | None


def is_blank(text: str) -> bool:
    """Whether a text shows nothing."""
    return all(character.isspace() or character in INVISIBLE for character in text)


class Answer:
    """Takes the events of one answer."""

    def __init__(self, model: str, clock: Clock) -> None:
        self.model = model
        self.at_limit = False
        self._clock = clock
        self._started = clock.monotonic()
        self._first_thought: float | None = None
        self._first_text: float | None = None
        self._pieces: list[str] = []
        self._figures = Figures()

    def take(self, event: ChatEvent) -> None:
        """Add the next event."""
        match event:
            case Text(text):
                if self._first_text is None:
                    self._first_text = self._clock.monotonic()
                self._pieces.append(text)
            case Thinking() if self._first_thought is None:
                self._first_thought = self._clock.monotonic()
            case Finished(at_limit, figures):
                self.at_limit, self._figures = at_limit, figures

    @property
    def text(self) -> str:
        """All of it so far."""
        return "".join(self._pieces)

    @property
    def is_blank(self) -> bool:
        """True where there is nothing to see."""
        return all(map(is_blank, self._pieces))

    @property
    def prompt_tokens(self) -> int | None:
        """How long the server says that the prompt was."""
        return self._figures.prompt_tokens

    @property
    def elapsed_ms(self) -> float:
        """Milliseconds since the request."""
        return (self._clock.monotonic() - self._started) * 1000

    @property
    def figures(self) -> AnswerFigures:
        """What it cost until now."""
        thought_until = self._first_text if self._first_text is not None else self._clock.monotonic()
        return AnswerFigures(
            duration=self.elapsed_ms / 1000,
            first_token=self._first_text - self._started if self._first_text is not None else None,
            thought=thought_until - self._first_thought if self._first_thought is not None else None,
            tokens_per_second=self._figures.tokens_per_second,
        )

    def turn(self) -> Turn:
        """The turn that remembers it."""
        return Turn(
            Role.ASSISTANT,
            self.text,
            model=self.model,
            prompt_tokens=self._figures.prompt_tokens,
            answer_tokens=self._figures.answer_tokens,
        )

    def logged(self, scope: Scope, outcome: str, now: float) -> LoggedRequest:
        """The entry for the log of requests; `now` is in seconds since the epoch."""
        figures = self.figures
        return LoggedRequest(
            asked_at=now - figures.duration,
            model=self.model,
            scope=scope.key,
            outcome=str(outcome),
            duration=figures.duration,
            first_token=figures.first_token,
            prompt_tokens=self._figures.prompt_tokens,
            answer_tokens=self._figures.answer_tokens,
            tokens_per_second=figures.tokens_per_second,
        )
