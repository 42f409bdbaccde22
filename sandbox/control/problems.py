"""What a person cannot do, as one sentence and a word that the actor turns into an exception."""

from enum import StrEnum
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.errors import DiscordError, Why
from sandbox.wire import answer


class Problem(StrEnum):
    UNKNOWN = "unknown"
    UNKNOWN_COMMAND = "unknown_command"
    NOT_ALLOWED = "not_allowed"
    BAD_OPTION = "bad_option"
    NO_BOT = "no_bot"
    REFUSED = "refused"


# What Discord's client would not even offer.
_LACKING = (Why.MISSING_ACCESS, Why.MISSING_PERMISSIONS, Why.THREAD_LOCKED)


class ControlError(Exception):
    def __init__(self, problem: Problem, sentence: str) -> None:
        super().__init__(sentence)
        self.problem = problem


@web.middleware
async def keep_out_strangers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A page of another origin, open in somebody's browser, must not act here; browsers say where it is from.

    Nor may one whose own name leads to this machine: it would be of the same origin, by a name that is not ours.
    """
    origin = request.headers.get("Origin")
    if not is_loopback(request.host) or origin not in (None, f"http://{request.host}"):
        return answer({"problem": str(Problem.NOT_ALLOWED), "sentence": "another page may not act here"}, 403)
    return await handler(request)


def is_loopback(host: str) -> bool:
    """Whether a Host header, with or without a port, names this machine."""
    try:
        return urlsplit(f"//{host}").hostname in ("127.0.0.1", "localhost", "::1")
    except ValueError:
        return False


@web.middleware
async def explain(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except ControlError as error:
        return answer({"problem": str(error.problem), "sentence": str(error)}, 400)
    except DiscordError as error:
        problem = Problem.NOT_ALLOWED if error.why in _LACKING else Problem.REFUSED
        body = {"problem": str(problem), "sentence": f"Discord refuses: {error}", **error.body()}
        return answer(body, 400)
