"""Where a choice or a memory applies: a channel, a guild, a conversation in the terminal, everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum


class ScopeKind(StrEnum):
    CHANNEL = "channel"
    GUILD = "guild"
    TERMINAL = "terminal"
    EVERYWHERE = "everywhere"


@dataclass(frozen=True, slots=True)
class Scope:
    """A place, and the wider place it lies in: a thread in its channel, a channel in its guild."""

    kind: ScopeKind
    id: str = ""
    parent: Scope | None = None

    @property
    def key(self) -> str:
        """How the database names it."""
        return f"{self.kind}:{self.id}" if self.id else str(self.kind)

    @property
    def chain(self) -> Iterator[Scope]:
        """This scope, then each wider one."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    @property
    def guild(self) -> Scope | None:
        """The guild it lies in; None for a direct message."""
        return next((scope for scope in self.chain if scope.kind is ScopeKind.GUILD), None)


EVERYWHERE = Scope(ScopeKind.EVERYWHERE)


def guild_scope(guild_id: int) -> Scope:
    """The scope of a whole guild."""
    return Scope(ScopeKind.GUILD, str(guild_id), EVERYWHERE)


def channel_scope(channel_id: int, *, within: Scope = EVERYWHERE) -> Scope:
    """The scope of a channel, thread or direct message; `within` is its guild or, for a thread, its channel."""
    return Scope(ScopeKind.CHANNEL, str(channel_id), within)


def conversation_scope(name: str) -> Scope:
    """The scope of a conversation in the terminal."""
    return Scope(ScopeKind.TERMINAL, name, EVERYWHERE)
