"""Makes, changes and deletes the emojis of guilds."""

from sandbox import payloads
from sandbox.expressions import Emoji
from sandbox.guilds.audit import Action, Audit, Deed, difference
from sandbox.guilds.telling import Teller
from sandbox.snowflakes import Snowflakes
from sandbox.state import Guild
from sandbox.store import Store, moves

_LOGGED = ("name",)


class Emojis:
    """The only writer of emojis."""

    def __init__(self, store: Store, snowflakes: Snowflakes, teller: Teller, audit: Audit) -> None:
        self._store = store
        self._snowflakes = snowflakes
        self._teller = teller
        self._audit = audit

    def create(self, guild: Guild, name: str, image: bytes, roles: tuple[int, ...], deed: Deed) -> Emoji:
        emoji = Emoji(self._snowflakes.next(), name, moves(image), deed.by, roles)
        self._store.pictures[str(emoji.id)] = image
        guild.emojis[emoji.id] = emoji
        changes = difference({}, payloads.emoji(emoji), _LOGGED)
        self._tell(guild)
        self._audit.record(guild, deed, Action.EMOJI_CREATED, emoji.id, changes)
        return emoji

    def change(self, guild: Guild, emoji: Emoji, after: Emoji, deed: Deed) -> None:
        guild.emojis[emoji.id] = after
        self._tell(guild)
        changes = difference(payloads.emoji(emoji), payloads.emoji(after), _LOGGED)
        self._audit.record_changes(guild, deed, Action.EMOJI_CHANGED, emoji.id, changes)

    def delete(self, guild: Guild, emoji: Emoji, deed: Deed) -> None:
        del guild.emojis[emoji.id]
        self._store.pictures.pop(str(emoji.id), None)
        self._tell(guild)
        changes = difference(payloads.emoji(emoji), {}, _LOGGED)
        self._audit.record(guild, deed, Action.EMOJI_DELETED, emoji.id, changes)

    def _tell(self, guild: Guild) -> None:
        emojis = [payloads.emoji(emoji) for emoji in guild.emojis.values()]
        data = {"guild_id": str(guild.id), "emojis": emojis}
        self._teller.tell(guild, "GUILD_EMOJIS_UPDATE", data)
