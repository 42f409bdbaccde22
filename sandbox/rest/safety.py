"""What guilds do against raids and for order: pruning, and shutting their doors for a while."""

from aiohttp import web

from sandbox.core import CORE
from sandbox.guilds.rights import need
from sandbox.payloads.values import stamp
from sandbox.permissions import Permission
from sandbox.rest.access import deed
from sandbox.rest.bodies import guild_of, json_of
from sandbox.rules.form import Form
from sandbox.rules.settings import Settings
from sandbox.wire import Json, answer

routes = web.RouteTableDef()
_PRUNE = "/guilds/{guild}/prune"
_LONGEST_ABSENCE = 30  # days
_LONGEST_SHUT = 24 * 3600.0
_DOORS = ("invites_disabled_until", "dms_disabled_until")


@routes.get(_PRUNE)
async def count_inactive(request: web.Request) -> web.Response:
    return _pruned(request, {"days": request.query.get("days")})


@routes.post(_PRUNE)
async def prune(request: web.Request) -> web.Response:
    return _pruned(request, json_of(request))


def _pruned(request: web.Request, body: Json) -> web.Response:
    """Nobody: everybody in the sandbox is there all the time."""
    _, guild = guild_of(request)
    need(guild, request.app[CORE].store.bot_id, Permission.MANAGE_GUILD)
    need(guild, request.app[CORE].store.bot_id, Permission.KICK_MEMBERS)
    form = Form()
    Settings(form, body).number("days", 1, _LONGEST_ABSENCE, empty=7)
    form.done()
    counted = str(body.get("compute_prune_count", True)).lower() != "false"
    return answer({"pruned": 0 if counted else None})


@routes.put("/guilds/{guild}/incident-actions")
async def shut_doors(request: web.Request) -> web.Response:
    """What is left out stays as it was; `null` opens a door."""
    core, guild = guild_of(request)
    need(guild, core.store.bot_id, Permission.MANAGE_GUILD)
    form = Form()
    fields = Settings(form, json_of(request))
    for door in _DOORS:
        fields.moment(door, empty=None)
        if (fields.found.get(door) or 0.0) > core.clock.now() + _LONGEST_SHUT:
            form.wrong((door,), "INCIDENT_ACTIONS_TOO_LONG", "Must be within 24 hours from now.")
    form.done()
    before = guild.settings.get("incidents_data") or dict.fromkeys(_DOORS)
    data = {**before, **{door: at and stamp(at) for door, at in fields.found.items()}}
    core.guilds.change(guild, {"incidents_data": data}, deed(request))
    return answer(data)
