"""Makes, changes, sorts and deletes the roles of guilds."""

from dataclasses import replace

from sandbox import payloads
from sandbox.guilds.audit import Action, Audit, Deed, difference
from sandbox.guilds.telling import Teller
from sandbox.rules.settings import Changes
from sandbox.snowflakes import Snowflakes
from sandbox.state import Guild, Role

_LOGGED = ("name", "permissions", "color", "colors", "hoist", "mentionable", "position")


class Roles:
    """The only writer of roles; who has them is for `sandbox.guilds.members`."""

    def __init__(self, snowflakes: Snowflakes, teller: Teller, audit: Audit) -> None:
        self._snowflakes = snowflakes
        self._teller = teller
        self._audit = audit

    def create(self, guild: Guild, given: Changes, deed: Deed) -> Role:
        """At the bottom, with the permissions of everyone unless others are given."""
        made = Role(self._snowflakes.next(), "new role", guild.roles[guild.id].permissions, position=1)
        role = guild.roles[made.id] = replace(made, **given)
        self._tell(guild, "GUILD_ROLE_CREATE", role)
        self._audit.record(guild, deed, Action.ROLE_CREATED, role.id, difference({}, payloads.role(role), _LOGGED))
        return role

    def change(self, guild: Guild, role: Role, changes: Changes, deed: Deed) -> Role:
        if replace(role, **changes) == role:
            return role
        with self._teller.following(guild):
            after = guild.roles[role.id] = replace(role, **changes)
            self._tell(guild, "GUILD_ROLE_UPDATE", after)
        logged = difference(payloads.role(role), payloads.role(after), _LOGGED)
        self._audit.record_changes(guild, deed, Action.ROLE_CHANGED, role.id, logged)
        return after

    def place(self, guild: Guild, positions: dict[int, int]) -> None:
        """Each at its new position; of several at the same one, the oldest is the highest."""
        for role_id, position in positions.items():
            role = guild.roles[role_id]
            if role.position != position:
                guild.roles[role_id] = replace(role, position=position)
                self._tell(guild, "GUILD_ROLE_UPDATE", guild.roles[role_id])

    def delete(self, guild: Guild, role: Role, deed: Deed) -> None:
        """It goes from everybody who has it, and from every channel."""
        with self._teller.following(guild):
            del guild.roles[role.id]
            for member in guild.members.values():
                if role.id in member.roles:
                    left = tuple(each for each in member.roles if each != role.id)
                    guild.members[member.user_id] = replace(member, roles=left)
            for channel in guild.channels.values():
                channel.overwrites = {key: each for key, each in channel.overwrites.items() if key != role.id}
            data = {"guild_id": str(guild.id), "role_id": str(role.id)}
            self._teller.tell(guild, "GUILD_ROLE_DELETE", data)
        self._teller.feeds.tell_guild(guild, "changed")
        self._audit.record(guild, deed, Action.ROLE_DELETED, role.id, difference(payloads.role(role), {}, _LOGGED))

    def _tell(self, guild: Guild, name: str, role: Role) -> None:
        self._teller.tell(guild, name, {"guild_id": str(guild.id), "role": payloads.role(role)})
        self._teller.feeds.tell_guild(guild, "changed")
