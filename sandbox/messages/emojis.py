"""The emojis that there are: Unicode's, those of the application, and those of the servers that the bot is in."""

from sandbox.expressions import Emoji
from sandbox.rules.emojis import is_emoji, plain
from sandbox.snowflakes import read_snowflake
from sandbox.store import Store
from sandbox.wire import Json


def find_emoji(store: Store, text: str) -> Json | None:
    """The partial object of an emoji as a path has it, `name:id` for a server's own; None if there is none."""
    name, _, identifier = text.rpartition(":")
    if not name:
        return {"id": None, "name": text} if is_emoji(text) else None
    return custom_emoji(store, read_snowflake(identifier))


def custom_emoji(store: Store, emoji_id: int | None) -> Json | None:
    known = [store.emojis, *(guild.emojis for guild in store.bots_guilds())]
    found = next((emojis[emoji_id or 0] for emojis in known if (emoji_id or 0) in emojis), None)
    return None if found is None else partial(found)


def partial(emoji: Emoji) -> Json:
    body: Json = {"id": str(emoji.id), "name": emoji.name}
    return {**body, "animated": True} if emoji.animated else body


def key(emoji: Json) -> str:
    """What tells emojis apart, however they are spelt."""
    return emoji["id"] or plain(emoji["name"])
