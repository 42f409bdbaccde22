"""Scheduled events of a guild."""

from aiohttp import web

from sandbox import payloads
from sandbox.core import Core
from sandbox.errors import DiscordError, Why
from sandbox.guilds.rights import need, need_in
from sandbox.happenings import ScheduledEvent
from sandbox.permissions import Permission, in_guild
from sandbox.rest.access import deed
from sandbox.rest.bodies import guild_of, id_of, json_of
from sandbox.rest.queries import flag_in
from sandbox.rules.happenings import read_event_changes, read_new_event
from sandbox.state import Guild
from sandbox.wire import Json, answer, nothing

routes = web.RouteTableDef()
_EVENTS = "/guilds/{guild}/scheduled-events"
_EVENT = _EVENTS + "/{event}"
_MOST = 100


@routes.get(_EVENTS)
async def events(request: web.Request) -> web.Response:
    core, guild = guild_of(request)
    return answer([_shown(request, core, guild, each) for each in guild.events.values()])


@routes.post(_EVENTS)
async def plan(request: web.Request) -> web.Response:
    core, guild = guild_of(request)
    _need_one(core, guild, Permission.CREATE_EVENTS | Permission.MANAGE_EVENTS)
    given = read_new_event(guild, json_of(request), core.clock.now())
    _need_in_place(core, guild, given.get("channel_id"))
    if len(guild.events) >= _MOST:
        raise DiscordError(Why.TOO_MANY_EVENTS)
    made = core.happenings.plan(guild, given, deed(request))
    return answer(payloads.scheduled_event(core.store, guild, made))


@routes.get(_EVENT)
async def event(request: web.Request) -> web.Response:
    core, guild, event = _event_of(request)
    return answer(_shown(request, core, guild, event))


@routes.patch(_EVENT)
async def change(request: web.Request) -> web.Response:
    core, guild, event = _event_of(request)
    _need_for(core, guild, event)
    changes = read_event_changes(guild, event, json_of(request), core.clock.now())
    _need_in_place(core, guild, changes.get("channel_id"))
    after = core.happenings.change(guild, event, changes, deed(request))
    return answer(payloads.scheduled_event(core.store, guild, after))


@routes.delete(_EVENT)
async def drop(request: web.Request) -> web.Response:
    core, guild, event = _event_of(request)
    _need_for(core, guild, event)
    core.happenings.drop(guild, event, deed(request))
    return nothing()


@routes.get(_EVENT + "/users")
async def interested(request: web.Request) -> web.Response:
    """The people of the sandbox mark no interest."""
    _event_of(request)
    return answer([])


def _event_of(request: web.Request) -> tuple[Core, Guild, ScheduledEvent]:
    core, guild = guild_of(request)
    found = guild.events.get(id_of(request, "event", Why.UNKNOWN_EVENT))
    if found is None:
        raise DiscordError(Why.UNKNOWN_EVENT)
    return core, guild, found


def _shown(request: web.Request, core: Core, guild: Guild, event: ScheduledEvent) -> Json:
    body = payloads.scheduled_event(core.store, guild, event)
    return {**body, "user_count": 0} if flag_in(request, "with_user_count") else body


def _need_one(core: Core, guild: Guild, either: int) -> None:
    if not in_guild(guild, core.store.bot_id) & either:
        raise DiscordError(Why.MISSING_PERMISSIONS)


def _need_for(core: Core, guild: Guild, event: ScheduledEvent) -> None:
    """One's own events are for whoever may make them, those of others for those who manage them."""
    if event.creator_id == core.store.bot_id:
        _need_one(core, guild, Permission.CREATE_EVENTS | Permission.MANAGE_EVENTS)
    else:
        need(guild, core.store.bot_id, Permission.MANAGE_EVENTS)


def _need_in_place(core: Core, guild: Guild, channel_id: int | None) -> None:
    if channel_id is not None:
        need_in(guild, guild.channels[channel_id], core.store.bot_id, Permission.CONNECT)
