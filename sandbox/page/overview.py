"""Everything at the sides of the page: servers, channels, threads, people and roles, as one person sees them."""

from aiohttp import web

from sandbox.core import CORE, Core
from sandbox.page.text import line
from sandbox.page.viewer import Viewer, asked_by_page, color_of, css_color
from sandbox.permissions import ALL, in_guild, sees_channel
from sandbox.state import Channel, Guild, ThreadState, User
from sandbox.wire import Json, answer

routes = web.RouteTableDef()
_MOST_BEGUN = 200


@routes.get("/as")
async def people(request: web.Request) -> web.Response:
    """Who there is to speak as, the application's owner first."""
    store = request.app[CORE].store
    names = [user.name for user in store.users.values() if not user.bot]
    owner = store.users[store.owner_id].name
    return answer(sorted(names, key=lambda name: name != owner))


@routes.get("/as/{person}")
async def overview(request: web.Request) -> web.Response:
    who, viewer = await asked_by_page(request)
    core, store = who.core, who.core.store
    guilds = [guild for guild in store.guilds.values() if who.person.id in guild.members]
    return answer(
        {
            "me": _person(core, who.person),
            "bot": {"id": str(store.bot_id), "name": store.users[store.bot_id].name, "online": online(core)},
            "people": [_person(core, user) for user in store.users.values() if not user.bot],
            "guilds": [_guild(viewer, guild) for guild in guilds],
            "directs": [_direct(viewer, channel) for channel in _directs(viewer)],
        }
    )


def online(core: Core) -> bool:
    return bool(core.sessions.connected())


def _person(core: Core, user: User) -> Json:
    administrates = any(in_guild(guild, user.id) == ALL for guild in core.store.guilds.values())
    return {"id": str(user.id), "name": user.name, "administrator": administrates}


def _guild(viewer: Viewer, guild: Guild) -> Json:
    roles = sorted(guild.roles.values(), key=lambda role: -role.position)
    seen = [each for each in guild.channels.values() if sees_channel(guild, each, viewer.person.id)]
    return {
        "id": str(guild.id),
        "name": guild.name,
        "owner": str(guild.owner_id),
        "system": None if guild.system_channel_id is None else str(guild.system_channel_id),
        "roles": [
            {"id": str(role.id), "name": role.name, "color": css_color(role), "hoist": role.hoist}
            for role in roles
            if role.id != guild.id
        ],
        "members": [_member(viewer, guild, user_id) for user_id in guild.members],
        "channels": [_channel(viewer, channel) for channel in sorted(seen, key=_order)],
    }


def _member(viewer: Viewer, guild: Guild, user_id: int) -> Json:
    roles = [str(role) for role in guild.members[user_id].roles]
    return {**viewer.author(user_id, guild), "color": color_of(guild, user_id), "roles": roles}


def _order(channel: Channel) -> tuple[int, int]:
    return channel.position, channel.id


def _channel(viewer: Viewer, channel: Channel) -> Json:
    guild = viewer.store.guild_of(channel)
    view: Json = {
        "id": str(channel.id),
        "kind": int(channel.kind),
        "name": channel.name,
        "topic": channel.topic or "",
        "parent": None if channel.parent_id is None else str(channel.parent_id),
        "last": None if channel.last_message_id is None else str(channel.last_message_id),
        "slowmode": channel.slowmode,
        "rights": viewer.rights(channel),
        "strangers": [] if guild is None else _strangers(guild, channel),
    }
    if channel.is_forum:
        view["tags"] = [tag.name for tag in channel.tags]
    if channel.thread is not None:
        view |= _thread(viewer, channel, channel.thread)
    return view


def _strangers(guild: Guild, channel: Channel) -> list[str]:
    """The members who are not shown it."""
    return [str(user_id) for user_id in guild.members if not sees_channel(guild, channel, user_id)]


def _thread(viewer: Viewer, channel: Channel, thread: ThreadState) -> Json:
    store, guild = viewer.store, viewer.store.guild_of(channel)
    parent = store.channels.get(channel.parent_id or 0)
    view: Json = {
        "archived": thread.archived,
        "locked": thread.locked,
        "joined": viewer.person.id in thread.members,
        "count": channel.message_count,
        "owner": viewer.author(channel.owner_id or 0, guild),
    }
    if parent is None or not parent.is_forum:
        return view
    first = store.message(channel.id, channel.id)
    begun = "" if first is None else line(viewer, first.content, guild)[:_MOST_BEGUN]
    return {**view, "tags": [tag.name for tag in parent.tags if tag.id in thread.tags], "line": begun}


def _directs(viewer: Viewer) -> list[Channel]:
    person = viewer.person.id
    return [each for each in viewer.store.channels.values() if each.guild_id is None and person in each.recipients]


def _direct(viewer: Viewer, channel: Channel) -> Json:
    others = [viewer.author(who, None) for who in channel.recipients if who != viewer.person.id]
    name = ", ".join(other["name"] for other in others)
    return {**_channel(viewer, channel), "name": name, "with": others}
