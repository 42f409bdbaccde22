"""What a session is told first: who it is, and the guilds of its shard; and the members it asks for."""

from typing import Any

from sandbox import payloads
from sandbox.core import Core
from sandbox.gateway.intents import Intent, application_flags
from sandbox.gateway.sessions import Session
from sandbox.state import Guild, Member
from sandbox.wire import Json

_CHUNK = 1000


def greet(core: Core, session: Session, *, sharded: bool) -> None:
    guilds = [guild for guild in core.store.bots_guilds() if session.holds(guild.id)]
    core.sessions.tell_one(session, "READY", _ready(core, session, guilds, sharded=sharded))
    if session.intents & Intent.GUILDS:
        for guild in guilds:
            everyone = bool(session.intents & Intent.GUILD_MEMBERS)
            data = payloads.guild_create(core.store, guild, all_members=everyone)
            core.sessions.tell_one(session, "GUILD_CREATE", data)


def _ready(core: Core, session: Session, guilds: list[Guild], *, sharded: bool) -> Json:
    ready: Json = {
        "v": 10,
        "user": payloads.own_user(core.store.users[core.store.bot_id]),
        "guilds": [{"id": str(guild.id), "unavailable": True} for guild in guilds],
        "session_id": session.id,
        "resume_gateway_url": core.gateway_url,
        "session_type": "normal",
        "application": {
            "id": str(core.store.application_id),
            "flags": application_flags(core.privileged_intents),
        },
        "private_channels": [],
        "relationships": [],
        "user_settings": {},
        "_trace": ["sandbox"],
    }
    return {**ready, "shard": list(session.shard)} if sharded else ready


def member_chunks(core: Core, session: Session, wanted: Any) -> list[Json]:
    """The answers to a request for guild members: by ids, or by the beginning of a name."""
    guild = _guild(core, session, wanted)
    if guild is None:
        return []
    found = _members(core, guild, wanted)
    parts = [found[start : start + _CHUNK] for start in range(0, len(found), _CHUNK)] or [[]]
    chunks: list[Json] = []
    for index, part in enumerate(parts):
        chunk: Json = {
            "guild_id": str(guild.id),
            "members": [payloads.full_member(core.store, member) for member in part],
            "chunk_index": index,
            "chunk_count": len(parts),
            "not_found": [],
        }
        chunks.append({**chunk, "nonce": wanted["nonce"]} if wanted.get("nonce") else chunk)
    return chunks


def _guild(core: Core, session: Session, wanted: Any) -> Guild | None:
    if not isinstance(wanted, dict) or not str(wanted.get("guild_id")).isdigit():
        return None
    guild = core.store.guilds.get(int(wanted["guild_id"]))
    known = guild is not None and core.store.bot_id in guild.members and session.holds(guild.id)
    return guild if known else None


def _members(core: Core, guild: Guild, wanted: Json) -> list[Member]:
    if wanted.get("user_ids"):
        ids = wanted["user_ids"] if isinstance(wanted["user_ids"], list) else [wanted["user_ids"]]
        return [guild.members[int(each)] for each in ids if int(each) in guild.members]
    start = str(wanted.get("query") or "").casefold()
    found = [
        member
        for member in guild.members.values()
        if core.store.users[member.user_id].name.casefold().startswith(start)
    ]
    return found[: wanted.get("limit") or None]
