"""What goes wrong with the gateway on demand: connections, heartbeats, events, sessions and guilds."""

import math
from collections.abc import Iterator

from sandbox.gateway.codes import Close, Op
from sandbox.gateway.gateway import Connected, Gateway
from sandbox.gateway.greeting import describe
from sandbox.state import Guild


class GatewayFaults:
    """What happens at once happens to every connection, or to those of one shard; what lasts is undone by its twin."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway

    def drop(self, shard: int | None = None) -> None:
        """Connections are reset, without a close code; bots may resume."""
        for connection in self._connections(shard):
            connection.abort()

    def close(self, code: int = Close.UNKNOWN_ERROR, shard: int | None = None) -> None:
        """With the usual code bots may resume. Raises ValueError for a number that is no close code."""
        if not 1000 <= code < 5000:
            raise ValueError(f"{code} is no close code")
        for connection in self._connections(shard):
            connection.close(code)

    def time_out(self, shard: int | None = None) -> None:
        """Sessions are over, and their connections closed with 4009."""
        for connection in self._connections(shard):
            if connection.session is not None:
                self._gateway.sessions.end(connection.session)
            connection.close(Close.SESSION_TIMED_OUT)

    def ask_to_reconnect(self, shard: int | None = None) -> None:
        """Opcode 7."""
        for connection in self._connections(shard):
            connection.say(Op.RECONNECT)

    def ask_for_heartbeat(self, shard: int | None = None) -> None:
        """Opcode 1."""
        for connection in self._connections(shard):
            connection.say(Op.HEARTBEAT)

    def invalidate(self, *, resumable: bool = False, shard: int | None = None) -> None:
        """Opcode 9: sessions are over, or (resumable) bots are told to resume them."""
        for connection in self._connections(shard):
            connection.invalidate(resumable=resumable)

    def forget_sessions(self) -> None:
        """No session can be resumed any more; bots that try are told so."""
        self._gateway.sessions.forget_all()

    def ignore_heartbeats(self) -> None:
        """They are not acknowledged any more, so that bots take their connections for dead."""
        self._gateway.deaf = True

    def acknowledge_heartbeats(self) -> None:
        self._gateway.deaf = False

    def hold_events(self) -> None:
        """No event is delivered until they are released."""
        self.delay_events(math.inf)

    def release_events(self) -> None:
        """In their order; undoes `delay_events` too."""
        self.delay_events(0.0)

    def delay_events(self, seconds: float) -> None:
        """Every event is delivered so much later, in their order. Raises ValueError for less than 0."""
        if not seconds >= 0:
            raise ValueError(f"events cannot be delayed by {seconds} seconds")
        self._gateway.delivery.delay(seconds)

    def lose_events(self, count: int) -> None:
        """The next events never arrive, whatever they are; 0 undoes it."""
        self._gateway.delivery.lose(max(0, count))

    def double_events(self, count: int) -> None:
        """The next events arrive twice; 0 undoes it."""
        self._gateway.delivery.double(max(0, count))

    def refuse_connections(self, status: int = 503) -> None:
        """New connections are answered with an HTTP status; those that there are stay. Raises ValueError."""
        if not 400 <= status < 600:
            raise ValueError(f"{status} is no status of a refusal")
        self._gateway.refusing = status

    def accept_connections(self) -> None:
        self._gateway.refusing = None

    def begin_outage(self, guild: str) -> None:
        """A guild, by name or id, becomes unavailable: nothing of it is told. Raises LookupError if there is none."""
        found = self._guild(guild)
        if found.id not in self._gateway.sessions.unavailable:
            self._gateway.sessions.unavailable.add(found.id)
            self._describe(found)

    def end_outage(self, guild: str) -> None:
        """Bots are told the guild as it is by now. Raises LookupError if there is none."""
        found = self._guild(guild)
        if found.id in self._gateway.sessions.unavailable:
            self._gateway.sessions.unavailable.discard(found.id)
            self._describe(found)

    def _describe(self, guild: Guild) -> None:
        for session in list(self._gateway.sessions.holding(guild.id)):
            describe(self._gateway, session, guild)

    def clear(self) -> None:
        """Undoes everything that lasts."""
        self.acknowledge_heartbeats()
        self.lose_events(0)
        self.double_events(0)
        self.release_events()
        self.accept_connections()
        for guild_id in list(self._gateway.sessions.unavailable):
            self.end_outage(str(guild_id))

    def _connections(self, shard: int | None) -> Iterator[Connected]:
        for connection in list(self._gateway.connections):
            session = connection.session
            if shard is None or (session is not None and session.shard[0] == shard):
                yield connection

    def _guild(self, guild: str) -> Guild:
        for each in self._gateway.store.guilds.values():
            if guild in (each.name, str(each.id)):
                return each
        raise LookupError(f"there is no guild {guild}")
