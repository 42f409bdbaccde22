"""Which events a bot asked for, and whose words it may read."""

from enum import IntFlag

from sandbox.state import Channel, Message
from sandbox.wire import Json


class Intent(IntFlag):
    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_MODERATION = 1 << 2
    GUILD_EXPRESSIONS = 1 << 3
    GUILD_INTEGRATIONS = 1 << 4
    GUILD_WEBHOOKS = 1 << 5
    GUILD_INVITES = 1 << 6
    GUILD_VOICE_STATES = 1 << 7
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    GUILD_MESSAGE_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    DIRECT_MESSAGE_TYPING = 1 << 14
    MESSAGE_CONTENT = 1 << 15
    GUILD_SCHEDULED_EVENTS = 1 << 16
    AUTO_MODERATION_CONFIGURATION = 1 << 20
    AUTO_MODERATION_EXECUTION = 1 << 21
    GUILD_MESSAGE_POLLS = 1 << 24
    DIRECT_MESSAGE_POLLS = 1 << 25


PRIVILEGED = Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT
KNOWN = sum(Intent)

_MESSAGES = ("MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK")
_REACTIONS = (
    "MESSAGE_REACTION_ADD", "MESSAGE_REACTION_REMOVE", "MESSAGE_REACTION_REMOVE_ALL", "MESSAGE_REACTION_REMOVE_EMOJI",
)  # fmt: skip
_VOTES = ("MESSAGE_POLL_VOTE_ADD", "MESSAGE_POLL_VOTE_REMOVE")

# Discord's list of intents, as its page on the gateway has it.
_IN_GUILDS: dict[Intent, tuple[str, ...]] = {
    Intent.GUILDS: (
        "GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE", "GUILD_ROLE_CREATE", "GUILD_ROLE_UPDATE", "GUILD_ROLE_DELETE",
        "CHANNEL_CREATE", "CHANNEL_UPDATE", "CHANNEL_DELETE", "CHANNEL_PINS_UPDATE", "THREAD_CREATE", "THREAD_UPDATE",
        "THREAD_DELETE", "THREAD_LIST_SYNC", "THREAD_MEMBER_UPDATE", "STAGE_INSTANCE_CREATE", "STAGE_INSTANCE_UPDATE",
        "STAGE_INSTANCE_DELETE", "VOICE_CHANNEL_STATUS_UPDATE", "VOICE_CHANNEL_START_TIME_UPDATE",
    ),
    Intent.GUILD_MEMBERS: ("GUILD_MEMBER_ADD", "GUILD_MEMBER_UPDATE", "GUILD_MEMBER_REMOVE", "THREAD_MEMBERS_UPDATE"),
    Intent.GUILD_MODERATION: ("GUILD_AUDIT_LOG_ENTRY_CREATE", "GUILD_BAN_ADD", "GUILD_BAN_REMOVE"),
    Intent.GUILD_EXPRESSIONS: (
        "GUILD_EMOJIS_UPDATE", "GUILD_STICKERS_UPDATE", "GUILD_SOUNDBOARD_SOUND_CREATE",
        "GUILD_SOUNDBOARD_SOUND_UPDATE", "GUILD_SOUNDBOARD_SOUND_DELETE", "GUILD_SOUNDBOARD_SOUNDS_UPDATE",
    ),
    Intent.GUILD_INTEGRATIONS: (
        "GUILD_INTEGRATIONS_UPDATE", "INTEGRATION_CREATE", "INTEGRATION_UPDATE", "INTEGRATION_DELETE",
    ),
    Intent.GUILD_WEBHOOKS: ("WEBHOOKS_UPDATE",),
    Intent.GUILD_INVITES: ("INVITE_CREATE", "INVITE_DELETE"),
    Intent.GUILD_VOICE_STATES: ("VOICE_CHANNEL_EFFECT_SEND", "VOICE_STATE_UPDATE"),
    Intent.GUILD_PRESENCES: ("PRESENCE_UPDATE",),
    Intent.GUILD_MESSAGES: _MESSAGES,
    Intent.GUILD_MESSAGE_REACTIONS: _REACTIONS,
    Intent.GUILD_MESSAGE_TYPING: ("TYPING_START",),
    Intent.GUILD_SCHEDULED_EVENTS: (
        "GUILD_SCHEDULED_EVENT_CREATE", "GUILD_SCHEDULED_EVENT_UPDATE", "GUILD_SCHEDULED_EVENT_DELETE",
        "GUILD_SCHEDULED_EVENT_USER_ADD", "GUILD_SCHEDULED_EVENT_USER_REMOVE",
    ),
    Intent.AUTO_MODERATION_CONFIGURATION: (
        "AUTO_MODERATION_RULE_CREATE", "AUTO_MODERATION_RULE_UPDATE", "AUTO_MODERATION_RULE_DELETE",
    ),
    Intent.AUTO_MODERATION_EXECUTION: ("AUTO_MODERATION_ACTION_EXECUTION",),
    Intent.GUILD_MESSAGE_POLLS: _VOTES,
}  # fmt: skip
_IN_DIRECT: dict[Intent, tuple[str, ...]] = {
    Intent.DIRECT_MESSAGES: (*_MESSAGES, "CHANNEL_PINS_UPDATE"),
    Intent.DIRECT_MESSAGE_REACTIONS: _REACTIONS,
    Intent.DIRECT_MESSAGE_TYPING: ("TYPING_START",),
    Intent.DIRECT_MESSAGE_POLLS: _VOTES,
}
# "Any events not listed means it's not associated with an intent and will always be sent to your app."
_ALWAYS = (
    "READY", "RESUMED", "RATE_LIMITED", "INTERACTION_CREATE", "GUILD_MEMBERS_CHUNK", "SOUNDBOARD_SOUNDS",
    "CHANNEL_INFO", "APPLICATION_COMMAND_PERMISSIONS_UPDATE", "USER_UPDATE", "VOICE_SERVER_UPDATE",
    "ENTITLEMENT_CREATE", "ENTITLEMENT_UPDATE", "ENTITLEMENT_DELETE",
    "SUBSCRIPTION_CREATE", "SUBSCRIPTION_UPDATE", "SUBSCRIPTION_DELETE",
)  # fmt: skip


def _by_event(table: dict[Intent, tuple[str, ...]]) -> dict[str, int]:
    return {name: int(intent) for intent, names in table.items() for name in names}


_NEEDED_IN_GUILDS = dict.fromkeys(_ALWAYS, 0) | _by_event(_IN_GUILDS)
_NEEDED_IN_DIRECT = dict.fromkeys(_ALWAYS, 0) | _by_event(_IN_DIRECT)
_NEEDED_OF_THE_BOT = {"GUILD_MEMBER_UPDATE": 0, "THREAD_MEMBERS_UPDATE": int(Intent.GUILDS)}


def needed(name: str, *, direct: bool, own: bool = False) -> int:
    """The intent without which a bot does not hear an event, 0 for none; `own` if it is about the bot itself.

    Raises LookupError for an event that Discord does not have, or not there.
    """
    table = _NEEDED_IN_DIRECT if direct else _NEEDED_IN_GUILDS
    if name not in table:
        raise LookupError(f"Discord tells no {name} {'outside of' if direct else 'in'} a guild")
    return _NEEDED_OF_THE_BOT.get(name, table[name]) if own else table[name]


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
