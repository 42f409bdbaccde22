"""Application commands, global and of one guild, and who may use them."""

from aiohttp import web

from sandbox.core import Core
from sandbox.errors import DiscordError, Why
from sandbox.rest.bodies import application_of, id_of, json_of, list_of
from sandbox.rest.queries import flag_in
from sandbox.wire import answer, nothing

routes = web.RouteTableDef()
_GLOBAL = "/applications/{application}/commands"
_GUILD = "/applications/{application}/guilds/{guild}/commands"


def _scope(request: web.Request) -> tuple[Core, int | None]:
    """The guild of the path, or None for everywhere."""
    core = application_of(request)
    if "guild" not in request.match_info:
        return core, None
    guild_id = id_of(request, "guild", Why.UNKNOWN_GUILD)
    if guild_id not in core.store.guilds:
        raise DiscordError(Why.MISSING_ACCESS)
    return core, guild_id


def _guild(request: web.Request) -> tuple[Core, int]:
    core, guild_id = _scope(request)
    if guild_id is None:
        raise DiscordError(Why.UNKNOWN_GUILD)
    return core, guild_id


def _command_id(request: web.Request) -> int:
    return id_of(request, "command", Why.UNKNOWN_COMMAND)


@routes.get(_GLOBAL)
@routes.get(_GUILD)
async def listed(request: web.Request) -> web.Response:
    """With all translations if asked for, else with those of the asker's language."""
    core, scope = _scope(request)
    locale = None if flag_in(request, "with_localizations") else _locale(request)
    return answer([command.payload(core.store.application_id, locale) for command in core.commands.all(scope)])


def _locale(request: web.Request) -> str:
    accepted = request.headers.get("Accept-Language", "").partition(",")[0].partition(";")[0].strip()
    return request.headers.get("X-Discord-Locale") or accepted or "en-US"


@routes.post(_GLOBAL)
@routes.post(_GUILD)
async def create(request: web.Request) -> web.Response:
    core, scope = _scope(request)
    command, new = core.commands.add(scope, json_of(request))
    return answer(command.payload(core.store.application_id), 201 if new else 200)


@routes.put(_GLOBAL)
@routes.put(_GUILD)
async def replace(request: web.Request) -> web.Response:
    core, scope = _scope(request)
    made = core.commands.replace(scope, list_of(request))
    return answer([command.payload(core.store.application_id) for command in made])


@routes.get(_GUILD + "/permissions")
async def grants(request: web.Request) -> web.Response:
    """Only of those commands that an administrator has said something of."""
    core, guild_id = _guild(request)
    return answer(core.grants.all_of(guild_id))


@routes.get(_GUILD + "/{command}/permissions")
async def grants_of(request: web.Request) -> web.Response:
    core, guild_id = _guild(request)
    command_id = _granted(request, core, guild_id)
    if not core.grants.of(guild_id, command_id):
        raise DiscordError(Why.UNKNOWN_COMMAND_PERMISSIONS)
    return answer(core.grants.payload(guild_id, command_id))


def _granted(request: web.Request, core: Core, guild_id: int) -> int:
    """A command of the guild or of everywhere; the application's id stands for all of them."""
    command_id = _command_id(request)
    known = [command.id for command in core.commands.in_guild(guild_id)]
    if command_id not in (*known, core.store.application_id):
        raise DiscordError(Why.UNKNOWN_COMMAND)
    return command_id


@routes.put(_GUILD + "/{command}/permissions")
async def grant(request: web.Request) -> web.Response:
    """People do that, in the settings of their server: a bot's token is refused."""
    _guild(request)
    raise DiscordError(Why.NOT_FOR_BOTS)


@routes.get(_GLOBAL + "/{command}")
@routes.get(_GUILD + "/{command}")
async def one(request: web.Request) -> web.Response:
    core, scope = _scope(request)
    return answer(core.commands.get(scope, _command_id(request)).payload(core.store.application_id))


@routes.patch(_GLOBAL + "/{command}")
@routes.patch(_GUILD + "/{command}")
async def change(request: web.Request) -> web.Response:
    core, scope = _scope(request)
    changed = core.commands.change(scope, _command_id(request), json_of(request))
    return answer(changed.payload(core.store.application_id))


@routes.delete(_GLOBAL + "/{command}")
@routes.delete(_GUILD + "/{command}")
async def remove(request: web.Request) -> web.Response:
    core, scope = _scope(request)
    core.commands.remove(scope, _command_id(request))
    return nothing()
