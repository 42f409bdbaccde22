"""How events reach the sockets: at once, unless they are to be held back, doubled or lost on demand."""

import math
from collections import deque
from collections.abc import Callable

from sandbox.clock import Clock

Send = Callable[[bytes], None]


class Delivery:
    """What is held back stays in order, over all connections; a session has sent it already, and replays it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seconds = 0.0
        self._waiting: deque[tuple[float, Send, bytes]] = deque()
        self._lost = 0
        self._doubled = 0

    def deliver(self, send: Send, frame: bytes) -> None:
        if self._lost:
            self._lost -= 1
            return
        times = 2 if self._doubled else 1
        self._doubled -= times - 1
        for _ in range(times):
            if self._seconds or self._waiting:
                self._hold(send, frame)
            else:
                send(frame)

    def delay(self, seconds: float) -> None:
        """Holds back every event for so long, `math.inf` for ever; lets go what has been held back until now."""
        self._seconds = seconds
        self._let_go(math.inf)

    def lose(self, count: int) -> None:
        """The next events, never sent to anybody, in place of those that were still to be lost."""
        self._lost = count

    def double(self, count: int) -> None:
        """The next events, each sent twice, in place of those that were still to be doubled."""
        self._doubled = count

    def _hold(self, send: Send, frame: bytes) -> None:
        due = self._clock.now() + self._seconds
        self._waiting.append((due, send, frame))
        if due < math.inf:
            self._clock.call_at(due, lambda: self._let_go(due))

    def _let_go(self, due: float) -> None:
        """What is due by then, as far as nothing before it is held back for longer."""
        while self._waiting and self._waiting[0][0] <= due:
            _, send, frame = self._waiting.popleft()
            send(frame)
