"""Things that go wrong on demand: chosen requests are answered with an error, held back, slowed down or cut off."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import count

from aiohttp import web

from sandbox.clock import Clock
from sandbox.errors import DiscordError
from sandbox.limits.refusals import Refusal, Scope
from sandbox.outages import Answer, answering
from sandbox.wire import Json, answer

Serve = Callable[[web.Request], Awaitable[web.StreamResponse]]

# How often it is looked whether whoever sent a held request is still there; nothing else depends on it.
_LOOK_SECONDS = 0.5
# What proxies write down for a client that gave up; nobody receives it.
GAVE_UP = 499


class Kind(StrEnum):
    ANSWER = "answer"
    HOLD = "hold"
    SLOW = "slow"
    CUT = "cut"
    LIMIT = "limit"


@dataclass(slots=True)
class Fault:
    """One order for the next `times` requests of this method whose path contains the pattern; None is all of them.

    `performed`: the request is carried out at once, and only its answer suffers. `met` counts the requests so far,
    and `waiting` those that are held now.
    """

    id: int
    kind: Kind
    method: str
    path: re.Pattern[str]
    times: int | None
    performed: bool
    clock: Clock
    answer: Answer | None = None
    seconds: float | None = None
    met: int = 0
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _released: bool = False
    _held: set[asyncio.Event] = field(default_factory=set)
    _left: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def waiting(self) -> int:
        return len(self._held)

    @property
    def spent(self) -> bool:
        return self.times is not None and self.met >= self.times

    def takes(self, method: str, path: str) -> bool:
        return not self.spent and self.method == method and self.path.search(path) is not None

    async def arrived(self, timeout: float = 5.0) -> None:
        """Until the first request has met this fault. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            await self._arrived.wait()

    async def left(self, timeout: float = 5.0) -> None:
        """Until nothing is held any more, once something was. Raises TimeoutError."""
        async with asyncio.timeout(timeout):
            await self._left.wait()

    def release(self) -> None:
        """Lets go what is held, and what would still be."""
        self._released = True
        for held in self._held:
            held.set()

    async def apply(self, request: web.Request, serve: Serve) -> web.StreamResponse:
        self.met += 1
        self._arrived.set()
        served = await _carried_out(request, serve) if self.performed else None
        if self.kind in (Kind.HOLD, Kind.SLOW) and not await self._let_go(request):
            return web.Response(status=GAVE_UP)
        if self.kind == Kind.CUT and request.transport is not None:
            request.transport.abort()
        if self.answer is not None:
            return self.answer()
        return await serve(request) if served is None else served

    async def _let_go(self, request: web.Request) -> bool:
        """False if whoever sent the request has given up in the meantime."""
        if self._released:
            return True
        held = asyncio.Event()
        self._held.add(held)
        self._left.clear()
        timer = None if self.seconds is None else self.clock.call_at(self.clock.now() + self.seconds, held.set)
        try:
            return await _set_in_time(held, request)
        finally:
            self._held.discard(held)
            if not self._held:
                self._left.set()
            if timer is not None:
                timer.cancel()


async def _carried_out(request: web.Request, serve: Serve) -> web.StreamResponse:
    try:
        return await serve(request)
    except DiscordError as error:
        return answer(error.body(), error.status)


async def _set_in_time(held: asyncio.Event, request: web.Request) -> bool:
    while not held.is_set():
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                await held.wait()
        except TimeoutError:
            if request.transport is None:
                return False
    return True


class Faults:
    """Paths are those under /api/v10, as in `/channels/1/messages`; a pattern may match any part of one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ids = count(1)
        self._faults: dict[int, Fault] = {}

    def answer(
        self,
        method: str,
        path: str,
        status: int,
        body: Json | str | None = None,
        *,
        times: int | None = 1,
        headers: dict[str, str] | None = None,
        performed: bool = False,
    ) -> Fault:
        """Without a body it is the one that is usual for the status: a page for 502, a line for 503 and 504."""
        made = answering(status, body, headers or {})
        return self._add(Kind.ANSWER, method, path, times, performed, answer=made)

    def hold(self, method: str, path: str, *, times: int | None = 1, performed: bool = False) -> Fault:
        """Requests wait until the fault is released, and are served then; or until their sender gives up."""
        return self._add(Kind.HOLD, method, path, times, performed)

    def slow(self, method: str, path: str, seconds: float, *, times: int | None = 1, performed: bool = False) -> Fault:
        """As `hold`, for so many seconds of the sandbox's clock."""
        return self._add(Kind.SLOW, method, path, times, performed, seconds=seconds)

    def cut(self, method: str, path: str, *, times: int | None = 1, performed: bool = False) -> Fault:
        """The connection is reset instead of an answer."""
        return self._add(Kind.CUT, method, path, times, performed, answer=answering(500, None, {}))

    def limit(
        self, method: str, path: str, retry_after: float = 1.0, *, scope: str = "shared", times: int | None = 1
    ) -> Fault:
        """A 429 although the bot has not used up anything, as where others wear out the same channel."""
        refusal = Refusal(Scope(scope), retry_after)
        return self._add(Kind.LIMIT, method, path, times, False, answer=refusal.response)

    def listed(self) -> list[Fault]:
        """Those that are not over: oldest first."""
        return [fault for fault in self._faults.values() if not fault.spent or fault.waiting]

    def end(self, fault_id: int) -> Fault | None:
        """Forgets an order, and lets go what it holds. None if there is no such order."""
        fault = self._faults.pop(fault_id, None)
        if fault is not None:
            fault.release()
        return fault

    def clear(self) -> None:
        for fault_id in list(self._faults):
            self.end(fault_id)

    def take(self, method: str, path: str) -> Fault | None:
        """The first fault that is meant for this request."""
        return next((fault for fault in self._faults.values() if fault.takes(method, path)), None)

    def _add(
        self,
        kind: Kind,
        method: str,
        path: str,
        times: int | None,
        performed: bool,
        *,
        answer: Answer | None = None,
        seconds: float | None = None,
    ) -> Fault:
        number = next(self._ids)
        pattern = re.compile(path)
        fault = Fault(number, kind, method, pattern, times, performed, self._clock, answer, seconds)
        self._faults[number] = fault
        return fault
