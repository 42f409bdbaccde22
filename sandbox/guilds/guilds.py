"""Changes the settings of guilds, and brings the bot into one."""

from sandbox import payloads
from sandbox.clock import Clock
from sandbox.guilds.audit import Action, Audit, Deed, difference
from sandbox.guilds.telling import Teller
from sandbox.rules.settings import Changes
from sandbox.snowflakes import Snowflakes
from sandbox.state import Guild, Member, Role
from sandbox.store import Store

_OWN_FIELDS = ("name", "owner_id", "features", "system_channel_id")
_PICTURES = ("icon", "splash", "banner", "discovery_splash")
_NOT_LOGGED = ("roles", "emojis", "stickers")


class Guilds:
    """The only writer of what a guild is, apart from what has an owner of its own."""

    def __init__(self, store: Store, clock: Clock, snowflakes: Snowflakes, teller: Teller, audit: Audit) -> None:
        self._store = store
        self._clock = clock
        self._snowflakes = snowflakes
        self._teller = teller
        self._audit = audit

    def change(self, guild: Guild, changes: Changes, deed: Deed) -> None:
        """What is not a field of a guild is one of its `settings`."""
        before = payloads.guild(guild)
        for name, value in self._store.keep_pictures(changes, *_PICTURES).items():
            if name in _OWN_FIELDS:
                setattr(guild, name, value)
            else:
                guild.settings[name] = value
        after = payloads.guild(guild)
        self._teller.tell(guild, "GUILD_UPDATE", after)
        self._teller.feeds.tell_guild(guild, "changed")
        logged = difference(before, after, [key for key in after if key not in _NOT_LOGGED])
        self._audit.record_changes(guild, deed, Action.GUILD_CHANGED, guild.id, logged)

    def add_bot(self, guild: Guild, permissions: int, deed: Deed) -> None:
        """Somebody invites the bot, which comes with a role of its own."""
        bot_id = self._store.bot_id
        role_id = self._snowflakes.next()
        position = max(role.position for role in guild.roles.values()) + 1
        name = self._store.users[bot_id].name
        guild.roles[role_id] = Role(role_id, name, permissions, position, managed=True, bot_id=bot_id)
        guild.members[bot_id] = Member(bot_id, self._clock.now(), (role_id,))
        # Without `unavailable`, which is how a bot knows that this guild is new.
        data = payloads.guild_create(self._store, guild, all_members=False)
        del data["unavailable"]
        self._teller.tell(guild, "GUILD_CREATE", data)
        self._teller.feeds.tell_guild(guild, "joined")
        self._audit.record(guild, deed, Action.BOT_ADDED, bot_id)
