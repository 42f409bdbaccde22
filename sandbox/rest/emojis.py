"""Emojis of a guild."""

from dataclasses import replace

from aiohttp import web

from sandbox import payloads
from sandbox.core import Core
from sandbox.errors import DiscordError, Why
from sandbox.expressions import Emoji
from sandbox.guilds.rights import need
from sandbox.permissions import Permission, in_guild
from sandbox.rest.access import deed
from sandbox.rest.bodies import guild_of, id_of, json_of
from sandbox.rules.guilds import read_emoji
from sandbox.state import Guild
from sandbox.store import moves
from sandbox.wire import Json, answer, nothing

routes = web.RouteTableDef()
_EMOJIS = "/guilds/{guild}/emojis"
_MOST = 50  # of each sort, in a guild without boosts


@routes.get(_EMOJIS)
async def emojis(request: web.Request) -> web.Response:
    core, guild = guild_of(request)
    return answer([_shown(core, guild, emoji) for emoji in guild.emojis.values()])


@routes.get(_EMOJIS + "/{emoji}")
async def emoji(request: web.Request) -> web.Response:
    core, guild = guild_of(request)
    return answer(_shown(core, guild, _emoji(request, guild)))


@routes.post(_EMOJIS)
async def create(request: web.Request) -> web.Response:
    core, guild = guild_of(request)
    need(guild, core.store.bot_id, Permission.CREATE_GUILD_EXPRESSIONS)
    given = read_emoji(json_of(request), new=True, guild=guild)
    if sum(each.animated == moves(given["image"]) for each in guild.emojis.values()) >= _MOST:
        raise DiscordError(Why.TOO_MANY_EMOJIS)
    made = core.emojis.create(guild, given["name"], given["image"], given.get("roles", ()), deed(request))
    return answer(_shown(core, guild, made), 201)


@routes.patch(_EMOJIS + "/{emoji}")
async def change(request: web.Request) -> web.Response:
    core, guild = guild_of(request)
    emoji = _emoji(request, guild)
    _need_own(core, guild, emoji)
    after = replace(emoji, **read_emoji(json_of(request), new=False, guild=guild))
    core.emojis.change(guild, emoji, after, deed(request))
    return answer(_shown(core, guild, after))


@routes.delete(_EMOJIS + "/{emoji}")
async def delete(request: web.Request) -> web.Response:
    core, guild = guild_of(request)
    emoji = _emoji(request, guild)
    _need_own(core, guild, emoji)
    core.emojis.delete(guild, emoji, deed(request))
    return nothing()


def _emoji(request: web.Request, guild: Guild) -> Emoji:
    emoji = guild.emojis.get(id_of(request, "emoji", Why.UNKNOWN_EMOJI))
    if emoji is None:
        raise DiscordError(Why.UNKNOWN_EMOJI)
    return emoji


def _need_own(core: Core, guild: Guild, emoji: Emoji) -> None:
    """One's own emojis are for whoever may make them, those of others for those who manage them."""
    own = emoji.user_id == core.store.bot_id
    if not (own and in_guild(guild, core.store.bot_id) & Permission.CREATE_GUILD_EXPRESSIONS):
        need(guild, core.store.bot_id, Permission.MANAGE_GUILD_EXPRESSIONS)


def _shown(core: Core, guild: Guild, emoji: Emoji) -> Json:
    """Who made it only those are told who make or manage such things."""
    body = payloads.emoji(emoji)
    makes = Permission.CREATE_GUILD_EXPRESSIONS | Permission.MANAGE_GUILD_EXPRESSIONS
    if not in_guild(guild, core.store.bot_id) & makes:
        return body
    return {**body, "user": payloads.user(core.store.users[emoji.user_id])}
