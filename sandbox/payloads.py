"""The things of the sandbox as Discord's JSON."""

from datetime import UTC, datetime

from sandbox.permissions import in_channel
from sandbox.state import (
    Attachment,
    Channel,
    ChannelKind,
    Guild,
    Member,
    Message,
    Origin,
    Role,
    Store,
    User,
)
from sandbox.wire import Json


def stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="microseconds")


def user(user: User) -> Json:
    return {
        "id": str(user.id),
        "username": user.name,
        "global_name": None if user.bot else user.name,
        # Bots still have the four digits; people lost them.
        "discriminator": "0001" if user.bot else "0",
        "avatar": None,
        "banner": None,
        "accent_color": None,
        "bot": user.bot,
        "public_flags": 0,
        "flags": 0,
        "avatar_decoration_data": None,
        "collectibles": None,
        "primary_guild": None,
    }


def own_user(own: User) -> Json:
    return {**user(own), "mfa_enabled": True, "locale": "en-US", "verified": True, "email": None}


def member(member: Member) -> Json:
    """Without the user, as messages carry it."""
    return {
        "avatar": None,
        "banner": None,
        "nick": None,
        "roles": [str(role) for role in member.roles],
        "joined_at": stamp(member.joined_at),
        "premium_since": None,
        "communication_disabled_until": None,
        "pending": False,
        "flags": 0,
        "mute": False,
        "deaf": False,
    }


def full_member(store: Store, of: Member) -> Json:
    return {**member(of), "user": user(store.users[of.user_id])}


def role(role: Role) -> Json:
    body: Json = {
        "id": str(role.id),
        "name": role.name,
        "permissions": str(role.permissions),
        "position": role.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": role.managed,
        "mentionable": role.mentionable,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }
    if role.bot_id is not None:
        body["tags"] = {"bot_id": str(role.bot_id)}
    return body


def channel(store: Store, channel: Channel) -> Json:
    body: Json = {
        "id": str(channel.id),
        "type": int(channel.kind),
        "flags": 0,
        "last_message_id": _optional(channel.last_message_id),
    }
    if channel.kind == ChannelKind.DIRECT:
        others = (store.users[who] for who in channel.recipients if who != store.bot_id)
        return {**body, "recipients": [user(other) for other in others]}
    body |= {
        "guild_id": str(channel.guild_id),
        "name": channel.name,
        "parent_id": _optional(channel.parent_id),
        "rate_limit_per_user": 0,
    }
    return {**body, **(_thread(channel) if channel.kind == ChannelKind.THREAD else _text(channel))}


def _text(channel: Channel) -> Json:
    return {
        "position": channel.position,
        "topic": None,
        "nsfw": False,
        "permission_overwrites": [],
        "last_pin_timestamp": None,
    }


def _thread(channel: Channel) -> Json:
    return {
        "owner_id": _optional(channel.owner_id),
        "message_count": channel.message_count,
        "total_message_sent": channel.message_count,
        "member_count": 1,
        "thread_metadata": {
            "archived": False,
            "archive_timestamp": stamp(0),
            "auto_archive_duration": 10080,
            "locked": False,
        },
    }


def guild(guild: Guild) -> Json:
    """As REST gives it; the gateway adds channels, threads and members."""
    nothing = dict.fromkeys(
        (
            "icon", "description", "home_header", "splash", "discovery_splash", "banner", "application_id",
            "afk_channel_id", "system_channel_id", "widget_channel_id", "max_presences", "vanity_url_code",
            "rules_channel_id", "safety_alerts_channel_id", "public_updates_channel_id", "incidents_data",
        )
    )  # fmt: skip
    zero = dict.fromkeys(
        (
            "system_channel_flags", "verification_level", "default_message_notifications", "mfa_level",
            "explicit_content_filter", "premium_tier", "premium_subscription_count", "nsfw_level",
        ),
        0,
    )  # fmt: skip
    return {
        "id": str(guild.id),
        "name": guild.name,
        "owner_id": str(guild.owner_id),
        **nothing,
        **zero,
        "features": [],
        "region": "deprecated",
        "afk_timeout": 300,
        "widget_enabled": False,
        "roles": [role(each) for each in guild.roles.values()],
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "preferred_locale": "en-US",
        "premium_progress_bar_enabled": False,
        "nsfw": False,
        "emojis": [],
        "stickers": [],
    }


def guild_create(store: Store, of: Guild, *, all_members: bool) -> Json:
    """Without the members intent only the bot itself is among the members."""
    seen = of.members.values() if all_members else [of.members[store.bot_id]]
    threads = [each for each in of.channels.values() if each.kind == ChannelKind.THREAD]
    return {
        **guild(of),
        "joined_at": stamp(of.joined_at),
        "large": False,
        "unavailable": False,
        "member_count": len(of.members),
        "members": [full_member(store, each) for each in seen],
        "channels": [channel(store, each) for each in of.channels.values() if each not in threads],
        "threads": [channel(store, each) for each in threads],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def application(store: Store, flags: int) -> Json:
    bot = store.users[store.bot_id]
    return {
        "id": str(store.application_id),
        "name": bot.name,
        "icon": None,
        "description": "",
        "type": None,
        "bot": user(bot),
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": flags,
        "flags_new": str(flags),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
        "owner": user(store.users[store.owner_id]),
        "approximate_guild_count": len(store.guilds),
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "team": None,
        "eligible_oauth2_scopes": [],
        "integration_types_config": {"0": {}},
    }


def attachment(store: Store, channel_id: int, attachment: Attachment) -> Json:
    url = f"{store.address}/attachments/{channel_id}/{attachment.id}/{attachment.filename}"
    body: Json = {
        "id": str(attachment.id),
        "filename": attachment.filename,
        "size": len(attachment.content),
        "url": url,
        "proxy_url": url,
        "content_type": attachment.content_type,
    }
    return body if attachment.description is None else {**body, "description": attachment.description}


def message(store: Store, message: Message, *, nested: bool = False) -> Json:
    """With the message that it answers, unless it is itself that one."""
    body: Json = {
        "id": str(message.id),
        "channel_id": str(message.channel_id),
        "type": int(message.kind),
        "author": user(store.users[message.author_id]),
        "content": message.content,
        "embeds": message.embeds,
        "components": message.components,
        "attachments": [attachment(store, message.channel_id, each) for each in message.attachments],
        "mentions": [user(store.users[who]) for who in message.pings.users if who in store.users],
        "mention_roles": [str(each) for each in message.pings.roles],
        "mention_everyone": message.pings.everyone,
        "pinned": False,
        "tts": message.tts,
        "flags": message.flags,
        "timestamp": stamp(message.created_at),
        "edited_timestamp": None if message.edited_at is None else stamp(message.edited_at),
    }
    if message.nonce is not None:
        body["nonce"] = message.nonce
    if message.origin is not None:
        body |= _origin(store, message.origin, store.channels[message.channel_id].guild_id)
    if message.reply_to is not None:
        body |= _reply(store, message, message.reply_to, nested=nested)
    return body


def _origin(store: Store, origin: Origin, guild_id: int | None) -> Json:
    """Who used what; `webhook_id` marks that the application wrote through the interaction's token."""
    metadata: Json = {
        "id": str(origin.interaction_id),
        "type": origin.kind,
        "user": user(store.users[origin.user_id]),
        "authorizing_integration_owners": {"0": str(guild_id or 0)},
    }
    body: Json = {
        "application_id": str(store.application_id),
        "webhook_id": str(store.application_id),
        "interaction_metadata": metadata,
    }
    if origin.source_id is not None:
        metadata["interacted_message_id"] = str(origin.source_id)
    if origin.command is not None:
        body["interaction"] = {
            "id": str(origin.interaction_id),
            "type": origin.kind,
            "name": origin.command,
            "user": metadata["user"],
        }
    return body


def _reply(store: Store, of: Message, reply_to: int, *, nested: bool) -> Json:
    guild_id = store.channels[of.channel_id].guild_id
    reference = {"type": 0, "channel_id": str(of.channel_id), "message_id": str(reply_to)}
    if guild_id is not None:
        reference["guild_id"] = str(guild_id)
    if nested:
        return {"message_reference": reference}
    answered = store.message(of.channel_id, reply_to)
    shown = None if answered is None else message(store, answered, nested=True)
    return {"message_reference": reference, "referenced_message": shown}


def interaction_channel(store: Store, of: Channel, user_id: int) -> Json:
    bits = in_channel(store.guild_of(of), of, user_id)
    return {**channel(store, of), "permissions": str(bits)}


def _optional(identifier: int | None) -> str | None:
    return None if identifier is None else str(identifier)
