"""The webhooks of channels, with the bot's token or with their own."""

from aiohttp import web

from sandbox import payloads
from sandbox.core import CORE, Core
from sandbox.errors import DiscordError, Why
from sandbox.guilds.audit import Deed
from sandbox.guilds.rights import need
from sandbox.permissions import Permission
from sandbox.rest.access import deed, require
from sandbox.rest.bodies import channel_of, guild_of, id_of, json_of
from sandbox.rules.form import Form
from sandbox.rules.webhooks import read_webhook
from sandbox.state import Channel, Webhook
from sandbox.wire import Json, answer, nothing

routes = web.RouteTableDef()
_ONE = "/webhooks/{webhook}"
_BY_TOKEN = _ONE + "/{token}"


@routes.post("/channels/{channel}/webhooks")
async def create(request: web.Request) -> web.Response:
    core, channel = channel_of(request)
    require(core, channel, Permission.MANAGE_WEBHOOKS)
    draft = read_webhook(json_of(request), new=True)
    webhook = core.webhooks.create(channel, draft, core.store.application_id, deed(request))
    return answer(payloads.webhook(core.store, webhook))


@routes.get("/channels/{channel}/webhooks")
async def of_channel(request: web.Request) -> web.Response:
    core, channel = channel_of(request)
    require(core, channel, Permission.MANAGE_WEBHOOKS)
    return answer([payloads.webhook(core.store, webhook) for webhook in core.webhooks.of(channel)])


@routes.get("/guilds/{guild}/webhooks")
async def of_guild(request: web.Request) -> web.Response:
    core, guild = guild_of(request)
    need(guild, core.store.bot_id, Permission.MANAGE_WEBHOOKS)
    found = [webhook for webhook in core.store.webhooks.values() if webhook.guild_id == guild.id]
    return answer([payloads.webhook(core.store, webhook) for webhook in found])


@routes.get(_ONE)
async def one(request: web.Request) -> web.Response:
    """The application that made it needs no permission to look."""
    core, webhook = _found(request)
    if webhook.application_id != core.store.application_id:
        _manage(core, webhook)
    return answer(payloads.webhook(core.store, webhook))


@routes.patch(_ONE)
async def change(request: web.Request) -> web.Response:
    core, webhook = _found(request)
    _manage(core, webhook)
    body = json_of(request)
    core.webhooks.change(webhook, read_webhook(body, new=False), deed(request), _destination(core, body))
    return answer(payloads.webhook(core.store, webhook))


@routes.delete(_ONE)
async def delete(request: web.Request) -> web.Response:
    core, webhook = _found(request)
    _manage(core, webhook)
    core.webhooks.delete(webhook, deed(request))
    return nothing()


@routes.get(_BY_TOKEN)
async def one_by_token(request: web.Request) -> web.Response:
    core, webhook = webhook_of(request)
    return answer(payloads.webhook(core.store, webhook, by_token=True))


@routes.patch(_BY_TOKEN)
async def change_by_token(request: web.Request) -> web.Response:
    core, webhook = webhook_of(request)
    core.webhooks.change(webhook, read_webhook(json_of(request), new=False), Deed(webhook.creator_id))
    return answer(payloads.webhook(core.store, webhook, by_token=True))


@routes.delete(_BY_TOKEN)
async def delete_by_token(request: web.Request) -> web.Response:
    core, webhook = webhook_of(request)
    core.webhooks.delete(webhook, Deed(webhook.creator_id))
    return nothing()


def webhook_of(request: web.Request) -> tuple[Core, Webhook]:
    """With the token that the path has. Raises DiscordError."""
    core = request.app[CORE]
    webhook_id = id_of(request, "webhook", Why.UNKNOWN_WEBHOOK)
    return core, core.webhooks.find(webhook_id, request.match_info["token"])


def _found(request: web.Request) -> tuple[Core, Webhook]:
    core = request.app[CORE]
    return core, core.webhooks.find(id_of(request, "webhook", Why.UNKNOWN_WEBHOOK))


def _manage(core: Core, webhook: Webhook) -> None:
    require(core, core.store.channels[webhook.channel_id], Permission.MANAGE_WEBHOOKS)


def _destination(core: Core, body: Json) -> Channel | None:
    """The channel that a webhook is to move to."""
    form = Form()
    channel_id = form.snowflake(("channel_id",), body.get("channel_id"))
    form.done()
    if channel_id is None:
        return None
    channel = core.store.channels.get(channel_id)
    if channel is None:
        raise DiscordError(Why.UNKNOWN_CHANNEL)
    require(core, channel, Permission.MANAGE_WEBHOOKS)
    return channel
