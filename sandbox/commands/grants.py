"""What administrators of a guild allow and deny of an application's commands, to roles, to members and in channels."""

from dataclasses import dataclass
from enum import IntEnum

from sandbox.wire import Json

MOST_GRANTS = 100


class GrantKind(IntEnum):
    ROLE = 1
    USER = 2
    CHANNEL = 3


@dataclass(frozen=True, slots=True)
class Grant:
    """`id` is that of a role, a user or a channel: the guild's for everybody, one less for all channels."""

    id: int
    kind: GrantKind
    allowed: bool


@dataclass(frozen=True, slots=True)
class Granted:
    """What was said in one guild of one command, or by the application's id of all."""

    guild_id: int
    command_id: int
    grants: tuple[Grant, ...]


Verdict = bool | None


class Grants:
    """Those of one command by its id, and those of all commands that have none of their own by the application's."""

    def __init__(self, application_id: int) -> None:
        self._application_id = application_id
        self._kept: dict[tuple[int, int], tuple[Grant, ...]] = {}

    def set(self, guild_id: int, command_id: int, grants: tuple[Grant, ...]) -> None:
        """Replaces what there was; none at all is as if nothing had ever been said."""
        if grants:
            self._kept[guild_id, command_id] = grants
        else:
            self._kept.pop((guild_id, command_id), None)

    def of(self, guild_id: int, command_id: int) -> tuple[Grant, ...]:
        return self._kept.get((guild_id, command_id), ())

    def forget(self, command_id: int) -> None:
        """For a command that is renamed or deleted, everywhere."""
        self._kept = {key: grants for key, grants in self._kept.items() if key[1] != command_id}

    def everything(self) -> list[Granted]:
        return [Granted(*key, grants) for key, grants in self._kept.items()]

    def restore(self, everything: list[Granted]) -> None:
        """What an earlier sandbox has had."""
        for each in everything:
            self.set(each.guild_id, each.command_id, each.grants)

    def all_of(self, guild_id: int) -> list[Json]:
        return [self.payload(guild_id, command) for guild, command in self._kept if guild == guild_id]

    def payload(self, guild_id: int, command_id: int) -> Json:
        return {
            "id": str(command_id),
            "application_id": str(self._application_id),
            "guild_id": str(guild_id),
            "permissions": [
                {"id": str(grant.id), "type": int(grant.kind), "permission": grant.allowed}
                for grant in self.of(guild_id, command_id)
            ],
        }

    def in_channel(self, guild_id: int, command_id: int, channel_ids: tuple[int, ...]) -> Verdict:
        """Whether it is allowed in a channel, or in what the channel lies in; None if nobody said."""
        return self._verdict(guild_id, command_id, GrantKind.CHANNEL, channel_ids, guild_id - 1)

    def for_member(self, guild_id: int, command_id: int, user_id: int, roles: tuple[int, ...]) -> tuple[Verdict, bool]:
        """Whether a member is allowed it, and whether that was said of this command alone.

        The member counts first, then their roles, of which one that allows is enough, then everybody.
        """
        for target in (command_id, self._application_id):
            said = {(grant.kind, grant.id): grant.allowed for grant in self.of(guild_id, target)}
            of_roles = [said[GrantKind.ROLE, role] for role in roles if (GrantKind.ROLE, role) in said]
            for found in (
                said.get((GrantKind.USER, user_id)),
                any(of_roles) if of_roles else None,
                said.get((GrantKind.ROLE, guild_id)),
            ):
                if found is not None:
                    return found, target == command_id
        return None, False

    def _verdict(
        self, guild_id: int, command_id: int, kind: GrantKind, ids: tuple[int, ...], everything: int
    ) -> Verdict:
        for target in (command_id, self._application_id):
            said = {grant.id: grant.allowed for grant in self.of(guild_id, target) if grant.kind == kind}
            for each in (*ids, everything):
                if each in said:
                    return said[each]
        return None
