"""Who may do what to the members of a guild. Each check raises DiscordError for what is refused."""

from sandbox.errors import DiscordError, Why
from sandbox.guilds.rights import above, above_role, need
from sandbox.permissions import Permission, in_guild
from sandbox.rules.members import VOICE
from sandbox.rules.settings import Changes
from sandbox.state import Guild, Member, Role

_NEEDED = {
    "nick": Permission.MANAGE_NICKNAMES,
    "roles": Permission.MANAGE_ROLES,
    "mute": Permission.MUTE_MEMBERS,
    "deaf": Permission.DEAFEN_MEMBERS,
    "channel_id": Permission.MOVE_MEMBERS,
    "silent_until": Permission.MODERATE_MEMBERS,
}
_FLAGS = (
    Permission.MANAGE_GUILD,
    Permission.MANAGE_ROLES,
    Permission.MODERATE_MEMBERS | Permission.KICK_MEMBERS | Permission.BAN_MEMBERS,
)


def check_member_changes(guild: Guild, user_id: int, target: Member, changes: Changes) -> None:
    """Nobody in the sandbox is in a voice channel, and so nobody can be muted or moved."""
    for name, needed in _NEEDED.items():
        if name in changes:
            need(guild, user_id, needed)
    bits = in_guild(guild, user_id)
    if "flags" in changes and not any(bits & needed == needed for needed in _FLAGS):
        raise DiscordError(Why.MISSING_PERMISSIONS)
    if "nick" in changes and user_id != target.user_id:
        above(guild, user_id, target.user_id)
    if "silent_until" in changes:
        _may_silence(guild, user_id, target.user_id)
    if "roles" in changes:
        _may_set_roles(guild, user_id, target, changes["roles"])
    if any(name in changes for name in VOICE):
        raise DiscordError(Why.NOT_IN_VOICE)


def _may_silence(guild: Guild, user_id: int, target_id: int) -> None:
    above(guild, user_id, target_id)
    if in_guild(guild, target_id) & Permission.ADMINISTRATOR:  # no timeout binds one
        raise DiscordError(Why.MISSING_PERMISSIONS)


def _may_set_roles(guild: Guild, user_id: int, target: Member, roles: tuple[int, ...]) -> None:
    """Everyone's role may be listed among the others, and says nothing: discord.py has it in a member's `roles`."""
    for role_id in (set(roles) ^ set(target.roles)) - {guild.id}:
        role = guild.roles.get(role_id)
        if role is None:
            raise DiscordError(Why.UNKNOWN_ROLE)
        may_give(guild, user_id, role)


def may_give(guild: Guild, user_id: int, role: Role) -> None:
    """Also for taking it away. Roles that belong to a bot are never given, and everyone's is not known here."""
    need(guild, user_id, Permission.MANAGE_ROLES)
    if role.id == guild.id:
        raise DiscordError(Why.UNKNOWN_ROLE)
    if role.managed:
        raise DiscordError(Why.INVALID_ROLE)
    above_role(guild, user_id, role)


def may_remove_member(guild: Guild, user_id: int, target_id: int, needed: Permission) -> None:
    """Kicks and bans; who is no member is below everybody."""
    need(guild, user_id, needed)
    above(guild, user_id, target_id)
