"""The log of requests to models, which figures about the last hour and the last day come from."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import quantiles


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """One request. Durations are seconds; what the server does not tell is None."""

    asked_at: float
    """Seconds since the epoch."""
    model: str
    scope: str
    outcome: str
    """How it ended: done, length, stopped, error, …"""
    duration: float
    first_token: float | None = None
    prompt_tokens: int | None = None
    answer_tokens: int | None = None
    tokens_per_second: float | None = None


GOOD = ("done", "length", "stopped")
"""Outcomes that are no failure of the model."""


@dataclass(frozen=True, slots=True)
class RequestFigures:
    """What the log says of one model in one span of time. Durations are seconds."""

    requests: int
    failed: int
    p50: float | None
    """Duration that half of the good answers stayed within; None where there is none."""
    p95: float | None
    first_token_p50: float | None
    tokens_per_second: float | None
    """Mean over the answers whose server told."""


class RequestLog:
    """Keeps requests until somebody stores them; free of I/O, and safe to use from several threads."""

    def __init__(self) -> None:
        self._unsaved: deque[LoggedRequest] = deque()

    def record(self, request: LoggedRequest) -> None:
        """Add one."""
        self._unsaved.append(request)

    def take_unsaved(self) -> list[LoggedRequest]:
        """What was added since the last call; hand it back to `restore_unsaved` if it could not be stored."""
        return [self._unsaved.popleft() for _ in range(len(self._unsaved))]

    def restore_unsaved(self, requests: Sequence[LoggedRequest]) -> None:
        """Take back what could not be stored."""
        self._unsaved.extendleft(reversed(requests))


def figures(requests: Iterable[LoggedRequest]) -> RequestFigures:
    """The figures of one model's requests."""
    known = list(requests)
    good = [request for request in known if request.outcome in GOOD]
    rates = [request.tokens_per_second for request in good if request.tokens_per_second is not None]
    durations = [request.duration for request in good]
    return RequestFigures(
        len(known),
        len(known) - len(good),
        _percentile(durations, 50),
        _percentile(durations, 95),
        _percentile([request.first_token for request in good if request.first_token is not None], 50),
        sum(rates) / len(rates) if rates else None,
    )


def _percentile(values: list[float], percent: int) -> float | None:
    if len(values) < 2:
        return values[0] if values else None
    return quantiles(values, n=100, method="inclusive")[percent - 1]
