"""What an answer consists of. The engine's process reads this too, so nothing here may be slow to import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Piece:
    """The next part of an answer."""

    content: str = ""
    thinking: str = ""
    calls: tuple[Mapping[str, Any], ...] = ()
    """Whole calls of tools."""


@dataclass(frozen=True, slots=True)
class End:
    """How an answer ended, and what it took; durations are milliseconds."""

    reason: str
    prompt_tokens: int
    prompt_duration: float
    tokens: int
    duration: float


@dataclass(frozen=True, slots=True)
class Times:
    """What the server itself measured of an answer, in seconds."""

    total: float
    load: float


def choice_of(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """What an event of the engine's says; a completion's has its text where a chat's has a delta."""
    for choice in event.get("choices") or ():
        return choice if "delta" in choice else {**choice, "delta": {"content": choice.get("text")}}
    return {"delta": {}}


def piece_of(choice: Mapping[str, Any]) -> Piece | None:
    """The words in what an event says, if it says any."""
    delta = choice["delta"]
    content, thinking = delta.get("content"), delta.get("reasoning_content")
    return Piece(content or "", thinking or "") if content or thinking else None
