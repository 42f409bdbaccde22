"""Bans of a guild."""

from typing import Any

from aiohttp import web

from sandbox import payloads
from sandbox.core import Core
from sandbox.errors import DiscordError, Why
from sandbox.guilds.member_rights import may_remove_member
from sandbox.guilds.rights import need
from sandbox.permissions import Permission
from sandbox.rest.access import deed
from sandbox.rest.bodies import guild_of, json_of, user_of
from sandbox.rest.queries import id_in, limit_in
from sandbox.rules.form import Form
from sandbox.rules.members import read_forgotten
from sandbox.rules.settings import Settings
from sandbox.state import Guild
from sandbox.wire import Json, answer, nothing

routes = web.RouteTableDef()
_BANS = "/guilds/{guild}/bans"
_MOST_AT_ONCE = 200


@routes.get(_BANS)
async def bans(request: web.Request) -> web.Response:
    """Sorted by the ids of the users; `before` wins over `after`."""
    core, guild = _guild(request)
    limit, before, after = limit_in(request, 1000, 1000), id_in(request, "before"), id_in(request, "after")
    ids = sorted(guild.bans)
    if before is not None:
        ids = [user_id for user_id in ids if user_id < before][-limit:]
    else:
        ids = [user_id for user_id in ids if user_id > (after or 0)][:limit]
    return answer([_shown(core, guild, user_id) for user_id in ids])


@routes.get(_BANS + "/{user}")
async def ban(request: web.Request) -> web.Response:
    core, guild = _guild(request)
    return answer(_shown(core, guild, _banned(request, guild)))


@routes.put(_BANS + "/{user}")
async def create(request: web.Request) -> web.Response:
    core, guild = guild_of(request)
    user_id = user_of(request)
    may_remove_member(guild, core.store.bot_id, user_id, Permission.BAN_MEMBERS)
    forget = read_forgotten({**request.query, **json_of(request)})
    if user_id not in guild.bans:
        core.members.ban(guild, user_id, deed(request), forget_seconds=forget)
    return nothing()


@routes.delete(_BANS + "/{user}")
async def remove(request: web.Request) -> web.Response:
    core, guild = _guild(request)
    core.members.unban(guild, _banned(request, guild), deed(request))
    return nothing()


@routes.post("/guilds/{guild}/bulk-ban")
async def create_many(request: web.Request) -> web.Response:
    """Those that can be banned are, unless there are none."""
    core, guild = guild_of(request)
    need(guild, core.store.bot_id, Permission.BAN_MEMBERS | Permission.MANAGE_GUILD)
    body = json_of(request)
    form = Form()
    fields = Settings(form, body)
    fields.require("user_ids")
    fields.identifiers("user_ids", _MOST_AT_ONCE)
    form.done()
    forget = read_forgotten(body)
    banned = [user_id for user_id in fields.found["user_ids"] if _bannable(core, guild, user_id)]
    if not banned:
        raise DiscordError(Why.NOBODY_BANNED)
    for user_id in banned:
        core.members.ban(guild, user_id, deed(request), forget_seconds=forget)
    failed = [user_id for user_id in fields.found["user_ids"] if user_id not in banned]
    return answer({"banned_users": _texts(banned), "failed_users": _texts(failed)})


def _bannable(core: Core, guild: Guild, user_id: int) -> bool:
    if user_id not in core.store.users or user_id in guild.bans:
        return False
    try:
        may_remove_member(guild, core.store.bot_id, user_id, Permission.BAN_MEMBERS)
    except DiscordError:
        return False
    return True


def _texts(ids: list[Any]) -> list[str]:
    return [str(user_id) for user_id in ids]


def _guild(request: web.Request) -> tuple[Core, Guild]:
    core, guild = guild_of(request)
    need(guild, core.store.bot_id, Permission.BAN_MEMBERS)
    return core, guild


def _banned(request: web.Request, guild: Guild) -> int:
    user_id = user_of(request)
    if user_id not in guild.bans:
        raise DiscordError(Why.UNKNOWN_BAN)
    return user_id


def _shown(core: Core, guild: Guild, user_id: int) -> Json:
    return {"user": payloads.user(core.store.users[user_id]), "reason": guild.bans[user_id]}
