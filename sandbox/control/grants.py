"""The settings of a server in which its administrators say who may use which commands where."""

from typing import Any

from aiohttp import web

from sandbox.commands.grants import MOST_GRANTS, Grant, GrantKind
from sandbox.control.asked import Asked, asked, channel_named
from sandbox.control.problems import ControlError, Problem
from sandbox.control.resolving import bad
from sandbox.gateway.events import Event
from sandbox.permissions import Permission, allows, in_guild
from sandbox.rules.commands import CommandKind
from sandbox.state import Guild
from sandbox.wire import Json, answer

routes = web.RouteTableDef()
_ALL_CHANNELS = "*"


@routes.put("/people/{person}/commands/permissions")
async def set_grants(request: web.Request) -> web.Response:
    """Of one `command` (with its `type`, if it is none with a slash), or of all that have none of their own.

    `permissions` is a list of a `role`, `user` or `channel` by name, each with whether to `allow` it; `@everyone` is
    a role, and `*` all channels. They take the place of those that there were; an empty list takes them away.
    """
    who = await asked(request)
    guild = _guild(who)
    if not allows(in_guild(guild, who.person.id), Permission.MANAGE_GUILD | Permission.MANAGE_ROLES):
        raise ControlError(Problem.NOT_ALLOWED, f"{who.person.name} cannot change the settings of {guild.name}")
    command_id = _command_id(who, guild)
    entries: list[Json] = who.body["permissions"]
    if len(entries) > MOST_GRANTS:
        raise bad(f"a command has at most {MOST_GRANTS} permissions")
    who.core.grants.set(guild.id, command_id, tuple(_grant(who, guild, entry) for entry in entries))
    payload = who.core.grants.payload(guild.id, command_id)
    who.core.sessions.tell(Event("APPLICATION_COMMAND_PERMISSIONS_UPDATE", payload, guild.id))
    return answer(payload)


def _guild(who: Asked) -> Guild:
    wanted = str(who.body["guild"])
    for guild in who.core.store.guilds.values():
        if who.person.id in guild.members and wanted in (guild.name, str(guild.id)):
            return guild
    raise ControlError(Problem.UNKNOWN, f"{who.person.name} is in no server called {wanted}")


def _command_id(who: Asked, guild: Guild) -> int:
    name = who.body.get("command")
    if name is None:
        return who.core.store.application_id
    key = (str(name).removeprefix("/"), who.body.get("type", int(CommandKind.SLASH)))
    found = next((each for each in who.core.commands.in_guild(guild.id) if each.key == key), None)
    if found is None:
        raise ControlError(Problem.UNKNOWN_COMMAND, f"the bot has not registered {name}")
    return found.id


def _grant(who: Asked, guild: Guild, entry: Any) -> Grant:
    if not isinstance(entry, dict) or not isinstance(entry.get("allow"), bool):
        raise bad("a permission is a role, a user or a channel, and whether to allow it")
    if "role" in entry:
        return Grant(_role_id(guild, str(entry["role"])), GrantKind.ROLE, entry["allow"])
    if "user" in entry:
        user = who.core.store.person(str(entry["user"]).removeprefix("@"))
        if user is None or user.id not in guild.members:
            raise bad(f"there is nobody called {entry['user']}")
        return Grant(user.id, GrantKind.USER, entry["allow"])
    name = str(entry.get("channel"))
    if name == _ALL_CHANNELS:
        return Grant(guild.id - 1, GrantKind.CHANNEL, entry["allow"])
    return Grant(channel_named(who.core, who.person, name).id, GrantKind.CHANNEL, entry["allow"])


def _role_id(guild: Guild, name: str) -> int:
    wanted = (name, name.removeprefix("@"))
    found = next((role.id for role in guild.roles.values() if role.name in wanted), None)
    if found is None:
        raise bad(f"there is no role called {name}")
    return found
