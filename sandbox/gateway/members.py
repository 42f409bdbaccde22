"""The members that a bot asks for, in chunks: by ids, by the beginning of a name, or all."""

import logging
from dataclasses import dataclass, field
from typing import Any

from sandbox import payloads
from sandbox.clock import Clock
from sandbox.gateway.codes import Close, CloseError, Op
from sandbox.gateway.intents import Intent
from sandbox.gateway.presences import Presences
from sandbox.gateway.session import Session
from sandbox.snowflakes import read_snowflake
from sandbox.state import Guild, Member
from sandbox.store import Store
from sandbox.wire import Json, is_whole

_CHUNK = 1000
_MOST_FOUND = 100  # by ids, or by the beginning of a name
_LONGEST_NONCE = 32  # bytes
# All members of a guild may be asked for once in so many seconds.
_ALL_APART = 30.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Request:
    """`ids` None: those whose names begin with the query, at most so many, 0 for all."""

    guild_id: int
    ids: tuple[str, ...] | None
    query: str
    limit: int
    presences: bool
    nonce: Json

    @property
    def whole_list(self) -> bool:
        return self.ids is None and not self.query


@dataclass(slots=True)
class Members:
    """Answers the requests for guild members."""

    store: Store
    clock: Clock
    presences: Presences
    limited: bool
    _all_asked: dict[int, float] = field(default_factory=dict)  # by guild

    def answer(self, session: Session, data: Any) -> list[tuple[str, Json]]:
        """The events, by name; none about a guild that is not this shard's. Raises CloseError for what is no request.

        Discord does not say what becomes of a request for which the intent is missing; it stays unanswered.
        """
        wanted = _read(data)
        guild = self.store.guilds.get(wanted.guild_id)
        if guild is None or self.store.bot_id not in guild.members or not session.holds(guild.id):
            return []
        if wanted.whole_list and not session.intents & Intent.GUILD_MEMBERS:
            _log.warning("all members were asked for without the intent for them, so there is no answer")
            return []
        wait = self._wait_for_all(guild) if wanted.whole_list and not wanted.limit else 0.0
        if wait:
            meta = {"guild_id": str(guild.id), **wanted.nonce}
            return [("RATE_LIMITED", {"opcode": int(Op.REQUEST_MEMBERS), "retry_after": wait, "meta": meta})]
        chunks = self._chunks(guild, wanted, shown=wanted.presences and bool(session.intents & Intent.GUILD_PRESENCES))
        return [("GUILD_MEMBERS_CHUNK", chunk) for chunk in chunks]

    def _wait_for_all(self, guild: Guild) -> float:
        """Seconds until all members of this guild may be asked for; 0 counts as asking."""
        now, last = self.clock.now(), self._all_asked.get(guild.id)
        if self.limited and last is not None and now - last < _ALL_APART:
            return last + _ALL_APART - now
        self._all_asked[guild.id] = now
        return 0.0

    def _chunks(self, guild: Guild, wanted: _Request, *, shown: bool) -> list[Json]:
        """At least one, if only to say that there is nobody."""
        found, missing = self._found(guild, wanted)
        parts = [found[start : start + _CHUNK] for start in range(0, len(found), _CHUNK)] or [[]]
        chunks: list[Json] = []
        for index, part in enumerate(parts):
            chunk: Json = {
                "guild_id": str(guild.id),
                "members": [payloads.full_member(self.store, member) for member in part],
                "chunk_index": index,
                "chunk_count": len(parts),
                "not_found": missing,
                **wanted.nonce,
            }
            if shown:
                chunk["presences"] = [self.presences.of(member.user_id) for member in part]
            chunks.append(chunk)
        return chunks

    def _found(self, guild: Guild, wanted: _Request) -> tuple[list[Member], list[str]]:
        """The members, and the ids of which nobody is."""
        if wanted.ids is not None:
            known = {name: guild.members.get(read_snowflake(name) or 0) for name in wanted.ids}
            found = [member for member in known.values() if member is not None]
            return found[:_MOST_FOUND], [name for name, member in known.items() if member is None]
        start, limit = wanted.query.casefold(), wanted.limit
        if start:
            limit = min(limit, _MOST_FOUND) or _MOST_FOUND
        found = [each for each in guild.members.values() if self._is_called(each, start)]
        return found[: limit or None], []

    def _is_called(self, member: Member, start: str) -> bool:
        names = (self.store.users[member.user_id].name, member.nick or "")
        return any(name.casefold().startswith(start) for name in names)


def _read(data: Any) -> _Request:
    if not isinstance(data, dict) or read_snowflake(str(data.get("guild_id"))) is None:
        raise CloseError(Close.DECODE_ERROR, "a request for members names one guild")
    ids, query, limit = data.get("user_ids"), data.get("query"), data.get("limit", 0)
    if not ids and not isinstance(query, str):
        raise CloseError(Close.DECODE_ERROR, "a request for members has user_ids or a query")
    if not is_whole(limit) or limit < 0:
        raise CloseError(Close.DECODE_ERROR, f"{limit!r} members cannot be asked for")
    listed = ids if isinstance(ids, list) else [ids]
    return _Request(
        guild_id=int(data["guild_id"]),
        ids=tuple(map(str, listed)) if ids else None,
        query=query or "",
        limit=limit,
        presences=data.get("presences") is True,
        nonce=_nonce(data.get("nonce")),
    )


def _nonce(nonce: Any) -> Json:
    """One that is too long is ignored."""
    fits = isinstance(nonce, str) and 0 < len(nonce.encode()) <= _LONGEST_NONCE
    return {"nonce": nonce} if fits else {}
