"""Which commands a person is offered where: by place, by permission, and by what administrators said of them."""

from sandbox.commands.commands import Command
from sandbox.core import Core
from sandbox.permissions import Permission, allows, in_channel
from sandbox.rules.commands import CommandKind, Installation, Place
from sandbox.state import Channel, Guild
from sandbox.wire import Json

# Without a name for it in `default_member_permissions`: nobody but administrators.
_NOBODY = 0


def offered(core: Core, channel: Channel, person_id: int) -> list[Command]:
    """In the order of the picker; a guild's command and a global one of the same name are both there."""
    commands = core.commands.in_guild(channel.guild_id)
    return [command for command in commands if is_offered(core, command, channel, person_id)]


def is_offered(core: Core, command: Command, channel: Channel, person_id: int) -> bool:
    guild = core.store.guild_of(channel)
    if not _has_place(command, Place.BOT_DIRECT if guild is None else Place.GUILD):
        return False
    if guild is None:
        return True
    if command.definition["nsfw"] and not _is_restricted(guild, channel):
        return False
    return _may_use(core, command, guild, channel, person_id)


def owners(command: Command, channel: Channel, person_id: int) -> Json:
    """By which installation an interaction is allowed: in the server, or of the person where a command has only that.

    People count as having installed the application for themselves; a direct message's server is 0.
    """
    if Installation.GUILD in _installations(command):
        return {"0": str(channel.guild_id or 0)}
    return {"1": str(person_id)}


def _installations(command: Command) -> list[int]:
    installations: list[int] = command.definition.get("integration_types") or [int(Installation.GUILD)]
    return installations


def _has_place(command: Command, place: Place) -> bool:
    """A guild's own commands say nothing of places, and are used in that guild."""
    if command.guild_id is not None:
        return place == Place.GUILD
    contexts: list[int] | None = command.definition["contexts"]
    if contexts is not None:
        return place in contexts
    return place == Place.GUILD or bool(command.definition["dm_permission"])


def _is_restricted(guild: Guild, channel: Channel) -> bool:
    parent = guild.channels.get(channel.parent_id) if channel.is_thread and channel.parent_id else None
    return (parent or channel).nsfw


def _may_use(core: Core, command: Command, guild: Guild, channel: Channel, person_id: int) -> bool:
    bits = in_channel(guild, channel, person_id)
    if allows(bits, Permission.ADMINISTRATOR):
        return True
    needed = int(Permission.USE_APPLICATION_COMMANDS)
    if command.kind == CommandKind.USER:
        needed |= Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
    if not allows(bits, needed):
        return False
    if Installation.GUILD not in _installations(command):
        return True  # what a server says of its commands does not bind those of the person's own
    return _is_granted(core, command, guild, channel, person_id, bits)


def _is_granted(core: Core, command: Command, guild: Guild, channel: Channel, person_id: int, bits: int) -> bool:
    """What was said of this command alone counts; else it takes both what was said of all, and its own default."""
    places = tuple(each for each in (channel.id, channel.parent_id if channel.is_thread else None) if each is not None)
    if core.grants.in_channel(guild.id, command.id, places) is False:
        return False
    roles = guild.members[person_id].roles
    verdict, of_it_alone = core.grants.for_member(guild.id, command.id, person_id, roles)
    if of_it_alone or verdict is False:
        return verdict is True
    return _has_default(command, bits)


def _has_default(command: Command, bits: int) -> bool:
    default = command.definition["default_member_permissions"]
    if default is None:
        return True
    return int(default) != _NOBODY and allows(bits, int(default))
