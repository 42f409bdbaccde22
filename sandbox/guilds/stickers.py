"""Makes, changes and deletes the stickers of guilds."""

from dataclasses import replace

from sandbox import payloads
from sandbox.expressions import Sticker, StickerFormat
from sandbox.guilds.audit import Action, Audit, Deed, difference
from sandbox.guilds.telling import Teller
from sandbox.rules.settings import Changes
from sandbox.snowflakes import Snowflakes
from sandbox.state import Guild
from sandbox.store import Store

_LOGGED = ("name", "tags", "description", "format_type")


class Stickers:
    """The only writer of stickers."""

    def __init__(self, store: Store, snowflakes: Snowflakes, teller: Teller, audit: Audit) -> None:
        self._store = store
        self._snowflakes = snowflakes
        self._teller = teller
        self._audit = audit

    def create(self, guild: Guild, given: Changes, kind: StickerFormat, content: bytes, deed: Deed) -> Sticker:
        sticker = Sticker(self._snowflakes.next(), format=kind, user_id=deed.by, **given)
        guild.stickers[sticker.id] = sticker
        self._store.pictures[str(sticker.id)] = content
        self._tell(guild)
        changes = difference({}, payloads.sticker(guild, sticker), _LOGGED)
        self._audit.record(guild, deed, Action.STICKER_CREATED, sticker.id, changes)
        return sticker

    def change(self, guild: Guild, sticker: Sticker, changes: Changes, deed: Deed) -> Sticker:
        after = guild.stickers[sticker.id] = replace(sticker, **changes)
        self._tell(guild)
        logged = difference(payloads.sticker(guild, sticker), payloads.sticker(guild, after), _LOGGED)
        self._audit.record_changes(guild, deed, Action.STICKER_CHANGED, sticker.id, logged)
        return after

    def delete(self, guild: Guild, sticker: Sticker, deed: Deed) -> None:
        """Messages that have it keep it."""
        del guild.stickers[sticker.id]
        self._tell(guild)
        changes = difference(payloads.sticker(guild, sticker), {}, _LOGGED)
        self._audit.record(guild, deed, Action.STICKER_DELETED, sticker.id, changes)

    def _tell(self, guild: Guild) -> None:
        stickers = [payloads.sticker(guild, each) for each in guild.stickers.values()]
        self._teller.tell(guild, "GUILD_STICKERS_UPDATE", {"guild_id": str(guild.id), "stickers": stickers})
