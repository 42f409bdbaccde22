"""Misbehaviour on demand: which faults there are, and which request gets the next one."""

import asyncio
from dataclasses import dataclass
from enum import StrEnum

from sandbox.models.names import canonical


class Fault(StrEnum):
    REFUSE = "refuse"  # nobody listens: connection refused, until cleared
    RESET = "reset"  # the connection is reset before any byte
    NOT_FOUND = "not_found"  # 404, as if the model had just been removed
    OVERFLOW = "overflow"  # 400, the prompt is longer than the context, however long it is
    ERROR_500 = "error_500"
    BUSY = "busy"  # 503, too many wait already
    HANG = "hang"  # no answer, until cleared
    HTML = "html"  # 200 with a page, as a captive portal or a wrong proxy gives
    HANG_MID = "hang_mid"  # silence after some tokens, until cleared
    CUT = "cut"  # the connection ends in the middle
    CUT_CLEAN = "cut_clean"  # a well-formed end of the body, but no line with done
    ERROR_LINE = "error_line"  # a line with an error, as when the process of the model dies
    GARBAGE = "garbage"  # a line that is no JSON, then the end
    EMPTY = "empty"  # done at once
    BLANK = "blank"  # done, with white space only


AT_THE_DOOR = frozenset(
    {Fault.RESET, Fault.NOT_FOUND, Fault.OVERFLOW, Fault.ERROR_500, Fault.BUSY, Fault.HANG, Fault.HTML}
)
IN_THE_ANSWER = frozenset(Fault) - AT_THE_DOOR - {Fault.REFUSE}


@dataclass(frozen=True, slots=True)
class PlannedFault:
    """A fault for the next requests that match; `path` or `model` None match any, `times` None is for ever."""

    fault: Fault
    path: str | None = "/api/chat"
    model: str | None = None
    after: int = 0
    times: int | None = 1

    def meets(self, path: str, model: str | None) -> bool:
        if self.path not in (None, path):
            return False
        return self.model is None or (model is not None and canonical(model) == canonical(self.model))


@dataclass(frozen=True, slots=True)
class MetFault:
    """A fault that a request has met; `cleared` is set when it need not go on with it."""

    fault: Fault
    after: int
    cleared: asyncio.Event


class FaultPlan:
    """What is planned, first come first served.

    Faults within the answer wait for a request that has one, so that loading a model does not use them up.
    """

    def __init__(self) -> None:
        self._planned: list[PlannedFault] = []
        self._uses: list[int] = []
        self._cleared = asyncio.Event()

    def plan(self, fault: PlannedFault) -> None:
        self._planned.append(fault)
        self._uses.append(0)

    def clear(self) -> None:
        """Forgets all faults and wakes the requests that hang: they are answered after all."""
        self._planned.clear()
        self._uses.clear()
        self._cleared.set()
        self._cleared = asyncio.Event()

    def take(self, kinds: frozenset[Fault], path: str, model: str | None) -> MetFault | None:
        for index, planned in enumerate(self._planned):
            used_up = planned.times is not None and self._uses[index] >= planned.times
            if planned.fault in kinds and not used_up and planned.meets(path, model):
                self._uses[index] += 1
                return MetFault(planned.fault, planned.after, self._cleared)
        return None
