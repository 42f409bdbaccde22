"""Who has reacted to which message, and with what."""

from sandbox.errors import DiscordError, Why
from sandbox.feeds import Feeds
from sandbox.gateway.events import Event
from sandbox.gateway.message_events import (
    emoji_cleared_event,
    reaction_added_event,
    reaction_removed_event,
    reactions_cleared_event,
)
from sandbox.gateway.sessions import Sessions
from sandbox.messages.emojis import find_emoji, key
from sandbox.permissions import Permission, allows, in_channel
from sandbox.rules.emojis import plain
from sandbox.state import Channel, Message, Reaction
from sandbox.store import Store
from sandbox.wire import Json

MOST_DIFFERENT = 20


class Reactions:
    """The only writer of reactions. An emoji is given as a path has it: itself, or `name:id`."""

    def __init__(self, store: Store, sessions: Sessions, feeds: Feeds) -> None:
        self._store = store
        self._sessions = sessions
        self._feeds = feeds

    def add(self, message: Message, user_id: int, text: str) -> None:
        """Twice is once. Raises DiscordError for what is no emoji, one too many, or not allowed."""
        channel = self._store.channels[message.channel_id]
        emoji = self.emoji(message, text)
        self._check(channel, message, user_id, emoji)
        reaction = message.reactions.setdefault(key(emoji), Reaction(emoji))
        if user_id not in reaction.users:
            reaction.users.append(user_id)
            self._tell(channel, message, reaction_added_event(self._store, channel, message, user_id, emoji))

    def remove(self, message: Message, user_id: int, text: str) -> None:
        """Nothing happens if there is none. Raises DiscordError for what is no emoji."""
        channel = self._store.channels[message.channel_id]
        emoji = self.emoji(message, text)
        reaction = message.reactions.get(key(emoji))
        if reaction is None or user_id not in reaction.users:
            return
        reaction.users.remove(user_id)
        if not reaction.users:
            del message.reactions[key(emoji)]
        self._tell(channel, message, reaction_removed_event(channel, message, user_id, emoji))

    def clear(self, message: Message) -> None:
        channel = self._store.channels[message.channel_id]
        message.reactions.clear()
        self._tell(channel, message, reactions_cleared_event(channel, message))

    def clear_emoji(self, message: Message, text: str) -> None:
        """Raises DiscordError for what is no emoji."""
        channel = self._store.channels[message.channel_id]
        emoji = self.emoji(message, text)
        if message.reactions.pop(key(emoji), None) is not None:
            self._tell(channel, message, emoji_cleared_event(channel, message, emoji))

    def users(self, message: Message, text: str) -> list[int]:
        """Those who have reacted with it, in the order of their ids. Raises DiscordError for what is no emoji."""
        reaction = message.reactions.get(key(self.emoji(message, text)))
        return [] if reaction is None else sorted(reaction.users)

    def emoji(self, message: Message, text: str) -> Json:
        """The partial object; one that the message has already may be of a server that the bot is not in."""
        present = message.reactions.get(text.rpartition(":")[2]) or message.reactions.get(plain(text))
        found = find_emoji(self._store, text) if present is None else present.emoji
        if found is None:
            raise DiscordError(Why.NO_EMOJI)
        return found

    def _check(self, channel: Channel, message: Message, user_id: int, emoji: Json) -> None:
        """Whoever joins in needs less than who begins."""
        guild = self._store.guild_of(channel)
        needed = int(Permission.READ_MESSAGE_HISTORY)
        if key(emoji) not in message.reactions:
            needed |= Permission.ADD_REACTIONS
            if emoji["id"] is not None and guild is not None and int(emoji["id"]) not in guild.emojis:
                needed |= Permission.USE_EXTERNAL_EMOJIS
        if not allows(in_channel(guild, channel, user_id), needed):
            raise DiscordError(Why.MISSING_PERMISSIONS)
        if key(emoji) not in message.reactions and len(message.reactions) >= MOST_DIFFERENT:
            raise DiscordError(Why.TOO_MANY_REACTIONS)

    def _tell(self, channel: Channel, message: Message, event: Event) -> None:
        if self._store.bot_sees(channel):
            self._sessions.tell(event)
        self._feeds.tell_message(message, "edited")
