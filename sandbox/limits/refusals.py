"""What a bot is told about its limits: the headers of every answer, and the 429s in their scopes."""

import math
from dataclasses import dataclass, field
from enum import StrEnum

from aiohttp import web

from sandbox.limits.table import Bucket
from sandbox.limits.windows import Standing
from sandbox.wire import Json, answer


class Scope(StrEnum):
    """Whose limit it was: the bot's on one route, the bot's on all of them, or one that others use up too."""

    USER = "user"
    GLOBAL = "global"
    SHARED = "shared"


SHARED_CODE = 40062
_WORDS = {
    Scope.USER: ("You are being rate limited.", 0),
    Scope.GLOBAL: ("You are being rate limited.", 0),
    Scope.SHARED: ("The resource is being rate limited.", SHARED_CODE),
}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A 429; `retry_after` is in seconds. Without words of its own it has those of its scope."""

    scope: Scope
    retry_after: float
    message: str | None = None
    code: int | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def body(self) -> Json:
        message, code = _WORDS[self.scope]
        return {
            "message": self.message or message,
            "retry_after": rounded(self.retry_after),
            "global": self.scope == Scope.GLOBAL,
            "code": code if self.code is None else self.code,
        }

    def response(self) -> web.Response:
        response = answer(self.body(), 429)
        response.headers.update(self.headers)
        response.headers["Retry-After"] = str(math.ceil(self.retry_after))
        response.headers["X-RateLimit-Scope"] = str(self.scope)
        if self.scope == Scope.GLOBAL:
            response.headers["X-RateLimit-Global"] = "true"
        return response


class RateLimited(Exception):  # noqa: N818  Discord's word for it
    """Raised where a limit is met that belongs to what a request does, and not to its route."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


def headers(bucket: Bucket, standing: Standing) -> dict[str, str]:
    """The headers of a route's limit, as every answer has them."""
    return {
        "X-RateLimit-Limit": str(standing.limit),
        "X-RateLimit-Remaining": str(standing.remaining),
        "X-RateLimit-Reset": f"{rounded(standing.resets_at):.3f}",
        "X-RateLimit-Reset-After": f"{rounded(standing.resets_after):.3f}",
        "X-RateLimit-Bucket": bucket.hash,
    }


def rounded(seconds: float) -> float:
    """To the millisecond, upwards: who waits so long has waited long enough."""
    return math.ceil(round(seconds * 1000, 3)) / 1000
