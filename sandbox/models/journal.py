"""The requests that arrived, in order, and how each of them ended."""

from dataclasses import dataclass
from typing import Any, Literal

from sandbox.models.news import News

Outcome = Literal["running", "answered", "cut", "client left"]


@dataclass(slots=True, eq=False)
class Request:
    """A request, kept up to date by the journal.

    `at` is in seconds since the epoch; `json` is None where the body was none; `tokens` counts what was streamed.
    `answered`: the reply was complete, be it an error status; `cut`: it was not, by our doing; `client left`: the
    client went before.
    """

    path: str
    method: str
    json: Any
    at: float
    outcome: Outcome = "running"
    tokens: int = 0

    @property
    def model(self) -> str | None:
        named = self.json.get("model", self.json.get("name")) if isinstance(self.json, dict) else None
        return named if isinstance(named, str) else None

    @property
    def messages(self) -> list[dict[str, Any]]:
        sent = self.json.get("messages") if isinstance(self.json, dict) else None
        return sent if isinstance(sent, list) else []


class Journal:
    """Owns the requests: only it changes them."""

    def __init__(self, news: News) -> None:
        self.requests: list[Request] = []
        self._news = news

    def arrived(self, request: Request) -> Request:
        self.requests.append(request)
        self._news.announce()
        return request

    def token(self, request: Request) -> None:
        request.tokens += 1
        self._news.announce()

    def ended(self, request: Request, outcome: Outcome) -> None:
        """The first outcome counts: a client that leaves after the last line has been answered."""
        if request.outcome == "running":
            request.outcome = outcome
            self._news.announce()

    def cut_all(self) -> None:
        for request in self.requests:
            self.ended(request, "cut")
