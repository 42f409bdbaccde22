"""Who acts, and in which channel: read from the path and the body of a control request."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from sandbox.control.problems import ControlError, Problem
from sandbox.core import CORE, Core
from sandbox.feeds import sees
from sandbox.permissions import sees_channel
from sandbox.rest.bodies import read_body
from sandbox.rules.attachments import Upload
from sandbox.snowflakes import read_snowflake
from sandbox.state import Channel, Guild, Message, User
from sandbox.views import channel_name


class Given(dict[str, Any]):
    """The body of a request, in which a missing part is said to be missing."""

    def __missing__(self, key: str) -> Any:
        raise ControlError(Problem.REFUSED, f"the request does not say {key!r}")

    def number(self, key: str, default: float | None = None) -> float:
        """Raises ControlError for what is no number, and without a default for what is missing."""
        value = self[key] if default is None else self.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ControlError(Problem.REFUSED, f"{key!r} is a number, and not {value!r}")
        return value


@dataclass(frozen=True, slots=True)
class Asked:
    """`uploads` are the files of a multipart request, whose other parts are in `payload_json`."""

    core: Core
    person: User
    body: Given
    uploads: tuple[Upload, ...] = ()


async def asked(request: web.Request) -> Asked:
    core = request.app[CORE]
    person = core.store.person(request.match_info["person"])
    if person is None or person.bot:
        raise ControlError(Problem.UNKNOWN, f"there is no person called {request.match_info['person']}")
    body, uploads = await _read(request)
    return Asked(core, person, body, uploads)


async def given(request: web.Request) -> Given:
    """Raises ControlError for what is not an object."""
    body, _ = await _read(request)
    return body


async def _read(request: web.Request) -> tuple[Given, tuple[Upload, ...]]:
    body = await read_body(request)
    if not isinstance(body.json or {}, dict):
        raise ControlError(Problem.REFUSED, "the request is not a JSON object")
    return Given(body.json or {}), body.uploads


def channel_named(core: Core, person: User, name: str) -> Channel:
    """A channel or thread by name (`guild/name` where several guilds have it) or id, or `@bot` for a direct message."""
    store = core.store
    known = store.channels.get(read_snowflake(name) or 0)
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
    found = core.store.any_message(read_snowflake(str(message_id)) or 0)
    if found is None or found.deleted or not sees(core.store, person.id, found):
        raise ControlError(Problem.UNKNOWN, f"{person.name} sees no message {message_id}")
    return found


def shared_message(core: Core, person: User, message_id: object) -> Message:
    """One that others see too."""
    message = message_seen(core, person, message_id)
    if message.seen_by is not None:
        raise ControlError(Problem.NOT_ALLOWED, "nobody else sees that message")
    return message
