"""What people name in options and selects, as ids and as the resolved objects that Discord sends with them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox import payloads
from sandbox.control.asked import channel_named
from sandbox.control.files import read_file
from sandbox.control.problems import ControlError, Problem
from sandbox.core import Core
from sandbox.snowflakes import read_snowflake
from sandbox.state import Channel, User
from sandbox.wire import Json


@dataclass(slots=True)
class Resolver:
    """One person's choices in one channel; `resolved` grows with what they name, by name or by id."""

    core: Core
    person: User
    channel: Channel
    resolved: Json = field(default_factory=dict)

    def user(self, name: str) -> str:
        store = self.core.store
        user = store.users.get(read_snowflake(name) or 0) or store.person(name.removeprefix("@"))
        if user is None:
            raise bad(f"there is nobody called {name}")
        self._keep("users", user.id, payloads.user(user))
        guild = store.guild_of(self.channel)
        if guild is not None and user.id in guild.members:
            self._keep("members", user.id, payloads.resolved_member(guild, self.channel, user.id))
        return str(user.id)

    def role(self, name: str) -> str:
        guild = self.core.store.guild_of(self.channel)
        roles = [] if guild is None else list(guild.roles.values())
        wanted = (name, name.removeprefix("@"))
        role = next((role for role in roles if role.name in wanted or str(role.id) == name), None)
        if role is None:
            raise bad(f"there is no role called {name}")
        self._keep("roles", role.id, payloads.role(role))
        return str(role.id)

    def mentionable(self, name: str) -> str:
        """A user, or else a role."""
        try:
            return self.user(name)
        except ControlError:
            return self.role(name)

    def channel_among(self, owner: Json, name: str) -> str:
        """`owner` is the option or select, which may ask for some types of channels."""
        channel = channel_named(self.core, self.person, name)
        if channel.guild_id is None or channel.guild_id != self.channel.guild_id:
            raise bad(f"{name} is not a channel of this server")
        kinds = owner.get("channel_types")
        if kinds and channel.kind not in kinds:
            raise bad(f"{owner.get('name', 'the select')} takes only channels of the types {kinds}")
        self._keep("channels", channel.id, payloads.resolved_channel(self.core.store, channel, self.person.id))
        return str(channel.id)

    def file(self, owner: Json, given: Any) -> str:
        attachment = read_file(self.core, owner, given)
        shown = payloads.ephemeral_attachment(self.core.store, self.channel.id, attachment)
        self._keep("attachments", attachment.id, shown)
        return str(attachment.id)

    def named(self, owner: Json, kind: int) -> Callable[[str], str] | None:
        """What reads a name for a select of this type; None for a type that takes no names."""
        readers: dict[int, Callable[[str], str]] = {
            5: self.user,
            6: self.role,
            7: self.mentionable,
            8: lambda name: self.channel_among(owner, name),
        }
        return readers.get(kind)

    def _keep(self, kind: str, identifier: int, shown: Json) -> None:
        self.resolved.setdefault(kind, {})[str(identifier)] = shown


def bad(sentence: str) -> ControlError:
    return ControlError(Problem.BAD_OPTION, sentence)
