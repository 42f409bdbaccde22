"""How well a model has answered so far."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

UNHEALTHY_BELOW = 50.0
"""Success rate in percent under which a model counts as unhealthy."""
ERROR_MEMORY = 60.0
"""Seconds for which the last error makes a model unhealthy."""


@dataclass
class ModelHealth:
    """Running totals of one model. Times are seconds since the epoch."""

    model_name: str
    total_requests: int = 0
    failed_requests: int = 0
    total_latency_ms: float = 0.0
    """Over the successful requests only."""
    last_used: float | None = None
    last_error: str | None = None
    last_error_time: float | None = None
    clock: Callable[[], float] = field(default=time.time, repr=False, compare=False)

    @property
    def average_latency_ms(self) -> float:
        """Mean over the successful requests; 0 when there is none."""
        successful = self.total_requests - self.failed_requests
        return self.total_latency_ms / successful if successful else 0.0

    @property
    def success_rate(self) -> float:
        """Percent; 100 when the model was never used."""
        if not self.total_requests:
            return 100.0
        return 100.0 * (self.total_requests - self.failed_requests) / self.total_requests

    @property
    def is_healthy(self) -> bool:
        """False when it fails more often than not, or failed within the last minute."""
        failed_lately = self.last_error_time is not None and self.clock() - self.last_error_time < ERROR_MEMORY
        return self.success_rate >= UNHEALTHY_BELOW and not failed_lately

    def record(self, latency_ms: float, success: bool, error: str | None, now: float | None = None) -> None:
        """Count one request, which ended at `now`."""
        now = self.clock() if now is None else now
        self.total_requests += 1
        self.last_used = now
        if success:
            self.total_latency_ms += latency_ms
        else:
            self.failed_requests += 1
            self.last_error, self.last_error_time = error or "unknown error", now

    def add(self, other: ModelHealth) -> None:
        """Add what another count of the same model has seen, newer errors winning."""
        self.total_requests += other.total_requests
        self.failed_requests += other.failed_requests
        self.total_latency_ms += other.total_latency_ms
        self.last_used = _newer(self.last_used, other.last_used)
        if other.last_error_time is not None and (self.last_error_time or 0) <= other.last_error_time:
            self.last_error, self.last_error_time = other.last_error, other.last_error_time


def _newer(one: float | None, other: float | None) -> float | None:
    return max(filter(None, (one, other)), default=None)
