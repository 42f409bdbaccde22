"""What goes into a conversation, and the events that come out of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from tinyllm.answers import AnswerFigures
from tinyllm.errors import TinyLLMError
from tinyllm.memory.turns import Author
from tinyllm.models.backend import Text, Thinking
from tinyllm.models.capabilities import ModelCapabilities
from tinyllm.prompt import Surroundings


class Outcome(StrEnum):
    """How an answer ended."""

    DONE = "done"
    LENGTH = "length"
    EMPTY = "empty"
    STOPPED = "stopped"
    INTERRUPTED = "interrupted"
    CUT = "cut"
    IDLE = "idle"
    GARBLED = "garbled"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said to the model."""

    text: str
    author: Author
    surroundings: Surroundings
    message_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class InLine:
    """Others come first."""

    ahead: int


@dataclass(frozen=True, slots=True)
class Started:
    """A model has been asked."""

    model: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the asker must know beside the answer."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Ended:
    """The last event of every answer."""

    outcome: Outcome
    reason: str
    """One sentence; empty where the answer is simply done."""
    model: str | None = None
    figures: AnswerFigures | None = None
    turn_id: int | None = None
    """The stored answer; None where there is no text, or it could not be stored."""
    error: TinyLLMError | None = field(default=None, compare=False)
    """What `reason` says of an answer that did not begin; a front end may know a remedy."""


Event = InLine | Started | Notice | Thinking | Text | Ended


@dataclass(frozen=True, slots=True)
class Switched:
    """A model that was chosen, and what to know about it."""

    model: ModelCapabilities
    warnings: tuple[str, ...]
