"""Threads: how they are started, changed and listed."""

from collections.abc import Callable
from typing import Any

from aiohttp import web

from sandbox import payloads
from sandbox.core import Core
from sandbox.guilds.audit import Deed
from sandbox.guilds.thread_rights import active_threads, check_tags, may_change_thread, may_start
from sandbox.permissions import Permission
from sandbox.rest.access import deed, require, shown
from sandbox.rest.bodies import guild_of, json_of, message_of, place_of, uploads_of
from sandbox.rest.queries import id_in, limit_in, moment_in
from sandbox.rules.messages import read_draft
from sandbox.rules.threads import message_of_post, read_new_thread, read_thread_changes
from sandbox.state import Channel, ChannelKind, Guild
from sandbox.wire import Json, answer

routes = web.RouteTableDef()
_PUBLIC = (ChannelKind.NEWS_THREAD, ChannelKind.THREAD)


@routes.post("/channels/{channel}/messages/{message}/threads")
async def start_from(request: web.Request) -> web.Response:
    core, channel, message = message_of(request)
    require(core, channel, Permission.READ_MESSAGE_HISTORY)
    given = read_new_thread(channel, json_of(request), from_message=True)
    may_start(core.store, channel, core.store.bot_id, given["kind"])
    thread = core.hosting.start_from(message, given, deed(request))
    return answer(payloads.own_channel(core.store, thread), 201)


@routes.post("/channels/{channel}/threads")
async def start(request: web.Request) -> web.Response:
    """In a forum with a first message, elsewhere without."""
    core, guild, channel = place_of(request)
    body = json_of(request)
    given = read_new_thread(channel, body)
    may_start(core.store, channel, core.store.bot_id, given["kind"])
    if not channel.is_forum:
        thread = core.hosting.start(channel, given, deed(request))
        return answer(payloads.own_channel(core.store, thread), 201)
    draft = read_draft(message_of_post(body), uploads_of(request), ("message",))
    check_tags(guild, channel, given.get("tags", ()), core.store.bot_id)
    thread, message = core.hosting.post(channel, given, draft, deed(request))
    made = {**payloads.own_channel(core.store, thread), "message": shown(core, thread, message)}
    return answer(made, 201)


def change_thread(core: Core, guild: Guild, thread: Channel, body: Json, deed: Deed) -> None:
    """A channel is changed through one route, whether it is a thread or not."""
    parent = guild.channels.get(thread.parent_id or 0)
    changes = read_thread_changes(thread, parent, body)
    may_change_thread(guild, thread, deed.by, changes)
    if parent is not None and "tags" in changes:
        check_tags(guild, parent, changes["tags"], deed.by)
    core.hosting.change(thread, changes, deed)


def delete_thread(core: Core, thread: Channel, deed: Deed) -> None:
    require(core, thread, Permission.MANAGE_THREADS)
    core.hosting.delete(thread, deed)


@routes.get("/guilds/{guild}/threads/active")
async def active(request: web.Request) -> web.Response:
    core, guild = guild_of(request)
    seen = active_threads(guild, core.store.bot_id)
    return answer(_listed(core, seen, len(seen)))


@routes.get("/channels/{channel}/threads/archived/public")
async def archived_public(request: web.Request) -> web.Response:
    core, _, channel = place_of(request)
    require(core, channel, Permission.READ_MESSAGE_HISTORY)
    return _archived(request, core, channel, _by_time(request, lambda each: each.kind in _PUBLIC))


@routes.get("/channels/{channel}/threads/archived/private")
async def archived_private(request: web.Request) -> web.Response:
    core, _, channel = place_of(request)
    require(core, channel, Permission.READ_MESSAGE_HISTORY | Permission.MANAGE_THREADS)
    return _archived(request, core, channel, _by_time(request, lambda each: each.kind == ChannelKind.PRIVATE_THREAD))


@routes.get("/channels/{channel}/users/@me/threads/archived/private")
async def archived_joined(request: web.Request) -> web.Response:
    """Sorted by the ids of the threads, and not by when they were archived."""
    core, _, channel = place_of(request)
    require(core, channel, Permission.READ_MESSAGE_HISTORY)
    before = id_in(request, "before")

    def key(thread: Channel) -> float | None:
        joined = thread.thread is not None and core.store.bot_id in thread.thread.members
        wanted = thread.kind == ChannelKind.PRIVATE_THREAD and joined and (before is None or thread.id < before)
        return thread.id if wanted else None

    return _archived(request, core, channel, key)


# What a thread is sorted by, the highest first; None for one that is not wanted.
Key = Callable[[Channel], float | None]


def _by_time(request: web.Request, wanted: Callable[[Channel], bool]) -> Key:
    before = moment_in(request, "before")

    def key(thread: Channel) -> float | None:
        at = thread.thread.archived_at if thread.thread else 0.0
        return at if wanted(thread) and (before is None or at < before) else None

    return key


def _archived(request: web.Request, core: Core, channel: Channel, key: Key) -> web.Response:
    limit = limit_in(request, 50, 100, least=2)
    archived = [each for each in core.store.threads_in(channel) if each.thread and each.thread.archived]
    wanted: list[tuple[Any, Channel]] = [(at, each) for each in archived if (at := key(each)) is not None]
    ordered = [each for _, each in sorted(wanted, key=lambda pair: (pair[0], pair[1].id), reverse=True)]
    return answer(_listed(core, ordered, limit))


def _listed(core: Core, threads: list[Channel], limit: int) -> Json:
    """With the bot's membership of each that it is in."""
    shown, bot_id = threads[:limit], core.store.bot_id
    joined = [each for each in shown if each.thread and bot_id in each.thread.members]
    return {
        "threads": [payloads.channel(core.store, each) for each in shown],
        "members": [payloads.thread_member(core.store, each, bot_id) for each in joined],
        "has_more": len(threads) > limit,
    }
