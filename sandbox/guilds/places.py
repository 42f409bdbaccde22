"""Makes, changes and deletes the channels of guilds, and tells everybody whom that concerns."""

from typing import Any

from sandbox import payloads
from sandbox.guilds.audit import Action, Audit, Deed, difference
from sandbox.guilds.telling import Teller
from sandbox.rules.settings import Changes
from sandbox.snowflakes import Snowflakes
from sandbox.state import VOICES, Channel, ChannelKind, Guild, Overwrite
from sandbox.store import Store
from sandbox.wire import Json

_LOGGED = (
    "name", "type", "position", "topic", "nsfw", "rate_limit_per_user", "parent_id", "bitrate", "user_limit",
    "rtc_region", "video_quality_mode", "default_auto_archive_duration", "default_thread_rate_limit_per_user",
    "available_tags", "default_reaction_emoji", "default_sort_order", "default_forum_layout", "flags",
)  # fmt: skip


class Places:
    """The only writer of guild channels; `sandbox.guilds.threads` is the one of threads.

    What changes is given by the names of a channel's fields, as `sandbox.rules.channels` reads it.
    """

    def __init__(self, store: Store, snowflakes: Snowflakes, teller: Teller, audit: Audit) -> None:
        self._store = store
        self._snowflakes = snowflakes
        self._teller = teller
        self._audit = audit

    def create(self, guild: Guild, given: Changes, deed: Deed) -> Channel:
        """Without overwrites of its own, or with an empty list of them, a channel gets those of its category."""
        channel = Channel(self._snowflakes.next(), given["kind"], given["name"], guild.id)
        channel.position = _below(guild, channel.kind)
        parent = guild.channels.get(given.get("parent_id") or 0)
        if parent is not None and not given.get("overwrites"):
            given = {**given, "overwrites": dict(parent.overwrites)}
        _apply(channel, given)
        self._store.add_channel(channel)
        self._teller.tell_channel(guild, "CHANNEL_CREATE", channel, "created")
        changes = difference({}, payloads.channel(self._store, channel), (*_LOGGED, "permission_overwrites"))
        self._audit.record(guild, deed, Action.CHANNEL_CREATED, channel.id, changes)
        return channel

    def change(self, channel: Channel, changes: Changes, deed: Deed) -> None:
        changes = {name: value for name, value in changes.items() if getattr(channel, name) != value}
        if not changes:
            return
        guild = self._guild(channel)
        synced = [each for each in self._children(channel) if each.overwrites == channel.overwrites]
        before, overwrites = payloads.channel(self._store, channel), channel.overwrites
        with self._teller.following(guild):
            _apply(channel, changes)
            self._teller.tell_channel(guild, "CHANNEL_UPDATE", channel, "changed")
            if channel.overwrites != overwrites:
                self._follow(guild, channel, synced)
        logged = difference(before, payloads.channel(self._store, channel), _LOGGED)
        self._audit.record_changes(guild, deed, Action.CHANNEL_CHANGED, channel.id, logged)
        self._record_overwrites(guild, channel, overwrites, deed)

    def set_overwrite(self, channel: Channel, overwrite: Overwrite, deed: Deed) -> None:
        self.change(channel, {"overwrites": {**channel.overwrites, overwrite.id: overwrite}}, deed)

    def clear_overwrite(self, channel: Channel, overwrite_id: int, deed: Deed) -> None:
        left = {each.id: each for each in channel.overwrites.values() if each.id != overwrite_id}
        self.change(channel, {"overwrites": left}, deed)

    def delete(self, channel: Channel, deed: Deed) -> None:
        """A category's channels stay, without it; a channel's threads and invites go with it."""
        guild = self._guild(channel)
        before = payloads.channel(self._store, channel)
        for thread in self._store.threads_in(channel):
            self._store.remove_channel(thread)
        for code in [invite.code for invite in guild.invites.values() if invite.channel_id == channel.id]:
            del guild.invites[code]
        if guild.system_channel_id == channel.id:
            guild.system_channel_id = None
        self._teller.tell_channel(guild, "CHANNEL_DELETE", channel, "deleted")
        self._store.remove_channel(channel)
        changes = difference(before, {}, (*_LOGGED, "permission_overwrites"))
        self._audit.record(guild, deed, Action.CHANNEL_DELETED, channel.id, changes)
        for child in self._children(channel, guild):
            child.parent_id = None
            self._teller.tell_channel(guild, "CHANNEL_UPDATE", child, "changed")

    def _follow(self, guild: Guild, category: Channel, children: list[Channel]) -> None:
        """What had the overwrites of its category gets those that it has now."""
        for child in children:
            child.overwrites = dict(category.overwrites)
            self._teller.tell_channel(guild, "CHANNEL_UPDATE", child, "changed")

    def _children(self, channel: Channel, guild: Guild | None = None) -> list[Channel]:
        if channel.kind != ChannelKind.CATEGORY:
            return []
        channels = (guild or self._guild(channel)).channels.values()
        return [each for each in channels if each.parent_id == channel.id and not each.is_thread]

    def _guild(self, channel: Channel) -> Guild:
        return self._store.guilds[channel.guild_id or 0]

    def _record_overwrites(self, guild: Guild, channel: Channel, before: dict[int, Overwrite], deed: Deed) -> None:
        for overwrite_id in {**before, **channel.overwrites}:
            old, new = before.get(overwrite_id), channel.overwrites.get(overwrite_id)
            known = new or old
            if old == new or known is None:
                continue
            action = Action.OVERWRITE_CHANGED if old and new else Action.OVERWRITE_CREATED
            action = action if new else Action.OVERWRITE_DELETED
            changes = difference(_bits(old), _bits(new), ("id", "type", "allow", "deny"))
            self._audit.record(guild, deed, action, channel.id, changes, _options(guild, known))


def _bits(overwrite: Overwrite | None) -> Json:
    return {} if overwrite is None else payloads.overwrite(overwrite)


def _options(guild: Guild, overwrite: Overwrite) -> Json:
    options = {"id": str(overwrite.id), "type": str(int(overwrite.of_member))}
    role = guild.roles.get(overwrite.id)
    return options if role is None else {**options, "role_name": role.name}


def _apply(channel: Channel, changes: Changes) -> None:
    for name, value in changes.items():
        setattr(channel, name, value)


def _below(guild: Guild, kind: ChannelKind) -> int:
    """The position under all channels of this sort: categories, voices and the others are each sorted by themselves."""
    same = [each.position for each in guild.channels.values() if not each.is_thread and _sort(each.kind) == _sort(kind)]
    return max(same, default=-1) + 1


def _sort(kind: ChannelKind) -> Any:
    if kind == ChannelKind.CATEGORY:
        return "category"
    return "voice" if kind in VOICES else "text"
