"""The messages of one channel, a page at a time."""

from collections.abc import Iterable
from itertools import islice

from aiohttp import web

from sandbox.control.asked import channel_named
from sandbox.control.problems import ControlError, Problem
from sandbox.page.messages import message_view
from sandbox.page.viewer import Viewer, asked_by_page
from sandbox.snowflakes import read_snowflake
from sandbox.state import Message
from sandbox.store import Shelf
from sandbox.wire import answer

routes = web.RouteTableDef()
PAGE = 50
_END = 1 << 63


@routes.get("/as/{person}/channels/{channel}/messages")
async def history(request: web.Request) -> web.Response:
    """Oldest first: those `before` or `after` a message, `around` it, or the newest; and whether these are the ends."""
    who, viewer = await asked_by_page(request)
    channel = channel_named(who.core, who.person, request.match_info["channel"])
    seen = _Seen(viewer, who.core.store.shelves[channel.id])
    wanted = {key: _id(request.query[key]) for key in ("before", "after", "around") if key in request.query}
    messages, first, last = seen.page(wanted)
    return answer({"messages": [message_view(viewer, each) for each in messages], "first": first, "last": last})


@routes.get("/as/{person}/channels/{channel}/pins")
async def pins(request: web.Request) -> web.Response:
    """The last pinned first."""
    who, viewer = await asked_by_page(request)
    channel = channel_named(who.core, who.person, request.match_info["channel"])
    return answer([message_view(viewer, message) for _, message in who.core.pins.of(channel)])


def _id(text: str) -> int:
    found = read_snowflake(text)
    if found is None:
        raise ControlError(Problem.REFUSED, f"{text!r} is not the id of a message")
    return found


class _Seen:
    """What one person sees of a channel's messages."""

    def __init__(self, viewer: Viewer, shelf: Shelf) -> None:
        self._viewer = viewer
        self._shelf = shelf

    def page(self, wanted: dict[str, int]) -> tuple[list[Message], bool, bool]:
        """With whether nothing is older than these, and whether nothing is newer."""
        if "after" in wanted:
            newer, last = self._newer(wanted["after"], PAGE)
            return newer, False, last
        if "around" in wanted:
            older, first = self._older(wanted["around"], PAGE // 2)
            newer, last = self._newer(wanted["around"] - 1, PAGE // 2)
            return older + newer, first, last
        older, first = self._older(wanted.get("before", _END), PAGE)
        return older, first, "before" not in wanted

    def _older(self, than: int, count: int) -> tuple[list[Message], bool]:
        found = self._some(self._shelf.before(than), count + 1)
        return found[:count][::-1], len(found) <= count

    def _newer(self, than: int, count: int) -> tuple[list[Message], bool]:
        found = self._some(self._shelf.after(than), count + 1)
        return found[:count], len(found) <= count

    def _some(self, messages: Iterable[Message], count: int) -> list[Message]:
        shown_to = (None, self._viewer.person.id)
        return list(islice((each for each in messages if not each.deleted and each.seen_by in shown_to), count))
