"""Threads that people start, archive, join and leave."""

from aiohttp import web

from sandbox.control.asked import Asked, asked, channel_named, shared_message, user_named
from sandbox.control.messages import draft_of
from sandbox.control.problems import ControlError, Problem
from sandbox.guilds.audit import Deed
from sandbox.guilds.rights import need_in, unhurried
from sandbox.guilds.thread_rights import (
    check_tags,
    may_add,
    may_change_thread,
    may_remove,
    may_start,
    need_active,
)
from sandbox.permissions import Permission
from sandbox.rules.threads import read_new_thread, read_thread_changes
from sandbox.state import Channel, ChannelKind, Guild
from sandbox.views import message_view, place_view
from sandbox.wire import Json, answer

routes = web.RouteTableDef()


@routes.post("/people/{person}/threads")
async def start(request: web.Request) -> web.Response:
    """From a `message`, or in a `channel`; in a forum with the `content` of its first message, and `tags` by name."""
    who = await asked(request)
    store = who.core.store
    if "message" in who.body:
        return _start_from_message(who)
    parent = channel_named(who.core, who.person, who.body["channel"])
    guild = _guild(who, parent)
    kind = ChannelKind.PRIVATE_THREAD if who.body.get("private") else None
    given = read_new_thread(parent, _settings(who, parent, kind))
    may_start(store, parent, who.person.id, given["kind"])
    if not parent.is_forum:
        return _shown(who, who.core.hosting.start(parent, given, Deed(who.person.id)))
    unhurried(store, parent, who.person.id, who.core.clock.now())
    given["tags"] = _tags(who, parent)
    check_tags(guild, parent, given["tags"], who.person.id)
    thread, message = who.core.hosting.post(parent, given, draft_of(who, parent), Deed(who.person.id))
    return answer({**place_view(store, thread), "message": message_view(store, message)})


def _start_from_message(who: Asked) -> web.Response:
    message = shared_message(who.core, who.person, who.body["message"])
    parent = who.core.store.channels[message.channel_id]
    given = read_new_thread(parent, _settings(who, parent, None), from_message=True)
    may_start(who.core.store, parent, who.person.id, given["kind"])
    return _shown(who, who.core.hosting.start_from(message, given, Deed(who.person.id)))


def _settings(who: Asked, parent: Channel, kind: ChannelKind | None) -> Json:
    """As a request of the API says them; people start a public thread unless they say otherwise."""
    public = ChannelKind.NEWS_THREAD if parent.kind == ChannelKind.NEWS else ChannelKind.THREAD
    return {**who.body, "name": who.body["name"], "type": int(kind or public)}


def _tags(who: Asked, forum: Channel) -> tuple[int, ...]:
    by_name = {tag.name: tag.id for tag in forum.tags}
    wanted = list(who.body.get("tags") or [])
    unknown = [name for name in wanted if name not in by_name]
    if unknown:
        raise ControlError(Problem.UNKNOWN, f"the forum has no tag {unknown[0]!r}, only {', '.join(by_name) or 'none'}")
    return tuple(by_name[name] for name in wanted)


@routes.patch("/people/{person}/threads/{thread}")
async def change(request: web.Request) -> web.Response:
    """`name`, `archived`, `locked` and so on, as in the API; `tags` by name."""
    who = await asked(request)
    thread, guild, parent = _thread(who, request)
    changes = read_thread_changes(thread, parent, dict(who.body))
    if parent is not None and parent.is_forum and "tags" in who.body:
        changes["tags"] = _tags(who, parent)
        check_tags(guild, parent, changes["tags"], who.person.id)
    may_change_thread(guild, thread, who.person.id, changes)
    who.core.hosting.change(thread, changes, Deed(who.person.id))
    return _shown(who, thread)


@routes.delete("/people/{person}/threads/{thread}")
async def delete(request: web.Request) -> web.Response:
    who = await asked(request)
    thread, guild, _ = _thread(who, request)
    need_in(guild, thread, who.person.id, Permission.MANAGE_THREADS)
    who.core.hosting.delete(thread, Deed(who.person.id))
    return answer({})


@routes.put("/people/{person}/threads/{thread}/members")
async def join(request: web.Request) -> web.Response:
    """The person, or `user` whom they bring in."""
    who = await asked(request)
    thread, guild, _ = _thread(who, request)
    user_id = _user(who)
    if user_id == who.person.id:
        need_active(thread)
    else:
        may_add(guild, thread, who.person.id, user_id)
    who.core.hosting.add(thread, user_id, who.person.id)
    return _shown(who, thread)


@routes.delete("/people/{person}/threads/{thread}/members")
async def leave(request: web.Request) -> web.Response:
    """The person, or `user` whom they remove."""
    who = await asked(request)
    thread, guild, _ = _thread(who, request)
    user_id = _user(who)
    if user_id == who.person.id:
        need_active(thread)
    else:
        may_remove(guild, thread, who.person.id)
    who.core.hosting.remove(thread, user_id, who.person.id)
    return answer({})


def _user(who: Asked) -> int:
    return who.person.id if "user" not in who.body else user_named(who.core, who.body["user"]).id


def _thread(who: Asked, request: web.Request) -> tuple[Channel, Guild, Channel | None]:
    thread = channel_named(who.core, who.person, request.match_info["thread"])
    if not thread.is_thread:
        raise ControlError(Problem.UNKNOWN, f"{thread.name} is no thread")
    return thread, _guild(who, thread), who.core.store.channels.get(thread.parent_id or 0)


def _guild(who: Asked, channel: Channel) -> Guild:
    guild = who.core.store.guild_of(channel)
    if guild is None:
        raise ControlError(Problem.NOT_ALLOWED, "a direct message has no threads")
    return guild


def _shown(who: Asked, thread: Channel) -> web.Response:
    return answer(place_view(who.core.store, thread))
