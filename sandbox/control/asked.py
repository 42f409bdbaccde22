"""Who acts, and in which channel: read from the path and the body of a control request."""

from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import web

from sandbox.control.problems import ControlError, Problem
from sandbox.core import CORE, Core
from sandbox.feeds import sees
from sandbox.permissions import sees_channel
from sandbox.state import Channel, Guild, Message, User
from sandbox.views import channel_name


class Given(dict[str, Any]):
    """The body of a request, in which a missing part is said to be missing."""

    def __missing__(self, key: str) -> Any:
        raise ControlError(Problem.REFUSED, f"the request does not say {key!r}")


@dataclass(frozen=True, slots=True)
class Asked:
    core: Core
    person: User
    body: Given


async def asked(request: web.Request) -> Asked:
    core = request.app[CORE]
    person = core.store.person(request.match_info["person"])
    if person is None or person.bot:
        raise ControlError(Problem.UNKNOWN, f"there is no person called {request.match_info['person']}")
    return Asked(core, person, await given(request))


async def given(request: web.Request) -> Given:
    """Raises ControlError for what is not an object."""
    if not request.can_read_body:
        return Given()
    try:
        return Given(orjson.loads(await request.read()))
    except (orjson.JSONDecodeError, TypeError, ValueError):
        raise ControlError(Problem.REFUSED, "the request is not a JSON object") from None


def channel_named(core: Core, person: User, name: str) -> Channel:
    """A channel or thread by name (`guild/name` where several guilds have it) or id, or `@bot` for a direct message."""
    store = core.store
    known = store.channels.get(int(name)) if name.isdecimal() else None
    if known is not None and sees_channel(store.guild_of(known), known, person.id):
        return known
    if name.startswith("@"):
        if name[1:].casefold() == store.users[store.bot_id].name.casefold():
            return store.directs[person.id]
        raise ControlError(Problem.UNKNOWN, f"{person.name} has direct messages only with the bot, not {name}")
    guild_name, _, short = name.rpartition("/")
    for guild in store.guilds.values():
        if person.id not in guild.members or guild_name not in ("", guild.name):
            continue
        for channel in guild.channels.values():
            if channel_name(store, channel) == short.removeprefix("#") and sees_channel(guild, channel, person.id):
                return channel
    raise ControlError(Problem.UNKNOWN, f"{person.name} sees no channel called {name}")


def user_named(core: Core, name: object) -> User:
    """A person, or the bot, by name."""
    user = core.store.person(str(name).removeprefix("@"))
    if user is None:
        raise ControlError(Problem.UNKNOWN, f"there is nobody called {name}")
    return user


def guild_named(core: Core, name: str) -> Guild:
    """By name or id."""
    for guild in core.store.guilds.values():
        if name in (guild.name, str(guild.id)):
            return guild
    raise ControlError(Problem.UNKNOWN, f"there is no server called {name}")


def message_seen(core: Core, person: User, message_id: object) -> Message:
    """A message that is there and that this person sees."""
    text = str(message_id)
    found = core.store.any_message(int(text)) if text.isdecimal() else None
    if found is None or found.deleted or not sees(core.store, person.id, found):
        raise ControlError(Problem.UNKNOWN, f"{person.name} sees no message {message_id}")
    return found
