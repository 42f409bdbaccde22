"""Which events a bot asked for, and whose words it may read."""

from enum import IntFlag

from sandbox.state import Channel, Message
from sandbox.wire import Json


class Intent(IntFlag):
    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_TYPING = 1 << 14
    MESSAGE_CONTENT = 1 << 15


PRIVILEGED = Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT
# The bits that Discord knows: 0 to 16, 20, 21, 24 and 25. Others close the gateway with 4013.
KNOWN = (1 << 17) - 1 | 0b11 << 20 | 0b11 << 24


def for_messages(channel: Channel) -> Intent:
    return Intent.DIRECT_MESSAGES if channel.guild_id is None else Intent.GUILD_MESSAGES


def for_typing(channel: Channel) -> Intent:
    return Intent.DIRECT_MESSAGE_TYPING if channel.guild_id is None else Intent.GUILD_MESSAGE_TYPING


def readable(message: Message, channel: Channel, bot_id: int) -> bool:
    """Whether a bot without the message-content intent is shown what the message says."""
    return channel.guild_id is None or message.author_id == bot_id or bot_id in message.pings.users


def hide(payload: Json) -> Json:
    """A message as it looks to a bot that may not read it; what it forwards is hidden with it."""
    shown: Json = {**payload, "content": "", "embeds": [], "attachments": [], "components": []}
    shown.pop("poll", None)
    if "message_snapshots" in payload:
        snapshots = payload["message_snapshots"]
        shown["message_snapshots"] = [{**each, "message": hide(each["message"])} for each in snapshots]
    return shown


def application_flags(privileged: int) -> int:
    """The `limited` flags of an application with these privileged intents enabled."""
    flags = 0
    for intent, flag in (
        (Intent.GUILD_PRESENCES, 1 << 13),
        (Intent.GUILD_MEMBERS, 1 << 15),
        (Intent.MESSAGE_CONTENT, 1 << 19),
    ):
        flags |= flag if privileged & intent else 0
    return flags
