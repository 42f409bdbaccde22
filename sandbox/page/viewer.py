"""Whoever looks at the page, and what people and things are called before their eyes."""

from dataclasses import dataclass
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from aiohttp import web

from sandbox.clock import Clock
from sandbox.control.asked import Asked, asked
from sandbox.permissions import Permission, in_channel
from sandbox.state import Channel, Guild, Message, Role, User
from sandbox.store import Store
from sandbox.wire import Json

# What the page offers only to those who may, by the word that it knows it by.
_RIGHTS = {
    "send": Permission.SEND_MESSAGES,
    "attach": Permission.ATTACH_FILES,
    "react": Permission.ADD_REACTIONS,
    "manage": Permission.MANAGE_MESSAGES,
    "pin": Permission.PIN_MESSAGES,
    "thread": Permission.CREATE_PUBLIC_THREADS,
    "moderate": Permission.MANAGE_THREADS,
    "everyone": Permission.MENTION_EVERYONE,
    "command": Permission.USE_APPLICATION_COMMANDS,
}


async def asked_by_page(request: web.Request) -> tuple[Asked, "Viewer"]:
    """Who looks, and from which time zone their browser says that they do."""
    who = await asked(request)
    return who, Viewer(who.core.store, who.person, who.core.clock, _zone(request.query.get("zone", "")))


def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


@dataclass(frozen=True, slots=True)
class Viewer:
    store: Store
    person: User
    clock: Clock
    zone: tzinfo = UTC

    def author(self, user_id: int, guild: Guild | None) -> Json:
        """Somebody as they are shown beside what they wrote: with the nickname and the colour that they have there."""
        user = self.store.users.get(user_id)
        if user is None:
            return {"id": str(user_id), "name": "somebody", "username": "", "bot": False, "color": None}
        member = None if guild is None else guild.members.get(user_id)
        return {
            "id": str(user.id),
            "name": (None if member is None else member.nick) or user.display or user.name,
            "username": user.name,
            "bot": user.bot,
            "color": None if guild is None else color_of(guild, user_id),
        }

    def writer(self, message: Message, guild: Guild | None) -> Json:
        """Whoever wrote a message; a webhook writes under the name that the message has."""
        if message.webhook is None:
            return self.author(message.author_id, guild)
        name = message.webhook.name
        return {"id": str(message.author_id), "name": name, "username": name, "bot": True, "color": None}

    def rights(self, channel: Channel) -> list[str]:
        bits = in_channel(self.store.guild_of(channel), channel, self.person.id)
        needed = {**_RIGHTS}
        if channel.is_thread:
            needed["send"] = Permission.SEND_MESSAGES_IN_THREADS
        return [word for word, bit in needed.items() if bits & bit]


def color_of(guild: Guild, user_id: int) -> str | None:
    """That of the highest role that has one."""
    member = guild.members.get(user_id)
    roles = [] if member is None else [guild.roles[role] for role in member.roles if role in guild.roles]
    colored = max((role for role in roles if role.color), key=lambda role: role.position, default=None)
    return None if colored is None else css_color(colored)


def css_color(role: Role) -> str | None:
    return f"#{role.color:06x}" if role.color else None
