"""Who is in which guild: people who come and go, are kicked and banned, get roles, names and timeouts."""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial

from sandbox import payloads
from sandbox.clock import Clock, Timer
from sandbox.guilds.audit import Action, Audit, Deed, difference
from sandbox.guilds.telling import Teller
from sandbox.guilds.threads import Threads
from sandbox.messages.posting import Posting
from sandbox.permissions import Permission
from sandbox.rules.settings import Changes
from sandbox.state import Guild, Member, MessageKind
from sandbox.store import Store
from sandbox.wire import Json

_LOGGED = ("nick", "communication_disabled_until", "flags")
_SEES_BANS = Permission.BAN_MEMBERS | Permission.VIEW_AUDIT_LOG
_PICTURES = ("avatar", "banner")


class Members:
    """The only writer of members and bans."""

    def __init__(
        self, store: Store, clock: Clock, teller: Teller, audit: Audit, posting: Posting, threads: Threads
    ) -> None:
        self._store = store
        self._clock = clock
        self._teller = teller
        self._audit = audit
        self._posting = posting
        self._threads = threads
        self._timers: dict[tuple[int, int], Timer] = {}

    def start(self) -> None:
        """From here on timeouts end when their time has come."""
        for guild in self._store.guilds.values():
            for member in guild.members.values():
                self._await_end(guild, member)

    def join(self, guild: Guild, user_id: int) -> None:
        guild.members[user_id] = Member(user_id, self._clock.now())
        data = self._payload(guild, guild.members[user_id])
        self._teller.tell(guild, "GUILD_MEMBER_ADD", data)
        self._teller.feeds.tell_guild(guild, "joined")
        welcome = guild.channels.get(guild.system_channel_id or 0)
        if welcome is not None:
            self._posting.announce(welcome, user_id, MessageKind.JOINED)

    def leave(self, guild: Guild, user_id: int) -> None:
        """If it is the bot, the role that came with it goes too."""
        bot = user_id == self._store.bot_id
        if bot:
            self._teller.tell(guild, "GUILD_DELETE", {"id": str(guild.id)})
        del guild.members[user_id]
        data = {"guild_id": str(guild.id), "user": payloads.user(self._store.users[user_id])}
        self._teller.tell(guild, "GUILD_MEMBER_REMOVE", data)
        for thread in [each for each in guild.channels.values() if each.thread]:
            self._threads.leave(thread, user_id)
        for role in [each for each in guild.roles.values() if bot and each.bot_id == user_id]:
            del guild.roles[role.id]
        self._teller.feeds.tell_guild(guild, "left", user_id)

    def kick(self, guild: Guild, user_id: int, deed: Deed) -> None:
        self.leave(guild, user_id)
        self._audit.record(guild, deed, Action.KICKED, user_id)

    def ban(self, guild: Guild, user_id: int, deed: Deed, *, forget_seconds: int = 0) -> None:
        """Also of somebody who is no member; `forget_seconds` is how far back their messages are deleted."""
        guild.bans[user_id] = deed.reason
        data = {"guild_id": str(guild.id), "user": payloads.user(self._store.users[user_id])}
        self._teller.tell(guild, "GUILD_BAN_ADD", data, only_with=_SEES_BANS)
        if user_id in guild.members:
            self.leave(guild, user_id)
        else:
            self._teller.feeds.tell_guild(guild, "changed")
        if forget_seconds:
            self._forget(guild, user_id, self._clock.now() - forget_seconds)
        self._audit.record(guild, deed, Action.BANNED, user_id)

    def unban(self, guild: Guild, user_id: int, deed: Deed) -> None:
        del guild.bans[user_id]
        data = {"guild_id": str(guild.id), "user": payloads.user(self._store.users[user_id])}
        self._teller.tell(guild, "GUILD_BAN_REMOVE", data, only_with=_SEES_BANS)
        self._teller.feeds.tell_guild(guild, "changed")
        self._audit.record(guild, deed, Action.UNBANNED, user_id)

    def change(self, guild: Guild, user_id: int, changes: Changes, deed: Deed) -> None:
        """By the names of a member's fields."""
        before, changes = guild.members[user_id], self._store.keep_pictures(changes, *_PICTURES)
        if replace(before, **changes) == before:
            return
        with self._teller.following(guild):
            guild.members[user_id] = after = replace(before, **changes)
            self._tell(guild, after)
        self._await_end(guild, after)
        logged = difference(payloads.member(before), payloads.member(after), _LOGGED)
        self._audit.record_changes(guild, deed, Action.MEMBER_CHANGED, user_id, logged)
        self._record_roles(guild, before, after, deed)

    def set_roles(self, guild: Guild, user_id: int, roles: Iterable[int], deed: Deed) -> None:
        """In the order in which the guild has them; nothing happens if they are those that the member has."""
        wanted = set(roles) - {guild.id}
        ordered = tuple(role_id for role_id in guild.roles if role_id in wanted)
        if set(guild.members[user_id].roles) != wanted:
            self.change(guild, user_id, {"roles": ordered}, deed)

    def change_user(self, user_id: int, changes: Changes) -> None:
        """By the names of a user's fields; every guild of that user hears of it."""
        changes = self._store.keep_pictures(changes, *_PICTURES)
        user = self._store.users[user_id] = replace(self._store.users[user_id], **changes)
        self._teller.tell_user(user)
        for guild in self._store.guilds.values():
            if user_id in guild.members:
                self._tell(guild, guild.members[user_id])

    def _await_end(self, guild: Guild, member: Member) -> None:
        """Of a timeout, if there is one."""
        key = guild.id, member.user_id
        if key in self._timers:
            self._timers.pop(key).cancel()
        if member.silent_until:
            self._timers[key] = self._clock.call_at(member.silent_until, partial(self._end_timeout, *key))

    def _end_timeout(self, guild_id: int, user_id: int) -> None:
        """Discord tells nobody."""
        guild = self._store.guilds[guild_id]
        member = guild.members.get(user_id)
        if member is not None and member.silent_until <= self._clock.now():
            guild.members[user_id] = replace(member, silent_until=0.0)

    def _tell(self, guild: Guild, member: Member) -> None:
        own = member.user_id == self._store.bot_id
        self._teller.tell(guild, "GUILD_MEMBER_UPDATE", self._payload(guild, member), own=own)
        self._teller.feeds.tell_guild(guild, "changed")

    def _payload(self, guild: Guild, member: Member) -> Json:
        return {**payloads.full_member(self._store, member), "guild_id": str(guild.id)}

    def _forget(self, guild: Guild, user_id: int, since: float) -> None:
        for channel in list(guild.channels.values()):
            shelf = self._store.shelves[channel.id]
            for message in shelf.after(0):
                if message.author_id == user_id and message.created_at >= since and not message.deleted:
                    self._posting.delete(message)

    def _record_roles(self, guild: Guild, before: Member, after: Member, deed: Deed) -> None:
        changes = [
            {"key": key, "new_value": [{"id": str(each), "name": guild.roles[each].name} for each in roles]}
            for key, roles in (
                ("$add", [each for each in after.roles if each not in before.roles]),
                ("$remove", [each for each in before.roles if each not in after.roles]),
            )
            if roles
        ]
        if changes:
            self._audit.record(guild, deed, Action.MEMBER_ROLES_CHANGED, after.user_id, tuple(changes))
