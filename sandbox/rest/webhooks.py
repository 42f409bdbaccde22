"""What a token allows to write: the one of a channel's webhook, or that of an interaction."""

import hashlib
from dataclasses import replace

from aiohttp import web

from sandbox import payloads
from sandbox.core import CORE, Core
from sandbox.errors import DiscordError, Why
from sandbox.guilds.audit import Deed
from sandbox.rest import responses
from sandbox.rest.bodies import id_of, json_of, uploads_of
from sandbox.rest.channel_webhooks import webhook_of
from sandbox.rest.queries import flag_in, id_in
from sandbox.rules.messages import read_draft
from sandbox.rules.threads import read_new_thread
from sandbox.rules.webhooks import Disguise, read_disguise
from sandbox.state import Channel, Message, Webhook, WebhookAuthor
from sandbox.wire import Json, answer, nothing

routes = web.RouteTableDef()
_TOKEN = "/webhooks/{webhook}/{token}"  # noqa: S105  the pattern of a route
_MESSAGE = _TOKEN + "/messages/{message}"


def _of_interaction(request: web.Request) -> bool:
    return request.match_info["webhook"] == str(request.app[CORE].store.application_id)


@routes.post(_TOKEN)
async def execute(request: web.Request) -> web.Response:
    if _of_interaction(request):
        return await responses.follow_up(request)
    core, webhook = webhook_of(request)
    body = json_of(request)
    draft = replace(read_draft(body, uploads_of(request)), reference=None, nonce=None)
    author = _author(webhook, read_disguise(body))
    channel = _destination(core, webhook, request, body)
    if channel.is_forum:
        given = read_new_thread(channel, {"name": body["thread_name"], "applied_tags": body.get("applied_tags") or []})
        deed = Deed(webhook.creator_id)
        _, message = core.hosting.post(channel, given, draft, deed, (webhook.id, author))
    else:
        message = core.posting.create(channel, webhook.id, draft, webhook=author)
    return answer(payloads.message(core.store, message)) if flag_in(request, "wait") else nothing()


@routes.get(_MESSAGE)
async def one(request: web.Request) -> web.Response:
    if _of_interaction(request):
        return await responses.one(request)
    core, message = _message(request)
    return answer(payloads.message(core.store, message))


@routes.patch(_MESSAGE)
async def edit(request: web.Request) -> web.Response:
    if _of_interaction(request):
        return await responses.edit(request)
    core, message = _message(request)
    draft = read_draft(json_of(request), uploads_of(request), flags=message.flags)
    return answer(payloads.message(core.store, core.posting.edit(message, draft)))


@routes.delete(_MESSAGE)
async def delete(request: web.Request) -> web.Response:
    if _of_interaction(request):
        return await responses.delete(request)
    core, message = _message(request)
    core.posting.delete(message)
    return nothing()


def _message(request: web.Request) -> tuple[Core, Message]:
    """One that this webhook wrote."""
    core, webhook = webhook_of(request)
    channel = _thread(core, webhook, request) or core.store.channels[webhook.channel_id]
    message = core.store.message(channel.id, id_of(request, "message", Why.UNKNOWN_MESSAGE))
    if message is None or message.author_id != webhook.id:
        raise DiscordError(Why.UNKNOWN_MESSAGE)
    return core, message


def _author(webhook: Webhook, disguise: Disguise) -> WebhookAuthor:
    """A picture from elsewhere is not fetched; it gets the hash that Discord would give its copy."""
    avatar = webhook.avatar
    if disguise.avatar_url is not None:
        avatar = hashlib.sha256(disguise.avatar_url.encode()).hexdigest()[:32]
    return WebhookAuthor(disguise.name or webhook.name, avatar)


def _destination(core: Core, webhook: Webhook, request: web.Request, body: Json) -> Channel:
    """The webhook's channel, or a thread in it; a forum is one in which a post is to be begun."""
    channel = core.store.channels[webhook.channel_id]
    thread, name = _thread(core, webhook, request), body.get("thread_name")
    if channel.is_forum:
        if thread is None and not name:
            raise DiscordError(Why.WEBHOOK_NEEDS_THREAD)
        if thread is not None and name:
            raise DiscordError(Why.WEBHOOK_HAS_TWO_THREADS)
    elif name:
        raise DiscordError(Why.WEBHOOK_MAKES_NO_THREAD)
    return thread or channel


def _thread(core: Core, webhook: Webhook, request: web.Request) -> Channel | None:
    thread_id = id_in(request, "thread_id")
    if thread_id is None:
        return None
    thread = core.store.channels.get(thread_id)
    if thread is None or not thread.is_thread or thread.parent_id != webhook.channel_id:
        raise DiscordError(Why.UNKNOWN_CHANNEL)
    return thread
