"""Guilds: shown, changed, and what only a few of them have."""

from aiohttp import web

from sandbox import payloads
from sandbox.core import CORE
from sandbox.errors import DiscordError, Why
from sandbox.guilds.rights import need
from sandbox.permissions import Permission
from sandbox.rest.access import deed
from sandbox.rest.bodies import guild_of, json_of
from sandbox.rest.queries import flag_in
from sandbox.rules.guilds import read_guild_changes
from sandbox.state import Guild
from sandbox.wire import Json, answer

routes = web.RouteTableDef()
_REGIONS = [
    {"id": name, "name": shown, "custom": False, "deprecated": False, "optimal": name == "rotterdam"}
    for name, shown in (("rotterdam", "Rotterdam"), ("us-east", "US East"), ("singapore", "Singapore"))
]


@routes.get("/guilds/{guild}")
async def guild(request: web.Request) -> web.Response:
    _, guild = guild_of(request)
    body: Json = payloads.guild(guild)
    return answer({**body, **payloads.counts(guild)} if flag_in(request, "with_counts") else body)


@routes.get("/guilds/{guild}/preview")
async def preview(request: web.Request) -> web.Response:
    _, guild = guild_of(request)
    return answer(payloads.preview(guild))


@routes.patch("/guilds/{guild}")
async def change(request: web.Request) -> web.Response:
    core, guild = guild_of(request)
    need(guild, core.store.bot_id, Permission.MANAGE_GUILD)
    changes = read_guild_changes(guild, json_of(request))
    if ("COMMUNITY" in changes.get("features", guild.features)) != ("COMMUNITY" in guild.features):
        need(guild, core.store.bot_id, Permission.ADMINISTRATOR)
    core.guilds.change(guild, changes, deed(request))
    return answer(payloads.guild(guild))


@routes.get("/voice/regions")
@routes.get("/guilds/{guild}/regions")
async def regions(request: web.Request) -> web.Response:
    if "guild" in request.match_info:
        guild_of(request)
    return answer(_REGIONS)


@routes.get("/guilds/{guild}/soundboard-sounds")
async def sounds(request: web.Request) -> web.Response:
    guild_of(request)
    return answer({"items": []})


@routes.get("/guilds/{guild}/integrations")
@routes.get("/guilds/{guild}/auto-moderation/rules")
@routes.get("/guilds/{guild}/templates")
async def nothing_managed(request: web.Request) -> web.Response:
    _managed(request)
    return answer([])


@routes.get("/guilds/{guild}/widget")
async def widget(request: web.Request) -> web.Response:
    _managed(request)
    return answer({"enabled": False, "channel_id": None})


@routes.get("/guilds/{guild}/widget.json")
async def shown_widget(request: web.Request) -> web.Response:
    guild_of(request)
    raise DiscordError(Why.WIDGET_DISABLED)


@routes.get("/guilds/{guild}/vanity-url")
async def vanity(request: web.Request) -> web.Response:
    _managed(request)
    return answer({"code": None, "uses": 0})


@routes.get("/guilds/{guild}/welcome-screen")
async def welcome_screen(request: web.Request) -> web.Response:
    _managed(request)
    raise DiscordError(Why.UNKNOWN_WELCOME_SCREEN)


@routes.get("/guilds/{guild}/voice-states/{user}")
async def voice_state(request: web.Request) -> web.Response:
    """Nobody in the sandbox is in a voice channel."""
    guild_of(request)
    raise DiscordError(Why.UNKNOWN_VOICE_STATE)


@routes.get("/guilds/{guild}/onboarding")
async def onboarding(request: web.Request) -> web.Response:
    _, guild = guild_of(request)
    none: Json = {"prompts": [], "default_channel_ids": [], "enabled": False, "mode": 0}
    return answer({"guild_id": str(guild.id), **none})


def _managed(request: web.Request) -> Guild:
    guild: Guild
    _, guild = guild_of(request)
    need(guild, request.app[CORE].store.bot_id, Permission.MANAGE_GUILD)
    return guild
