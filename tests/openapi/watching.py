"""Tests in which everything that a sandbox says is held against Discord's description."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import orjson
import pytest

from sandbox import Sandbox
from sandbox.observing import Exchange
from sandbox.wire import Json
from tests.openapi.description import read

if TYPE_CHECKING:
    from tests.openapi.checking import Checker


class Watch:
    """Takes notes of all that the sandboxes of one test say, and judges them in the end."""

    def __init__(self, checker: Checker, *, every_request: bool) -> None:
        """`every_request`: also what was refused should have been right, as from a bot without faults."""
        self._checker = checker
        self._every_request = every_request
        self._exchanges: list[Exchange] = []
        self._events: dict[tuple[str, bytes], None] = {}

    def exchanged(self, exchange: Exchange) -> None:
        self._exchanges.append(exchange)

    def told(self, event: str, data: Json) -> None:
        self._events[event, orjson.dumps(data)] = None

    def complaints(self) -> list[str]:
        """Each once, in the order in which they were met."""
        found: dict[str, None] = {}
        for exchange in self._exchanges:
            found |= dict.fromkeys(self._checker.response(exchange))
            # What was accepted should be allowed, or the sandbox is laxer than Discord.
            if self._every_request or exchange.status < 400:
                found |= dict.fromkeys(self._checker.request(exchange))
        for event, data in self._events:
            found |= dict.fromkeys(self._checker.event(event, data))
        return list(found)


@contextmanager
def watched(*, every_request: bool = False) -> Iterator[None]:
    """Every sandbox that is opened meanwhile is watched; fails in the end if one said what Discord would not.

    Without the description nothing is watched: `test_discord.py` is skipped then, with the reason.
    """
    checker = _checker()
    if checker is None:
        yield
        return
    watch = Watch(checker, every_request=every_request)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(Sandbox.__init__.__kwdefaults__, "observer", watch)
        yield
    complaints = watch.complaints()
    if complaints:
        pytest.fail("\n".join(["against Discord's description:", *complaints]), pytrace=False)


@cache
def _checker() -> Checker | None:
    description = read()
    if description is None:
        return None
    # Here and not above: the validator takes a second to be imported.
    from tests.openapi.checking import of_discord

    return of_discord(description)
