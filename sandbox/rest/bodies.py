"""Bodies of requests: JSON, or multipart with `payload_json` and files."""

import re
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import BodyPartReader, web
from aiohttp.http_exceptions import HttpProcessingError

from sandbox.core import CORE, Core
from sandbox.errors import DiscordError, Why
from sandbox.rules.attachments import Upload
from sandbox.snowflakes import read_snowflake
from sandbox.state import Channel, Guild, Member, Message, Role, ThreadState
from sandbox.wire import Json

# The whole request; a single file may have 10 MiB.
MOST_BYTES = 25 * 1024 * 1024
_FILE = re.compile(r"files?\[?(\d*)\]?")


@dataclass(frozen=True, slots=True)
class Body:
    """`parts` are the names and texts of a multipart body's fields beside `payload_json`; a file's text is empty."""

    json: Any = None
    uploads: tuple[Upload, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()


BODY: web.RequestKey[Body] = web.RequestKey("body", Body)


async def read_body(request: web.Request) -> Body:
    """Raises DiscordError for what is not JSON, what is too much, and what ends or breaks off before it should."""
    if not request.can_read_body:
        return Body()
    if (request.content_length or 0) > MOST_BYTES:
        raise DiscordError(Why.TOO_LARGE)
    try:
        if request.content_type == "multipart/form-data":
            return await _multipart(request)
        return Body(_parsed(await request.read()))
    except (ValueError, HttpProcessingError, web.RequestPayloadError, ConnectionError):
        raise DiscordError(Why.BAD_REQUEST) from None


def _parsed(raw: bytes) -> Any:
    if not raw:
        return None
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise DiscordError(Why.INVALID_JSON) from None


async def _multipart(request: web.Request) -> Body:
    """Where there is a `payload_json`, all fields beside it count for nothing but the files."""
    json: Any = None
    fields: Json = {}
    uploads: list[Upload] = []
    parts: list[tuple[str, str]] = []
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        content = bytes(await part.read())
        if request.content.total_bytes > MOST_BYTES:  # a length that was not announced
            raise DiscordError(Why.TOO_LARGE)
        name = part.name or ""
        if name == "payload_json":
            json = _parsed(content)
            continue
        text = content.decode(errors="replace") if part.filename is None else ""
        parts.append((name, text))
        if part.filename is None:
            fields[name] = text
        if found := _FILE.fullmatch(name):
            uploads.append(_upload(part, content, int(found[1] or len(uploads))))
    return Body(fields or None if json is None else json, tuple(uploads), tuple(parts))


def _upload(part: BodyPartReader, content: bytes, index: int) -> Upload:
    kind = part.headers.get("Content-Type", "application/octet-stream")
    return Upload(index, part.filename or "unknown", content, kind)


def json_of(request: web.Request) -> Json:
    """The object that was sent; an empty one if there was none. Raises DiscordError for anything else."""
    json = request[BODY].json
    if json is None:
        return {}
    if not isinstance(json, dict):
        raise DiscordError(Why.INVALID_JSON)
    return json


def uploads_of(request: web.Request) -> tuple[Upload, ...]:
    return request[BODY].uploads


def id_of(request: web.Request, name: str, why: Why) -> int:
    """A number of the path; what is no number does not exist."""
    found = read_snowflake(request.match_info[name])
    if found is None:
        raise DiscordError(why)
    return found


def application_of(request: web.Request) -> Core:
    """The path names the application of the bot. Raises DiscordError for any other."""
    core = request.app[CORE]
    if id_of(request, "application", Why.UNKNOWN_APPLICATION) != core.store.application_id:
        raise DiscordError(Why.UNKNOWN_APPLICATION)
    return core


def channel_of(request: web.Request) -> tuple[Core, Channel]:
    core = request.app[CORE]
    channel = core.store.channels.get(id_of(request, "channel", Why.UNKNOWN_CHANNEL))
    if channel is None:
        raise DiscordError(Why.UNKNOWN_CHANNEL)
    return core, channel


def list_of(request: web.Request) -> list[Json]:
    """The objects that were sent. Raises DiscordError for anything else."""
    json = request[BODY].json
    if not isinstance(json, list) or not all(isinstance(item, dict) for item in json):
        raise DiscordError(Why.INVALID_JSON)
    return json


def guild_of(request: web.Request) -> tuple[Core, Guild]:
    """One that the bot is in."""
    core = request.app[CORE]
    guild = core.store.guilds.get(id_of(request, "guild", Why.UNKNOWN_GUILD))
    if guild is None:
        raise DiscordError(Why.UNKNOWN_GUILD)
    if core.store.bot_id not in guild.members:
        raise DiscordError(Why.MISSING_ACCESS)
    return core, guild


def place_of(request: web.Request) -> tuple[Core, Guild, Channel]:
    """A channel of a guild, no thread."""
    core, channel = channel_of(request)
    guild = core.store.guild_of(channel)
    if guild is None:
        raise DiscordError(Why.NOT_IN_DIRECT)
    if channel.is_thread:
        raise DiscordError(Why.WRONG_CHANNEL_TYPE)
    return core, guild, channel


def thread_of(request: web.Request) -> tuple[Core, Guild, Channel, ThreadState]:
    core, channel = channel_of(request)
    guild = core.store.guild_of(channel)
    if guild is None or channel.thread is None:
        raise DiscordError(Why.WRONG_CHANNEL_TYPE)
    return core, guild, channel, channel.thread


def user_of(request: web.Request) -> int:
    user_id = id_of(request, "user", Why.UNKNOWN_USER)
    if user_id not in request.app[CORE].store.users:
        raise DiscordError(Why.UNKNOWN_USER)
    return user_id


def member_of(request: web.Request, guild: Guild) -> Member:
    member = guild.members.get(user_of(request))
    if member is None:
        raise DiscordError(Why.UNKNOWN_MEMBER)
    return member


def role_of(request: web.Request, guild: Guild) -> Role:
    role = guild.roles.get(id_of(request, "role", Why.UNKNOWN_ROLE))
    if role is None:
        raise DiscordError(Why.UNKNOWN_ROLE)
    return role


def message_of(request: web.Request) -> tuple[Core, Channel, Message]:
    """A message that the API shows: ephemeral ones are reached through their interaction only."""
    core, channel = channel_of(request)
    message = core.store.message(channel.id, id_of(request, "message", Why.UNKNOWN_MESSAGE))
    if message is None or message.seen_by is not None:
        raise DiscordError(Why.UNKNOWN_MESSAGE)
    return core, channel, message
