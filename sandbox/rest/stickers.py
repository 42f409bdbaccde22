"""Stickers of a guild."""

from aiohttp import web

from sandbox import payloads
from sandbox.core import CORE, Core
from sandbox.errors import DiscordError, Why
from sandbox.expressions import Sticker
from sandbox.guilds.rights import need
from sandbox.permissions import Permission, in_guild
from sandbox.rest.access import deed
from sandbox.rest.bodies import guild_of, id_of, json_of, uploads_of
from sandbox.rules.stickers import read_sticker, sticker_format
from sandbox.state import Guild
from sandbox.wire import Json, answer, nothing

routes = web.RouteTableDef()
_STICKERS = "/guilds/{guild}/stickers"
_STICKER = _STICKERS + "/{sticker}"
_MAKERS = Permission.CREATE_GUILD_EXPRESSIONS | Permission.MANAGE_GUILD_EXPRESSIONS
_MOST = 5  # in a guild without boosts


@routes.get(_STICKERS)
async def stickers(request: web.Request) -> web.Response:
    core, guild = guild_of(request)
    return answer([_shown(core, guild, each) for each in guild.stickers.values()])


@routes.post(_STICKERS)
async def create(request: web.Request) -> web.Response:
    core, guild = guild_of(request)
    need(guild, core.store.bot_id, Permission.CREATE_GUILD_EXPRESSIONS)
    given = read_sticker(json_of(request), new=True)
    content, kind = sticker_format(uploads_of(request))
    if len(guild.stickers) >= _MOST:
        raise DiscordError(Why.TOO_MANY_STICKERS)
    return answer(_shown(core, guild, core.stickers.create(guild, given, kind, content, deed(request))), 201)


@routes.get(_STICKER)
async def sticker(request: web.Request) -> web.Response:
    core, guild, found = _sticker_of(request)
    return answer(_shown(core, guild, found))


@routes.patch(_STICKER)
async def change(request: web.Request) -> web.Response:
    core, guild, found = _sticker_of(request)
    _need_for(core, guild, found)
    after = core.stickers.change(guild, found, read_sticker(json_of(request), new=False), deed(request))
    return answer(_shown(core, guild, after))


@routes.delete(_STICKER)
async def delete(request: web.Request) -> web.Response:
    core, guild, found = _sticker_of(request)
    _need_for(core, guild, found)
    core.stickers.delete(guild, found, deed(request))
    return nothing()


@routes.get("/stickers/{sticker}")
async def anywhere(request: web.Request) -> web.Response:
    core = request.app[CORE]
    wanted = id_of(request, "sticker", Why.UNKNOWN_STICKER)
    for guild in core.store.guilds.values():
        if wanted in guild.stickers:
            return answer(payloads.sticker(guild, guild.stickers[wanted]))
    raise DiscordError(Why.UNKNOWN_STICKER)


@routes.get("/sticker-packs")
async def packs(request: web.Request) -> web.Response:
    """Those that Discord sells are not here."""
    return answer({"sticker_packs": []})


def _sticker_of(request: web.Request) -> tuple[Core, Guild, Sticker]:
    core, guild = guild_of(request)
    found = guild.stickers.get(id_of(request, "sticker", Why.UNKNOWN_STICKER))
    if found is None:
        raise DiscordError(Why.UNKNOWN_STICKER)
    return core, guild, found


def _need_for(core: Core, guild: Guild, sticker: Sticker) -> None:
    """One's own stickers are for whoever may make them, those of others for those who manage them."""
    own = sticker.user_id == core.store.bot_id
    if not (own and in_guild(guild, core.store.bot_id) & Permission.CREATE_GUILD_EXPRESSIONS):
        need(guild, core.store.bot_id, Permission.MANAGE_GUILD_EXPRESSIONS)


def _shown(core: Core, guild: Guild, sticker: Sticker) -> Json:
    """Who made it only those are told who make or manage such things."""
    body = payloads.sticker(guild, sticker)
    if not in_guild(guild, core.store.bot_id) & _MAKERS:
        return body
    return {**body, "user": payloads.user(core.store.users[sticker.user_id])}
