"""Gives a reply piece by piece at its speed, stops at the gate, and breaks off where a fault was planned."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from aiohttp import web

from sandbox.models.faults import IN_THE_ANSWER, Fault, FaultPlan, MetFault
from sandbox.models.gate import Gate
from sandbox.models.journal import Journal, Request
from sandbox.models.refusals import JSON, RUNNER_KILLED, RefusalError
from sandbox.models.wire import LineWriter, hang_up

ENTRY = web.RequestKey("entry", Request)

_GARBAGE = b'{"model":"qwen\x00, this line is no JSON\n'
_BREAKS = frozenset({Fault.HANG_MID, Fault.CUT, Fault.CUT_CLEAN, Fault.ERROR_LINE, Fault.GARBAGE})


@dataclass(frozen=True, slots=True)
class Reply:
    """What is to be given: each line is made when its turn comes, and the last one ends the reply."""

    lines: Sequence[Callable[[], bytes]]
    delay: Callable[[int], float]  # seconds before a line, by its index; the last line has none
    streamed_as: str
    error: Callable[[str], bytes]
    fault: MetFault | None

    def breaks_at(self, index: int) -> MetFault | None:
        met = self.fault
        if met is None or met.fault not in _BREAKS or met.cleared.is_set():
            return None
        return met if index == min(met.after, len(self.lines) - 1) else None


class Stage:
    def __init__(
        self,
        journal: Journal,
        faults: FaultPlan,
        gate: Gate,
        sleep: Callable[[float], Awaitable[None]],
        lines_per_write: int,
        ragged: bool,
    ) -> None:
        self._journal, self._faults, self._gate, self._sleep = journal, faults, gate, sleep
        self._lines_per_write, self._ragged = lines_per_write, ragged

    def take_fault(self, request: web.Request) -> MetFault | None:
        return self._faults.take(IN_THE_ANSWER, request.path, request[ENTRY].model)

    async def stream(self, request: web.Request, reply: Reply) -> web.StreamResponse:
        out = LineWriter(request, reply.streamed_as, self._lines_per_write, self._ragged)
        final = len(reply.lines) - 1
        for index, line in enumerate(reply.lines):
            await self._turn(index, reply)
            met = reply.breaks_at(index)
            if met is not None and not await self._goes_on(met, request, reply, out):
                return out.response
            await out.line(line())
            if index < final:
                self._journal.token(request[ENTRY])
        await out.flush()
        self._journal.ended(request[ENTRY], "answered")
        await out.end()
        return out.response

    async def whole(self, request: web.Request, reply: Reply, answer: Callable[[], web.Response]) -> web.Response:
        """The same without streaming: the time passes, the faults fall, and then all of it is said at once."""
        for index in range(len(reply.lines)):
            await self._turn(index, reply)
            met = reply.breaks_at(index)
            if met is not None and (spoilt := await self._spoilt(met, request)) is not None:
                return spoilt
        return answer()

    async def _turn(self, index: int, reply: Reply) -> None:
        last = index == len(reply.lines) - 1
        await self._sleep(0.0 if last else reply.delay(index))
        await self._gate.passes(index)

    async def _goes_on(self, met: MetFault, request: web.Request, reply: Reply, out: LineWriter) -> bool:
        if met.fault is Fault.HANG_MID:
            await out.flush()
            await met.cleared.wait()
            return True
        if met.fault is Fault.ERROR_LINE:
            await out.line(reply.error(RUNNER_KILLED))
        elif met.fault is Fault.GARBAGE:
            await out.line(_GARBAGE)
        await out.flush()
        self._journal.ended(request[ENTRY], "cut")
        if met.fault is Fault.CUT:
            await hang_up(request)
        await out.end()
        return False

    async def _spoilt(self, met: MetFault, request: web.Request) -> web.Response | None:
        if met.fault is Fault.HANG_MID:
            await met.cleared.wait()
            return None
        self._journal.ended(request[ENTRY], "cut")
        if met.fault is Fault.CUT:
            await hang_up(request)
        if met.fault is Fault.ERROR_LINE:
            raise RefusalError(500, RUNNER_KILLED)
        body = _GARBAGE if met.fault is Fault.GARBAGE else b""
        return web.Response(body=body, headers={"Content-Type": JSON})
