"""Opens, changes and deletes threads, keeps who is in them, and tells everybody whom that concerns."""

from collections.abc import Iterable

from sandbox import payloads
from sandbox.clock import Clock
from sandbox.guilds.audit import Action, Audit, Deed, difference
from sandbox.guilds.inactivity import Inactivity
from sandbox.guilds.telling import Teller
from sandbox.permissions import Permission, allows, audience, in_channel, sees_channel
from sandbox.rules.settings import Changes
from sandbox.snowflakes import Snowflakes
from sandbox.state import Channel, ChannelKind, Guild, ThreadState
from sandbox.store import Store
from sandbox.wire import Json

_OF_CHANNEL = ("name", "slowmode", "flags")
_LOGGED = ("name", "type", "rate_limit_per_user", "flags", "applied_tags")
_LOGGED_STATE = ("archived", "locked", "auto_archive_duration", "invitable")
_STATE = {"minutes": "auto_archive_minutes"}


class Threads:
    """The only writer of threads; `sandbox.guilds.hosting` is what says in them what happened."""

    def __init__(self, store: Store, clock: Clock, snowflakes: Snowflakes, teller: Teller, audit: Audit) -> None:
        self._store = store
        self._clock = clock
        self._snowflakes = snowflakes
        self._teller = teller
        self._audit = audit
        self._inactivity = Inactivity(store, clock, self._archive)

    def start(self) -> None:
        """From here on inactive threads are archived."""
        self._inactivity.start()

    def open(self, parent: Channel, given: Changes, deed: Deed, *, thread_id: int | None = None) -> Channel:
        """A thread with its starter in it; `thread_id` is the message that it is started from."""
        now = self._clock.now()
        thread = Channel(
            thread_id or self._snowflakes.next(),
            given["kind"],
            given["name"],
            parent.guild_id,
            parent_id=parent.id,
            owner_id=deed.by,
            slowmode=given["slowmode"],
            thread=ThreadState(
                now,
                members={deed.by: now},
                archived_at=now,
                invitable=given.get("invitable", True),
                auto_archive_minutes=given["minutes"],
                tags=given.get("tags", ()),
            ),
        )
        self._store.add_channel(thread)
        self._inactivity.watch(thread)
        if parent.is_forum:
            parent.last_message_id = thread.id
        guild = self._guild(thread)
        data = {**payloads.own_channel(self._store, thread), "newly_created": True}
        self._teller.tell_thread(guild, "THREAD_CREATE", thread, data)
        self._tell_members(guild, thread, added=[deed.by])
        self._teller.feeds.tell_place(thread, "created")
        self._audit.record(guild, deed, Action.THREAD_CREATED, thread.id, difference({}, self._logged(thread), _ALL))
        return thread

    def change(self, thread: Channel, changes: Changes, deed: Deed) -> None:
        """What is archived or lasts for another time is as if it were just archived, for the lists that sort by it."""
        state, guild = _state(thread), self._guild(thread)
        before, archived = self._logged(thread), state.archived
        for name, value in changes.items():
            setattr(thread if name in _OF_CHANNEL else state, _STATE.get(name, name), value)
        if self._logged(thread) == before:
            return
        if state.archived != archived or "minutes" in changes:
            state.archived_at = self._clock.now()
        if state.archived and not archived:
            thread.flags = 0  # an archived post is no longer kept at the top
        self._inactivity.watch(thread)
        self._tell_change(guild, thread, woken=archived and not state.archived)
        logged = difference(before, self._logged(thread), _ALL)
        self._audit.record_changes(guild, deed, Action.THREAD_CHANGED, thread.id, logged)

    def delete(self, thread: Channel, deed: Deed) -> None:
        guild = self._guild(thread)
        watching = audience(guild, thread)
        data = {
            "id": str(thread.id),
            "guild_id": str(guild.id),
            "parent_id": str(thread.parent_id),
            "type": int(thread.kind),
        }
        before = self._logged(thread)
        if self._store.bot_id in watching:
            self._teller.tell(guild, "THREAD_DELETE", data)
        self._teller.feeds.tell_place(thread, "deleted")
        self._store.remove_channel(thread)
        self._audit.record(guild, deed, Action.THREAD_DELETED, thread.id, difference(before, {}, _ALL))

    def join(self, thread: Channel, *user_ids: int) -> list[int]:
        """Those who were not in it yet, and now are."""
        state, guild = _state(thread), self._guild(thread)
        new = [user_id for user_id in user_ids if user_id not in state.members and user_id in guild.members]
        if not new:
            return []
        for user_id in new:
            state.members[user_id] = self._clock.now()
        if self._store.bot_id in new:
            self._teller.tell_thread(guild, "THREAD_CREATE", thread, payloads.own_channel(self._store, thread))
        self._tell_members(guild, thread, added=new)
        self._teller.feeds.tell_place(thread, "changed")
        return new

    def leave(self, thread: Channel, user_id: int) -> bool:
        """Whether they were in it."""
        state, guild = _state(thread), self._guild(thread)
        if user_id not in state.members:
            return False
        watching = sees_channel(guild, thread, self._store.bot_id)
        del state.members[user_id]
        if watching or user_id == self._store.bot_id:
            self._tell_members(guild, thread, removed=[user_id])
        self._teller.feeds.tell_place(thread, "changed")
        return True

    def wake(self, thread: Channel, author_id: int, mentioned: Iterable[int]) -> None:
        """A message is about to be sent: it opens an archived thread, and brings in who writes and who is mentioned."""
        state, guild = _state(thread), self._guild(thread)
        if state.archived:
            state.archived = False
            state.archived_at = self._clock.now()
            self._inactivity.watch(thread)
            self._tell_change(guild, thread, woken=True)
        self.join(thread, author_id, *[each for each in mentioned if self._may_bring(guild, thread, author_id, each)])

    def _archive(self, thread: Channel) -> None:
        """By itself, which stands in no log."""
        state = _state(thread)
        state.archived, state.archived_at = True, self._clock.now()
        self._tell_change(self._guild(thread), thread, woken=False)

    def _may_bring(self, guild: Guild, thread: Channel, author_id: int, user_id: int) -> bool:
        """Whom a mention brings in: those who see the channel, and into a private thread only if one may invite."""
        parent = self._store.channels.get(thread.parent_id or 0)
        if parent is None or not sees_channel(guild, parent, user_id):
            return False
        return thread.kind != ChannelKind.PRIVATE_THREAD or may_invite(guild, thread, author_id)

    def _tell_change(self, guild: Guild, thread: Channel, *, woken: bool) -> None:
        self._teller.tell_thread(guild, "THREAD_UPDATE", thread, payloads.channel(self._store, thread))
        if woken and self._store.bot_id in _state(thread).members:
            member = payloads.thread_member(self._store, thread, self._store.bot_id)
            self._teller.tell_thread(guild, "THREAD_MEMBER_UPDATE", thread, {**member, "guild_id": str(guild.id)})
        self._teller.feeds.tell_place(thread, "changed")

    def _tell_members(
        self, guild: Guild, thread: Channel, *, added: Iterable[int] = (), removed: Iterable[int] = ()
    ) -> None:
        """Who came or went, one event each: of others, only bots with the members intent hear."""
        for user_id in (*added, *removed):
            data: Json = {"id": str(thread.id), "guild_id": str(guild.id), "member_count": _counted(thread)}
            if user_id in _state(thread).members:
                member = payloads.thread_member(self._store, thread, user_id, full=True)
                data["added_members"] = [{**member, "presence": None}]
            else:
                data["removed_member_ids"] = [str(user_id)]
            own = user_id == self._store.bot_id
            if own or sees_channel(guild, thread, self._store.bot_id):
                self._teller.tell(guild, "THREAD_MEMBERS_UPDATE", data, own=own)

    def _logged(self, thread: Channel) -> Json:
        body = payloads.channel(self._store, thread)
        return {**body, **body["thread_metadata"]}

    def _guild(self, thread: Channel) -> Guild:
        return self._store.guilds[thread.guild_id or 0]


_ALL = (*_LOGGED, *_LOGGED_STATE)


def may_invite(guild: Guild, thread: Channel, user_id: int) -> bool:
    """Whether somebody may bring others into a private thread."""
    if allows(in_channel(guild, thread, user_id), Permission.MANAGE_THREADS):
        return True
    return _state(thread).invitable and user_id in _state(thread).members


def _counted(thread: Channel) -> int:
    return payloads.counted(_state(thread))


def _state(thread: Channel) -> ThreadState:
    assert thread.thread is not None
    return thread.thread
