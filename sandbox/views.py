"""Messages and answers as a person sees them: names instead of ids, and everything that a message has said."""

from sandbox.rules.components import LINK, SELECTS, Component, walk
from sandbox.state import Channel, ChannelKind, Guild, Message
from sandbox.store import Store
from sandbox.wire import Json


def channel_name(store: Store, channel: Channel) -> str:
    """What people write for it: a channel's or thread's name, or `@` and the bot for a direct message."""
    if channel.kind == ChannelKind.DIRECT:
        return f"@{store.users[store.bot_id].name}"
    return channel.name


def place_view(store: Store, channel: Channel) -> Json:
    """A channel or thread of a guild."""
    guild = store.guild_of(channel)
    parent = store.channels.get(channel.parent_id or 0)
    thread = channel.thread
    return {
        "id": str(channel.id),
        "guild": None if guild is None else guild.name,
        "name": channel_name(store, channel),
        "type": int(channel.kind),
        "topic": channel.topic or "",
        "parent": None if parent is None else str(parent.id),
        "archived": thread is not None and thread.archived,
        "locked": thread is not None and thread.locked,
        "members": [store.users[who].name for who in thread.members] if thread else [],
        "tags": _tag_names(channel, parent),
    }


def _tag_names(channel: Channel, parent: Channel | None) -> list[str]:
    """Those of a post; for a forum those that there are."""
    if channel.thread is None or parent is None:
        return [tag.name for tag in channel.tags]
    return [tag.name for tag in parent.tags if tag.id in channel.thread.tags]


def guild_view(store: Store, guild: Guild) -> Json:
    """Who is in a guild, and with which roles."""
    return {
        "id": str(guild.id),
        "name": guild.name,
        "owner": store.users[guild.owner_id].name,
        "members": {store.users[who].name: _member_view(guild, who) for who in guild.members},
        "bans": [store.users[who].name for who in guild.bans if who in store.users],
    }


def _member_view(guild: Guild, user_id: int) -> Json:
    member = guild.members[user_id]
    roles = [guild.roles[role_id].name for role_id in member.roles]
    return {"nick": member.nick, "roles": roles, "silent_until": member.silent_until or None}


def message_view(store: Store, message: Message) -> Json:
    author = store.users[message.author_id]
    return {
        "id": str(message.id),
        "channel": channel_name(store, store.channels[message.channel_id]),
        "author": author.name,
        "bot": author.bot,
        "content": message.content,
        "ephemeral": message.seen_by is not None,
        "deleted": message.deleted,
        "loading": message.loading,
        "buttons": [_button(part) for part in walk(message.components) if part["type"] == Component.BUTTON],
        "selects": [_select(part) for part in walk(message.components) if part["type"] in SELECTS],
        "texts": [part["content"] for part in walk(message.components) if part["type"] == Component.TEXT],
        "embeds": message.embeds,
        "attachments": [attachment.filename for attachment in message.attachments],
        "reply_to": None if message.reply_to is None else str(message.reply_to),
        "mentions": _pinged(store, message),
        "interaction": None if message.origin is None else str(message.origin.interaction_id),
        "revisions": [[revision.at, revision.content] for revision in message.revisions],
    }


def _button(button: Json) -> Json:
    return {
        "label": button.get("label") or (button.get("emoji") or {}).get("name") or "",
        "custom_id": None if button["style"] == LINK else button.get("custom_id"),
        "disabled": bool(button.get("disabled", False)),
        "style": button["style"],
    }


def _select(select: Json) -> Json:
    return {
        "custom_id": select["custom_id"],
        "kind": select["type"],
        "least": select["min_values"],
        "most": select["max_values"],
        "placeholder": select.get("placeholder") or "",
        "disabled": bool(select.get("disabled", False)),
        "options": [
            {
                "label": option["label"],
                "value": option["value"],
                "description": option.get("description") or "",
                "default": bool(option.get("default", False)),
            }
            for option in select.get("options") or []
        ],
    }


def _pinged(store: Store, message: Message) -> list[str]:
    names = [store.users[who].name for who in message.pings.users if who in store.users]
    guild = store.guild_of(store.channels[message.channel_id])
    if guild is not None:
        names += [f"@{guild.roles[role].name}" for role in message.pings.roles if role in guild.roles]
    return [*names, "@everyone"] if message.pings.everyone else names
