"""Admits the requests of a bot, or refuses them, and remembers what it refused."""

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

from sandbox.clock import Clock
from sandbox.limits.creates import Creates
from sandbox.limits.invalid import InvalidRequests
from sandbox.limits.refusals import Refusal, Scope, headers
from sandbox.limits.table import SUBLIMITS, TABLE, Bucket, Sublimit
from sandbox.limits.windows import Windows


@dataclass(frozen=True, slots=True)
class Limits:
    """Discord's numbers; tests replace those that they would take too long to reach.

    Documented are 50 requests a second, 10,000 invalid requests in ten minutes, and 200 new commands a day.
    """

    table: tuple[Bucket, ...] = TABLE
    sublimits: tuple[Sublimit, ...] = SUBLIMITS
    per_second: int = 50
    invalid_requests: int = 10_000
    invalid_seconds: float = 600.0
    # Not documented; authors of bots report an hour.
    ban_seconds: float = 3600.0
    command_creates_a_day: int = 200


class Refused(NamedTuple):
    """What was refused: `scope` is user, global or shared, or cloudflare for all that a ban kept away."""

    scope: str
    route: str


@dataclass(frozen=True, slots=True)
class Ask:
    """One request as the limits see it.

    `route` names its parameters as the documentation does, `key` says `{}` for each of them; `major` is the channel,
    guild or webhook; `caller` is who is limited over everything, None for an interaction's own routes.
    """

    route: str
    key: str
    major: str
    caller: str | None
    parts: frozenset[str] = frozenset()
    bucketed: bool = True


@dataclass(frozen=True, slots=True)
class Verdict:
    """`refusal` is None for a request that may go on; `headers` belong to its answer in either case."""

    headers: dict[str, str] = field(default_factory=dict)
    refusal: Refusal | None = None


class Limiter:
    """Keeps the limits, or with None no limits at all; `refused` is what came of it."""

    def __init__(self, clock: Clock, limits: Limits | None) -> None:
        self.on = limits is not None
        self.refused: Counter[Refused] = Counter()
        numbers = limits or Limits()
        self._per_second = numbers.per_second
        self._buckets = {route: bucket for bucket in numbers.table for route in bucket.routes}
        self._sublimits = {sublimit.route: sublimit for sublimit in numbers.sublimits}
        self._windows = Windows(clock)
        self.invalid = InvalidRequests(clock, numbers.invalid_requests, numbers.invalid_seconds, numbers.ban_seconds)
        self.creates = Creates(clock, None if limits is None else limits.command_creates_a_day)

    def admit(self, ask: Ask) -> Verdict:
        """First the limit over everything, then the route's own, then what no header tells of."""
        if ask.caller is not None:
            overall = self._windows.take(ask.caller, self._per_second, 1.0)
            if overall.refused:
                return Verdict(refusal=Refusal(Scope.GLOBAL, overall.resets_after))
        if not ask.bucketed:
            return Verdict()
        bucket = self._bucket(ask.key)
        standing = self._windows.take((bucket.name, ask.major, ask.caller), bucket.limit, bucket.seconds)
        told = headers(bucket, standing)
        refusal = Refusal(Scope.USER, standing.resets_after) if standing.refused else self._hidden(ask)
        return Verdict(told, refusal)

    def _bucket(self, key: str) -> Bucket:
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(key, self._per_second, 1.0)
        return bucket

    def _hidden(self, ask: Ask) -> Refusal | None:
        sublimit = self._sublimits.get(ask.key)
        if sublimit is None or not sublimit.parts & ask.parts:
            return None
        standing = self._windows.take((sublimit, ask.major, ask.caller), sublimit.limit, sublimit.seconds)
        return Refusal(Scope.USER, standing.resets_after) if standing.refused else None

    def note(self, scope: str, route: str) -> None:
        """Somebody was refused."""
        self.refused[Refused(scope, route)] += 1
