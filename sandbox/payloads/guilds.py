"""Guilds as Discord's JSON."""

from sandbox.payloads.channels import channel
from sandbox.payloads.users import full_member, role
from sandbox.payloads.values import stamp
from sandbox.permissions import sees_channel
from sandbox.state import Guild
from sandbox.store import Store
from sandbox.wire import Json


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
    threads = [each for each in of.channels.values() if each.is_thread and sees_channel(of, each, store.bot_id)]
    return {
        **guild(of),
        "joined_at": stamp(of.joined_at),
        "large": False,
        "unavailable": False,
        "member_count": len(of.members),
        "members": [full_member(store, each) for each in seen],
        "channels": [channel(store, each) for each in of.channels.values() if not each.is_thread],
        "threads": [channel(store, each) for each in threads],
        "voice_states": [],
        "presences": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }
