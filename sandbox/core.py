"""What every route needs: the owners of the world, in one place."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from aiohttp import web

from sandbox.clock import Clock
from sandbox.commands import Commands
from sandbox.faults import Faults
from sandbox.feeds import Feeds
from sandbox.gateway.gateway import Gateway, make_gateway
from sandbox.gateway.sessions import Sessions
from sandbox.gateway.terms import GatewayTerms
from sandbox.interactions import Ledger
from sandbox.limits import Limiter, Limits
from sandbox.observing import Observer
from sandbox.posting import Posting
from sandbox.snowflakes import Snowflakes
from sandbox.store import Store

_MOST_RECORDED = 50_000


class Request(NamedTuple):
    """A request of the bot, with the path under /api/v10."""

    at: float
    method: str
    path: str
    body: Any
    status: int


@dataclass(slots=True)
class Core:
    store: Store
    clock: Clock
    snowflakes: Snowflakes
    token: str
    privileged_intents: int
    gateway: Gateway
    feeds: Feeds
    commands: Commands
    ledger: Ledger
    posting: Posting
    limiter: Limiter
    faults: Faults
    requests: list[Request] = field(default_factory=list)
    observer: Observer | None = None

    @property
    def sessions(self) -> Sessions:
        return self.gateway.sessions

    def record(self, method: str, path: str, body: Any, status: int) -> None:
        self.requests.append(Request(self.clock.now(), method, path, body, status))
        if len(self.requests) > _MOST_RECORDED:
            del self.requests[: _MOST_RECORDED // 2]


def make_core(
    store: Store,
    clock: Clock,
    token: str,
    privileged_intents: int,
    terms: GatewayTerms,
    limits: Limits | None,
    observer: Observer | None = None,
) -> Core:
    snowflakes, limiter = Snowflakes(clock), Limiter(clock, limits)
    gateway, feeds = make_gateway(store, clock, token, privileged_intents, terms, observer), Feeds(store)
    gateway.sessions.on_change = lambda: feeds.tell_bot(online=bool(gateway.sessions.connected()))
    return Core(
        store=store,
        clock=clock,
        snowflakes=snowflakes,
        token=token,
        privileged_intents=privileged_intents,
        gateway=gateway,
        feeds=feeds,
        commands=Commands(snowflakes, limiter.creates),
        ledger=Ledger(clock, snowflakes, store.application_id),
        posting=Posting(store, clock, snowflakes, gateway.sessions, feeds),
        limiter=limiter,
        faults=Faults(clock),
        observer=observer,
    )


CORE: web.AppKey[Core] = web.AppKey("core", Core)
