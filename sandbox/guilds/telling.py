"""What happens to a guild, told to the bot, if it is there and may know, and to the people."""

from collections.abc import Iterator
from contextlib import contextmanager

from sandbox import payloads
from sandbox.feeds import Feeds
from sandbox.gateway.events import Event
from sandbox.gateway.sessions import Sessions
from sandbox.permissions import in_guild, sees_channel
from sandbox.state import Channel, Guild, User
from sandbox.store import Store
from sandbox.wire import Json


class Teller:
    """What every owner of a part of a guild tells through."""

    def __init__(self, store: Store, sessions: Sessions, feeds: Feeds) -> None:
        self._store = store
        self._sessions = sessions
        self.feeds = feeds

    def tell(self, guild: Guild, name: str, data: Json, *, only_with: int = 0, own: bool = False) -> None:
        """`only_with` are permissions of which the bot needs one to be told; `own` marks what is about itself."""
        bot_id = self._store.bot_id
        if bot_id not in guild.members or (only_with and not in_guild(guild, bot_id) & only_with):
            return
        self._sessions.tell(Event(name, data, guild.id, own=own))

    def tell_user(self, user: User) -> None:
        """The bot, if it is its own user that has changed."""
        if user.id == self._store.bot_id:
            self._sessions.tell(Event("USER_UPDATE", payloads.own_user(user)))

    def tell_channel(self, guild: Guild, name: str, channel: Channel, change: str) -> None:
        """A guild's channels are known to all its members, even those that they may not look into."""
        self.tell(guild, name, payloads.channel(self._store, channel))
        self.feeds.tell_place(channel, change)

    def tell_thread(self, guild: Guild, name: str, thread: Channel, data: Json) -> None:
        """Of threads, only those hear who see them."""
        if sees_channel(guild, thread, self._store.bot_id):
            self.tell(guild, name, data)

    @contextmanager
    def following(self, guild: Guild) -> Iterator[None]:
        """While something changes what the bot sees: afterwards it is told the threads of channels that it gained."""
        before = self._seen(guild)
        yield
        gained = [channel for channel_id, channel in self._seen(guild).items() if channel_id not in before]
        if gained and self._store.bot_id in guild.members:
            self.tell(guild, "THREAD_LIST_SYNC", self._threads(guild, gained))

    def _seen(self, guild: Guild) -> dict[int, Channel]:
        bot_id = self._store.bot_id
        places = (channel for channel in guild.channels.values() if not channel.is_thread)
        return {channel.id: channel for channel in places if sees_channel(guild, channel, bot_id)}

    def _threads(self, guild: Guild, parents: list[Channel]) -> Json:
        store = self._store
        found = [each for parent in parents for each in store.threads_in(parent) if each.thread]
        active = [each for each in found if each.thread and not each.thread.archived]
        seen = [each for each in active if sees_channel(guild, each, store.bot_id)]
        joined = [each for each in seen if each.thread and store.bot_id in each.thread.members]
        return {
            "guild_id": str(guild.id),
            "channel_ids": [str(parent.id) for parent in parents],
            "threads": [payloads.channel(store, each) for each in seen],
            "members": [payloads.thread_member(store, each, store.bot_id) for each in joined],
        }
