"""What happens, as it is told to the people who can see it."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from sandbox.permissions import sees_channel
from sandbox.state import Channel, Guild, Message
from sandbox.store import Store
from sandbox.views import channel_name, guild_view, message_view, place_view
from sandbox.wire import Json

# None ends a feed.
Feed = asyncio.Queue[Json | None]
# How a message looks to whoever reads a feed.
View = Callable[[Message], Json]


class Feeds:
    """Each item has a `sequence` that grows, so that a person can tell before from after."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._feeds: dict[int, dict[Feed, View]] = {}
        self._view: View = partial(message_view, store)
        self.sequence = 0

    @contextmanager
    def open(self, user_id: int, view: View | None = None) -> Iterator[Feed]:
        """Without a view of its own it tells messages as scripted people see them."""
        feed: Feed = asyncio.Queue()
        self._feeds.setdefault(user_id, {})[feed] = view or self._view
        try:
            yield feed
        finally:
            del self._feeds[user_id][feed]
            if not self._feeds[user_id]:
                del self._feeds[user_id]

    def close(self) -> None:
        for feeds in self._feeds.values():
            for feed in feeds:
                feed.put_nowait(None)

    def tell_message(self, message: Message, change: str) -> None:
        """`change` is created, edited or deleted."""
        self.sequence += 1
        views: dict[View, Json] = {}
        for user_id, feeds in self._feeds.items():
            if not sees(self._store, user_id, message):
                continue
            for feed, view in feeds.items():
                if view not in views:
                    views[view] = view(message)
                self._put(feed, {"kind": "message", "change": change, "message": views[view]})

    def tell_typing(self, channel: Channel, user_id: int) -> None:
        self.sequence += 1
        name, who = channel_name(self._store, channel), self._store.users[user_id].name
        item: Json = {"kind": "typing", "channel": name, "author": who}
        item |= {"channel_id": str(channel.id), "author_id": str(user_id)}
        guild = self._store.guild_of(channel)
        for watcher in self._feeds:
            if sees_channel(guild, channel, watcher):
                self._tell(watcher, item)

    def tell_bot(self, *, online: bool) -> None:
        """That the bot has come, or is gone."""
        self.sequence += 1
        for user_id in self._feeds:
            self._tell(user_id, {"kind": "bot", "online": online})

    def tell_place(self, channel: Channel, change: str) -> None:
        """A channel or thread that was created, changed or deleted; to those who no longer see it, it is hidden."""
        self.sequence += 1
        guild = self._store.guild_of(channel)
        if guild is None or not self._feeds:
            return
        view = place_view(self._store, channel)
        for watcher in self._feeds.keys() & guild.members.keys():
            if sees_channel(guild, channel, watcher):
                self._tell(watcher, {"kind": "channel", "change": change, "channel": view})
            elif change == "changed":
                self._tell(watcher, {"kind": "channel", "change": "hidden", "channel": {"id": view["id"]}})

    def tell_guild(self, guild: Guild, change: str, *more: int) -> None:
        """Its members, roles or settings: `change` is changed, joined or left; who has left is one `more` who hears."""
        self.sequence += 1
        if not self._feeds:
            return
        view = guild_view(self._store, guild)
        for watcher in self._feeds.keys() & {*guild.members, *more}:
            self._tell(watcher, {"kind": "guild", "change": change, "guild": view})

    def tell_answer(self, user_id: int, answer: Json) -> None:
        """How an interaction of this person was answered."""
        self.sequence += 1
        self._tell(user_id, {"kind": "answer", **answer})

    def _tell(self, user_id: int, item: Json) -> None:
        for feed in self._feeds.get(user_id, ()):
            self._put(feed, item)

    def _put(self, feed: Feed, item: Json) -> None:
        feed.put_nowait({**item, "sequence": self.sequence})


def sees(store: Store, user_id: int, message: Message) -> bool:
    if message.seen_by is not None:
        return message.seen_by == user_id
    channel = store.channels[message.channel_id]
    return sees_channel(store.guild_of(channel), channel, user_id)
