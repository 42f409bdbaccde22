"""Permission bits, and what a member may do."""

from enum import IntEnum

from sandbox.state import VOICES, Channel, ChannelKind, Guild, Role


class Permission(IntEnum):
    """Bits of a number. No flags of Python: those make a new object of every `&`, and there are dozens a message."""

    CREATE_INSTANT_INVITE = 1 << 0
    KICK_MEMBERS = 1 << 1
    BAN_MEMBERS = 1 << 2
    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    ADD_REACTIONS = 1 << 6
    VIEW_AUDIT_LOG = 1 << 7
    PRIORITY_SPEAKER = 1 << 8
    STREAM = 1 << 9
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    SEND_TTS_MESSAGES = 1 << 12
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    CONNECT = 1 << 20
    SPEAK = 1 << 21
    MUTE_MEMBERS = 1 << 22
    DEAFEN_MEMBERS = 1 << 23
    MOVE_MEMBERS = 1 << 24
    USE_VAD = 1 << 25
    CHANGE_NICKNAME = 1 << 26
    MANAGE_NICKNAMES = 1 << 27
    MANAGE_ROLES = 1 << 28
    MANAGE_WEBHOOKS = 1 << 29
    MANAGE_GUILD_EXPRESSIONS = 1 << 30
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_EVENTS = 1 << 33
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    USE_EXTERNAL_STICKERS = 1 << 37
    SEND_MESSAGES_IN_THREADS = 1 << 38
    MODERATE_MEMBERS = 1 << 40
    CREATE_GUILD_EXPRESSIONS = 1 << 43
    CREATE_EVENTS = 1 << 44
    SEND_VOICE_MESSAGES = 1 << 46
    SEND_POLLS = 1 << 49
    USE_EXTERNAL_APPS = 1 << 50
    PIN_MESSAGES = 1 << 51
    BYPASS_SLOWMODE = 1 << 52


ALL = (1 << 53) - 1

# A direct message has no roles; this is what interactions there carry.
DIRECT = int(
    Permission.ADD_REACTIONS
    | Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.MENTION_EVERYONE
    | Permission.USE_EXTERNAL_EMOJIS
    | Permission.USE_APPLICATION_COMMANDS
)

# What Discord gives to @everyone in a new server.
EVERYONE = DIRECT | int(
    Permission.CREATE_INSTANT_INVITE
    | Permission.CONNECT
    | Permission.SPEAK
    | Permission.USE_VAD
    | Permission.CHANGE_NICKNAME
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.USE_EXTERNAL_STICKERS
    | Permission.SEND_MESSAGES_IN_THREADS
)

# What a timeout leaves.
_SILENT = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY
_WRITING = Permission.MENTION_EVERYONE | Permission.SEND_TTS_MESSAGES | Permission.ATTACH_FILES | Permission.EMBED_LINKS


def in_guild(guild: Guild, user_id: int) -> int:
    """All bits for the owner and for administrators, none for strangers, and few for whom a timeout binds."""
    member = guild.members.get(user_id)
    if member is None:
        return 0
    if guild.owner_id == user_id:
        return ALL
    bits = guild.roles[guild.id].permissions
    for role_id in member.roles:
        bits |= guild.roles[role_id].permissions
    if bits & Permission.ADMINISTRATOR:
        return ALL
    return bits & _SILENT if member.silent_until else bits


def rank(role: Role) -> tuple[int, int]:
    """Grows with the height of a role; of two at the same position the older one is higher."""
    return role.position, -role.id


def highest_rank(guild: Guild, user_id: int) -> tuple[int, int]:
    """Of somebody's roles. The owner is above everything, and a stranger below."""
    if guild.owner_id == user_id:
        return len(guild.roles) + max(role.position for role in guild.roles.values()), 0
    member = guild.members.get(user_id)
    ranks = [rank(guild.roles[role_id]) for role_id in member.roles] if member else []
    return max(ranks, default=(0, 0) if member else (-1, 0))


def in_channel(guild: Guild | None, channel: Channel, user_id: int) -> int:
    """What somebody may do in one channel: the guild's bits, as the channel's overwrites change them.

    A thread has those of the channel that it is in. Source: Discord's page on permissions.
    """
    if guild is None:
        return DIRECT if user_id in channel.recipients else 0
    bits = in_guild(guild, user_id)
    if bits == ALL or user_id not in guild.members:
        return bits
    bits = _overwritten(bits, guild, _of_overwrites(guild, channel), user_id)
    if guild.members[user_id].silent_until:
        bits &= _SILENT
    return _implied(bits, channel)


def sees_channel(guild: Guild | None, channel: Channel, user_id: int) -> bool:
    """Whether a channel is shown to somebody; a private thread only to its members, and to those who manage threads."""
    bits = in_channel(guild, channel, user_id)
    if not bits & Permission.VIEW_CHANNEL:
        return False
    if channel.kind != ChannelKind.PRIVATE_THREAD or channel.thread is None:
        return True
    return user_id in channel.thread.members or bool(bits & Permission.MANAGE_THREADS)


def audience(guild: Guild | None, channel: Channel) -> frozenset[int]:
    """Everybody who is shown a channel, the bot included."""
    candidates = channel.recipients if guild is None else guild.members
    return frozenset(user_id for user_id in candidates if sees_channel(guild, channel, user_id))


def _of_overwrites(guild: Guild, channel: Channel) -> Channel:
    parent = guild.channels.get(channel.parent_id) if channel.is_thread and channel.parent_id else None
    return parent or channel


def _overwritten(bits: int, guild: Guild, channel: Channel, user_id: int) -> int:
    """First @everyone, then all roles together, then the member."""
    if not channel.overwrites:
        return bits
    roles = [channel.overwrites[role] for role in guild.members[user_id].roles if role in channel.overwrites]
    for group in ([channel.overwrites.get(guild.id)], roles, [channel.overwrites.get(user_id)]):
        present = [overwrite for overwrite in group if overwrite is not None]
        for overwrite in present:
            bits &= ~overwrite.deny
        for overwrite in present:
            bits |= overwrite.allow
    return bits


def _implied(bits: int, channel: Channel) -> int:
    """What the lack of one permission takes away of others."""
    if not bits & Permission.VIEW_CHANNEL:
        return 0
    if channel.kind in VOICES and not bits & Permission.CONNECT:
        return bits & _SILENT
    writing = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
    return bits if bits & writing else bits & ~_WRITING


def allows(bits: int, needed: int) -> bool:
    return bits & needed == needed
