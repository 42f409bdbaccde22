"""What every route needs: the owners of the world, in one place."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from aiohttp import web

from sandbox.clock import Clock
from sandbox.commands.commands import Commands
from sandbox.commands.grants import Grants
from sandbox.commands.interactions import Ledger
from sandbox.commands.uploads import Uploads
from sandbox.faults import Faults
from sandbox.feeds import Feeds
from sandbox.gateway.gateway import Gateway, make_gateway
from sandbox.gateway.sessions import Sessions
from sandbox.gateway.terms import GatewayTerms
from sandbox.guilds.audit import Audit
from sandbox.guilds.emojis import Emojis
from sandbox.guilds.guilds import Guilds
from sandbox.guilds.happenings import Happenings
from sandbox.guilds.hosting import Hosting
from sandbox.guilds.invites import Invites
from sandbox.guilds.members import Members
from sandbox.guilds.places import Places
from sandbox.guilds.roles import Roles
from sandbox.guilds.stickers import Stickers
from sandbox.guilds.telling import Teller
from sandbox.guilds.threads import Threads
from sandbox.limits import Limiter, Limits
from sandbox.messages.pins import Pins
from sandbox.messages.polls import Polls
from sandbox.messages.posting import Posting
from sandbox.messages.reactions import Reactions
from sandbox.messages.removals import Removals
from sandbox.messages.webhooks import Webhooks
from sandbox.observing import Observer
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
    grants: Grants
    commands: Commands
    ledger: Ledger
    posting: Posting
    removals: Removals
    reactions: Reactions
    pins: Pins
    polls: Polls
    webhooks: Webhooks
    places: Places
    threads: Threads
    hosting: Hosting
    members: Members
    roles: Roles
    guilds: Guilds
    invites: Invites
    emojis: Emojis
    stickers: Stickers
    happenings: Happenings
    limiter: Limiter
    faults: Faults
    uploads: Uploads = field(default_factory=Uploads)
    requests: list[Request] = field(default_factory=list)
    observer: Observer | None = None

    @property
    def sessions(self) -> Sessions:
        return self.gateway.sessions

    def start(self) -> None:
        """From here on things happen by themselves when their time has come."""
        self.members.start()
        self.posting.start()
        self.threads.start()

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
    sessions = gateway.sessions
    sessions.on_change = lambda: feeds.tell_bot(online=bool(sessions.connected()))
    grants, teller = Grants(store.application_id), Teller(store, sessions, feeds)
    audit = Audit(snowflakes, teller)
    threads = Threads(store, clock, snowflakes, teller, audit)
    posting = Posting(store, clock, snowflakes, sessions, feeds, threads)
    return Core(
        store=store,
        clock=clock,
        snowflakes=snowflakes,
        token=token,
        privileged_intents=privileged_intents,
        gateway=gateway,
        feeds=feeds,
        posting=posting,
        removals=Removals(store, posting, audit),
        reactions=Reactions(store, sessions, feeds),
        pins=Pins(store, clock, sessions, posting, audit),
        polls=Polls(store, clock, sessions, posting),
        webhooks=Webhooks(store, snowflakes, sessions, audit),
        grants=grants,
        commands=Commands(snowflakes, grants, limiter.creates),
        ledger=Ledger(clock, snowflakes, feeds),
        places=Places(store, snowflakes, teller, audit),
        threads=threads,
        hosting=Hosting(store, clock, posting, threads),
        members=Members(store, clock, teller, audit, posting, threads),
        roles=Roles(snowflakes, teller, audit),
        guilds=Guilds(store, clock, snowflakes, teller, audit),
        invites=Invites(store, clock, teller, audit),
        emojis=Emojis(store, snowflakes, teller, audit),
        stickers=Stickers(store, snowflakes, teller, audit),
        happenings=Happenings(store, snowflakes, teller, audit),
        limiter=limiter,
        faults=Faults(clock),
        observer=observer,
    )


CORE: web.AppKey[Core] = web.AppKey("core", Core)
