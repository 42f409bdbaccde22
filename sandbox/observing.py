"""For whoever wants to see all that is said: each request with its response, and each event of the gateway."""

from typing import Any, NamedTuple, Protocol

from sandbox.wire import Json


class Exchange(NamedTuple):
    """A request as it was read, and the response as it was written; `path` is the one under /api/v10.

    `parts` are the fields of a multipart body beside its `payload_json`, which is `body`: name and text, a file's
    text being empty. `sent_type` and `answer_type` are content types, None where there is no body.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    sent_type: str | None
    body: Any
    parts: tuple[tuple[str, str], ...]
    status: int
    answer_type: str | None
    answer: bytes


class Observer(Protocol):
    """Told while the sandbox works, so it should only take notes."""

    def exchanged(self, exchange: Exchange) -> None: ...

    def told(self, event: str, data: Json) -> None:
        """Once for each session that hears the event."""
