"""The nonces of the past few minutes, by which a message that is sent again is recognised."""

from collections import OrderedDict

from sandbox.clock import Clock
from sandbox.state import Message

# "The past few minutes" of Discord.
NONCE_SECONDS = 300.0
_Key = tuple[int, int, str]


class Nonces:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen: OrderedDict[_Key, tuple[float, Message]] = OrderedDict()  # in order of time

    def find(self, channel_id: int, author_id: int, nonce: str | int) -> Message | None:
        """The message that the same author sent there with it; a deleted one is none."""
        at, message = self._seen.get((channel_id, author_id, str(nonce)), (0.0, None))
        return None if message is None or message.deleted or self._is_old(at) else message

    def remember(self, message: Message) -> None:
        while self._seen and self._is_old(next(iter(self._seen.values()))[0]):
            self._seen.popitem(last=False)
        key = (message.channel_id, message.author_id, str(message.nonce))
        self._seen[key] = (self._clock.now(), message)
        self._seen.move_to_end(key)

    def _is_old(self, at: float) -> bool:
        return self._clock.now() - at > NONCE_SECONDS
