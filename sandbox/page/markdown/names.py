"""What stands behind the numbers of mentions: the names that a reader sees."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Shown:
    """A name as its owner chose it, which may be hostile; `own` if the mention calls the reader."""

    name: str
    own: bool = False
    colour: int = 0
    """Of a role, as 0xRRGGBB; 0 is none."""


class Names(Protocol):
    """Who and what a reader knows. None is what they do not know or may not see.

    Commands and custom emoji are not asked for: a client shows their names as the text has them.
    """

    def user(self, identifier: int) -> Shown | None: ...

    def role(self, identifier: int) -> Shown | None: ...

    def channel(self, identifier: int) -> Shown | None: ...


@dataclass(frozen=True, slots=True)
class Known:
    """Names that were collected beforehand."""

    users: Mapping[int, Shown] = field(default_factory=dict)
    roles: Mapping[int, Shown] = field(default_factory=dict)
    channels: Mapping[int, Shown] = field(default_factory=dict)

    def user(self, identifier: int) -> Shown | None:
        return self.users.get(identifier)

    def role(self, identifier: int) -> Shown | None:
        return self.roles.get(identifier)

    def channel(self, identifier: int) -> Shown | None:
        return self.channels.get(identifier)
