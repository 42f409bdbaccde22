"""Guilds as Discord's JSON."""

from sandbox.expressions import Emoji, Sticker
from sandbox.payloads.channels import channel, own_channel
from sandbox.payloads.happenings import scheduled_event, stage
from sandbox.payloads.users import full_member, role, user
from sandbox.payloads.values import optional, stamp
from sandbox.permissions import in_guild, sees_channel
from sandbox.state import Entry, Guild, Invite
from sandbox.store import Store
from sandbox.wire import Json

_PREVIEWED = ("id", "name", "icon", "description", "home_header", "splash", "discovery_splash", "features")
_INVITED = (
    "id", "name", "splash", "banner", "description", "icon", "features", "verification_level", "vanity_url_code",
    "nsfw_level", "nsfw", "premium_subscription_count",
)  # fmt: skip


def guild(guild: Guild) -> Json:
    """As REST gives it; the gateway adds channels, threads and members."""
    nothing = dict.fromkeys(
        (
            "icon", "description", "home_header", "splash", "discovery_splash", "banner", "application_id",
            "afk_channel_id", "widget_channel_id", "max_presences", "vanity_url_code",
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
        "features": list(guild.features),
        "system_channel_id": optional(guild.system_channel_id),
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
        "emojis": [emoji(each) for each in guild.emojis.values()],
        "stickers": [sticker(guild, each) for each in guild.stickers.values()],
        **guild.settings,
    }


def guild_create(store: Store, of: Guild, *, all_members: bool) -> Json:
    """Without the members intent only the bot itself is among the members."""
    seen = of.members.values() if all_members else [of.members[store.bot_id]]
    threads = [each for each in of.channels.values() if each.thread and not each.thread.archived]
    return {
        **guild(of),
        "joined_at": stamp(of.members[store.bot_id].joined_at),
        "large": False,
        "unavailable": False,
        "member_count": len(of.members),
        "members": [full_member(store, each) for each in seen],
        "channels": [channel(store, each) for each in of.channels.values() if not each.is_thread],
        "threads": [own_channel(store, each) for each in threads if sees_channel(of, each, store.bot_id)],
        "voice_states": [],
        "presences": [],
        "stage_instances": [stage(of, each) for each in of.stages.values()],
        "guild_scheduled_events": [scheduled_event(store, of, each) for each in of.events.values()],
        "soundboard_sounds": [],
    }


def counts(of: Guild) -> Json:
    """Nobody is counted as present, because the sandbox's people have no presence."""
    return {"approximate_member_count": len(of.members), "approximate_presence_count": 0}


def preview(of: Guild) -> Json:
    full = guild(of)
    emojis = {"emojis": full["emojis"], "stickers": full["stickers"]}
    return {**{key: full[key] for key in _PREVIEWED}, **counts(of), **emojis}


def joined_guild(of: Guild, user_id: int) -> Json:
    """A guild as it is listed for one of its members."""
    return {
        "id": str(of.id),
        "name": of.name,
        "icon": of.settings.get("icon"),
        "banner": of.settings.get("banner"),
        "owner": of.owner_id == user_id,
        "permissions": str(in_guild(of, user_id)),
        "features": list(of.features),
    }


def emoji(emoji: Emoji) -> Json:
    return {
        "id": str(emoji.id),
        "name": emoji.name,
        "roles": [str(role_id) for role_id in emoji.roles],
        "require_colons": True,
        "managed": False,
        "animated": emoji.animated,
        "available": True,
    }


def sticker(of: Guild, sticker: Sticker) -> Json:
    return {
        "id": str(sticker.id),
        "guild_id": str(of.id),
        "name": sticker.name,
        "description": sticker.description,
        "tags": sticker.tags,
        "type": 2,
        "format_type": int(sticker.format),
        "available": True,
    }


def application_emoji(store: Store, of: Emoji) -> Json:
    return {**emoji(of), "user": user(store.users[of.user_id])}


def invite(store: Store, of: Guild, invite: Invite) -> Json:
    full = guild(of)
    channel = of.channels[invite.channel_id]
    expires_at = invite.expires_at()
    return {
        "type": 0,
        "code": invite.code,
        "inviter": user(store.users[invite.inviter_id]),
        "expires_at": None if expires_at is None else stamp(expires_at),
        "flags": 0,
        "guild": {key: full[key] for key in _INVITED},
        "guild_id": str(of.id),
        "channel": {"id": str(channel.id), "type": int(channel.kind), "name": channel.name},
    }


def invite_metadata(invite: Invite) -> Json:
    return {
        "created_at": stamp(invite.created_at),
        "max_age": invite.max_age,
        "max_uses": invite.max_uses,
        "temporary": invite.temporary,
        "uses": invite.uses,
    }


def entry(entry: Entry) -> Json:
    """A line of the audit log."""
    body: Json = {
        "id": str(entry.id),
        "action_type": entry.action,
        "user_id": str(entry.user_id),
        "target_id": optional(entry.target_id),
    }
    if entry.changes:
        body["changes"] = list(entry.changes)
    if entry.options is not None:
        body["options"] = entry.options
    return body if entry.reason is None else {**body, "reason": entry.reason}
