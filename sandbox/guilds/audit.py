"""The audit log: who did what in a guild, and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum

from sandbox import payloads
from sandbox.guilds.telling import Teller
from sandbox.permissions import Permission
from sandbox.snowflakes import Snowflakes
from sandbox.state import Entry, Guild
from sandbox.wire import Json

# What Discord keeps of a guild is 45 days; the sandbox keeps so many entries.
_MOST_KEPT = 10_000


class Action(IntEnum):
    GUILD_CHANGED = 1
    CHANNEL_CREATED = 10
    CHANNEL_CHANGED = 11
    CHANNEL_DELETED = 12
    OVERWRITE_CREATED = 13
    OVERWRITE_CHANGED = 14
    OVERWRITE_DELETED = 15
    KICKED = 20
    BANNED = 22
    UNBANNED = 23
    MEMBER_CHANGED = 24
    MEMBER_ROLES_CHANGED = 25
    BOT_ADDED = 28
    ROLE_CREATED = 30
    ROLE_CHANGED = 31
    ROLE_DELETED = 32
    INVITE_CREATED = 40
    INVITE_DELETED = 42
    WEBHOOK_CREATED = 50
    WEBHOOK_CHANGED = 51
    WEBHOOK_DELETED = 52
    EMOJI_CREATED = 60
    EMOJI_CHANGED = 61
    EMOJI_DELETED = 62
    MESSAGE_DELETED = 72
    MESSAGES_DELETED = 73
    MESSAGE_PINNED = 74
    MESSAGE_UNPINNED = 75
    STAGE_CREATED = 83
    STAGE_CHANGED = 84
    STAGE_DELETED = 85
    STICKER_CREATED = 90
    STICKER_CHANGED = 91
    STICKER_DELETED = 92
    EVENT_CREATED = 100
    EVENT_CHANGED = 101
    EVENT_DELETED = 102
    THREAD_CREATED = 110
    THREAD_CHANGED = 111
    THREAD_DELETED = 112


@dataclass(frozen=True, slots=True)
class Deed:
    """Who does something, and the reason that they give."""

    by: int
    reason: str | None = None


def difference(before: Json, after: Json, keys: Iterable[str]) -> tuple[Json, ...]:
    """The changes between two payloads of one thing, as Discord lists them; a value that is null is left out."""
    changes: list[Json] = []
    for key in keys:
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        change: Json = {"key": key}
        if new is not None:
            change["new_value"] = new
        if old is not None:
            change["old_value"] = old
        changes.append(change)
    return tuple(changes)


class Audit:
    """The only writer of the logs."""

    def __init__(self, snowflakes: Snowflakes, teller: Teller) -> None:
        self._snowflakes = snowflakes
        self._teller = teller

    def record(
        self,
        guild: Guild,
        deed: Deed,
        action: Action,
        target_id: int | None,
        changes: tuple[Json, ...] = (),
        options: Json | None = None,
    ) -> None:
        entry = Entry(self._snowflakes.next(), int(action), deed.by, target_id, changes, options, deed.reason)
        guild.log.append(entry)
        del guild.log[:-_MOST_KEPT]
        data = {**payloads.entry(entry), "guild_id": str(guild.id)}
        self._teller.tell(guild, "GUILD_AUDIT_LOG_ENTRY_CREATE", data, only_with=Permission.VIEW_AUDIT_LOG)

    def record_changes(
        self, guild: Guild, deed: Deed, action: Action, target_id: int, changes: tuple[Json, ...]
    ) -> None:
        """Where nothing has changed, nothing was done."""
        if changes:
            self.record(guild, deed, action, target_id, changes)
