"""What all connections of the gateway share."""

from dataclasses import dataclass, field
from typing import Protocol

from sandbox.clock import Clock
from sandbox.gateway.codes import Op
from sandbox.gateway.delivery import Delivery
from sandbox.gateway.members import Members
from sandbox.gateway.presences import Presences
from sandbox.gateway.session import Session, Socket
from sandbox.gateway.sessions import Sessions
from sandbox.gateway.starts import Starts
from sandbox.gateway.terms import GatewayTerms
from sandbox.observing import Observer
from sandbox.state import Guild
from sandbox.store import Store
from sandbox.wire import Json


class Connected(Socket, Protocol):
    """A connection, as those see it who spoil it on demand."""

    @property
    def session(self) -> Session | None: ...

    def say(self, op: Op, data: object = None) -> None: ...

    def abort(self) -> None: ...

    def invalidate(self, *, resumable: bool) -> None: ...


@dataclass(slots=True)
class Gateway:
    """`url` is known once the server listens. `deaf` and `refusing` (an HTTP status) are faults on demand."""

    store: Store
    clock: Clock
    token: str
    privileged_intents: int
    terms: GatewayTerms
    sessions: Sessions
    starts: Starts
    presences: Presences
    members: Members
    delivery: Delivery
    connections: set[Connected] = field(default_factory=set)
    url: str = ""
    deaf: bool = False
    refusing: int | None = None

    def guilds_of(self, session: Session) -> list[Guild]:
        """Those of the bot that are on the session's shard."""
        return [guild for guild in self.store.bots_guilds() if session.holds(guild.id)]

    def description(self) -> Json:
        """As `/gateway/bot` gives it."""
        return {
            "url": self.url,
            "shards": self.terms.recommended_shards(len(self.store.bots_guilds())),
            "session_start_limit": self.starts.session_start_limit(),
        }


def make_gateway(
    store: Store,
    clock: Clock,
    token: str,
    privileged_intents: int,
    terms: GatewayTerms,
    observer: Observer | None = None,
) -> Gateway:
    presences = Presences(clock)
    return Gateway(
        store=store,
        clock=clock,
        token=token,
        privileged_intents=privileged_intents,
        terms=terms,
        sessions=Sessions(clock, observer),
        starts=Starts(clock, terms),
        presences=presences,
        members=Members(store, clock, presences, terms.limited),
        delivery=Delivery(clock),
    )
