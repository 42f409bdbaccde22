"""The gateway's events as schemas, after Discord's documentation: its description has only the objects in them."""

from __future__ import annotations

from collections.abc import Mapping

from tests.openapi.description import Json
from tests.openapi.interactions import interaction
from tests.openapi.shapes import (
    ANYTHING,
    ID,
    MOMENT,
    TEXT,
    TRUTH,
    WHOLE,
    Components,
    component,
    listed,
    nullable,
    thing,
)

_GUILD = {"guild_id": ID}
# Documented, and made of nothing that the description has, or never sent by the sandbox.
_UNCHECKED = (
    "RESUMED", "RATE_LIMITED", "AUTO_MODERATION_RULE_CREATE", "AUTO_MODERATION_RULE_UPDATE",
    "AUTO_MODERATION_RULE_DELETE", "AUTO_MODERATION_ACTION_EXECUTION", "CHANNEL_INFO", "VOICE_CHANNEL_STATUS_UPDATE",
    "VOICE_CHANNEL_START_TIME_UPDATE", "GUILD_SCHEDULED_EVENT_USER_ADD", "GUILD_SCHEDULED_EVENT_USER_REMOVE",
    "GUILD_SOUNDBOARD_SOUND_CREATE", "GUILD_SOUNDBOARD_SOUND_UPDATE", "GUILD_SOUNDBOARD_SOUND_DELETE",
    "GUILD_SOUNDBOARD_SOUNDS_UPDATE", "INTEGRATION_CREATE", "INTEGRATION_UPDATE", "INTEGRATION_DELETE",
    "VOICE_CHANNEL_EFFECT_SEND", "VOICE_SERVER_UPDATE", "SUBSCRIPTION_CREATE", "SUBSCRIPTION_UPDATE",
    "SUBSCRIPTION_DELETE",
)  # fmt: skip
_STAGE = component("StageInstanceResponse")
_PLANNED = {"oneOf": [component(f"{kind}ScheduledEventResponse") for kind in ("External", "Stage", "Voice")]}


def events(schemas: Mapping[str, Json]) -> dict[str, Json]:
    """By name; an event that is not here does not exist."""
    parts = Components(schemas)
    return {
        **dict.fromkeys(_UNCHECKED, ANYTHING),
        **_greetings(parts),
        **_guilds(parts),
        **_invites(),
        **_happenings(),
        **_members(parts),
        **_channels(),
        **_threads(),
        **_messages(parts),
        **_reactions(),
        "INTERACTION_CREATE": interaction(parts),
    }


def _greetings(parts: Components) -> dict[str, Json]:
    """READY has more than is documented; what discord.py reads or Discord is known to send is allowed."""
    ready = thing(
        v=WHOLE,
        # Its `primary_guild` is not required, unlike that of others.
        user=component("UserPIIResponse"),
        guilds=listed(thing(id=ID, unavailable=TRUTH)),
        session_id=TEXT,
        resume_gateway_url={"type": "string", "format": "uri"},
        application=parts.only("PrivateApplicationResponse", "id", "flags"),
        optional={
            "shard": {"type": "array", "items": WHOLE, "minItems": 2, "maxItems": 2},
            "session_type": TEXT,
            "private_channels": listed(ANYTHING),
            "presences": listed(ANYTHING),
            "relationships": listed(ANYTHING),
            "game_relationships": listed(ANYTHING),
            "guild_join_requests": listed(ANYTHING),
            "geo_ordered_rtc_regions": listed(TEXT),
            "auth": ANYTHING,
            "user_settings": ANYTHING,
            "_trace": listed(TEXT),
        },
    )
    return {"READY": ready, "USER_UPDATE": component("UserPIIResponse")}


def _guilds(parts: Components) -> dict[str, Json]:
    voice_state = parts.less("VoiceStateResponse", "guild_id")
    create = thing(
        component("GuildResponse"),
        joined_at=MOMENT,
        large=TRUTH,
        member_count=WHOLE,
        voice_states=listed(voice_state),
        members=listed(component("GuildMemberResponse")),
        channels=listed(parts.less("GuildChannelResponse", "guild_id")),
        threads=listed(parts.less("ThreadResponse", "guild_id")),
        presences=listed(ANYTHING),
        stage_instances=listed(_STAGE),
        guild_scheduled_events=listed(_PLANNED),
        soundboard_sounds=listed(ANYTHING),
        optional={"unavailable": TRUTH},
    )
    role = thing(guild_id=ID, role=component("GuildRoleResponse"))
    return {
        "GUILD_CREATE": create,
        "GUILD_UPDATE": component("GuildResponse"),
        "GUILD_DELETE": thing(id=ID, optional={"unavailable": TRUTH}),
        "GUILD_AUDIT_LOG_ENTRY_CREATE": thing(component("AuditLogEntryResponse"), guild_id=ID),
        "GUILD_EMOJIS_UPDATE": thing(guild_id=ID, emojis=listed(component("EmojiResponse"))),
        "GUILD_STICKERS_UPDATE": thing(guild_id=ID, stickers=listed(component("GuildStickerResponse"))),
        "GUILD_INTEGRATIONS_UPDATE": thing(guild_id=ID),
        "GUILD_ROLE_CREATE": role,
        "GUILD_ROLE_UPDATE": role,
        "GUILD_ROLE_DELETE": thing(guild_id=ID, role_id=ID),
        "WEBHOOKS_UPDATE": thing(guild_id=ID, channel_id=ID),
        "APPLICATION_COMMAND_PERMISSIONS_UPDATE": component("CommandPermissionsResponse"),
        **dict.fromkeys(
            ("ENTITLEMENT_CREATE", "ENTITLEMENT_UPDATE", "ENTITLEMENT_DELETE"), component("EntitlementResponse")
        ),
    }


def _invites() -> dict[str, Json]:
    invite = thing(
        channel_id=ID,
        code=TEXT,
        created_at=MOMENT,
        max_age=WHOLE,
        max_uses=WHOLE,
        temporary=TRUTH,
        uses=WHOLE,
        expires_at=nullable(MOMENT),
        optional={
            **_GUILD,
            "inviter": component("UserResponse"),
            "type": WHOLE,
            "flags": WHOLE,
            "target_type": WHOLE,
            "target_user": component("UserResponse"),
            "target_application": ANYTHING,
            "role_ids": listed(ID),
        },
    )
    return {"INVITE_CREATE": invite, "INVITE_DELETE": thing(channel_id=ID, code=TEXT, optional=_GUILD)}


def _happenings() -> dict[str, Json]:
    changes = ("CREATE", "UPDATE", "DELETE")
    sounds = thing(guild_id=ID, soundboard_sounds=listed(component("SoundboardSoundResponse")))
    return {
        **{f"GUILD_SCHEDULED_EVENT_{change}": _PLANNED for change in changes},
        **{f"STAGE_INSTANCE_{change}": _STAGE for change in changes},
        "SOUNDBOARD_SOUNDS": sounds,
    }


def _members(parts: Components) -> dict[str, Json]:
    gone = thing(guild_id=ID, user=component("UserResponse"))
    presence = thing(
        user=thing(id=ID, optional={"username": TEXT}),
        status={"enum": ["online", "idle", "dnd", "offline"]},
        activities=listed(ANYTHING),
        client_status=thing(optional={"desktop": TEXT, "mobile": TEXT, "web": TEXT, "vr": TEXT}),
        optional={**_GUILD, "processed_at_timestamp": WHOLE},
    )
    return {
        "GUILD_BAN_ADD": gone,
        "GUILD_BAN_REMOVE": gone,
        "GUILD_MEMBER_ADD": thing(component("GuildMemberResponse"), guild_id=ID),
        "GUILD_MEMBER_UPDATE": thing(parts.less("GuildMemberResponse", "deaf", "mute"), guild_id=ID),
        "GUILD_MEMBER_REMOVE": gone,
        "GUILD_MEMBERS_CHUNK": thing(
            guild_id=ID,
            members=listed(component("GuildMemberResponse")),
            chunk_index=WHOLE,
            chunk_count=WHOLE,
            optional={"not_found": listed(ANYTHING), "presences": listed(presence), "nonce": TEXT},
        ),
        "PRESENCE_UPDATE": presence,
        "VOICE_STATE_UPDATE": parts.less("VoiceStateResponse", "guild_id"),
    }


def _channels() -> dict[str, Json]:
    pins = thing(channel_id=ID, optional={**_GUILD, "last_pin_timestamp": nullable(MOMENT)})
    names = ("CHANNEL_CREATE", "CHANNEL_UPDATE", "CHANNEL_DELETE")
    return {**dict.fromkeys(names, component("GuildChannelResponse")), "CHANNEL_PINS_UPDATE": pins}


def _threads() -> dict[str, Json]:
    member = component("ThreadMemberResponse")
    return {
        "THREAD_CREATE": thing(component("ThreadResponse"), optional={"newly_created": TRUTH}),
        "THREAD_UPDATE": component("ThreadResponse"),
        "THREAD_DELETE": thing(id=ID, guild_id=ID, parent_id=ID, type=WHOLE),
        "THREAD_LIST_SYNC": thing(
            guild_id=ID,
            threads=listed(component("ThreadResponse")),
            members=listed(member),
            optional={"channel_ids": listed(ID)},
        ),
        "THREAD_MEMBER_UPDATE": thing(member, guild_id=ID),
        "THREAD_MEMBERS_UPDATE": thing(
            id=ID,
            guild_id=ID,
            member_count={"type": "integer", "maximum": 50},
            optional={
                "added_members": listed(thing(member, optional={"presence": ANYTHING})),
                "removed_member_ids": listed(ID),
            },
        ),
    }


def _messages(parts: Components) -> dict[str, Json]:
    member = parts.less("GuildMemberResponse", "user")
    mention = thing(component("UserResponse"), optional={"member": member})
    message = thing(
        component("MessageResponse"),
        mentions=listed(mention),
        optional={**_GUILD, "channel_type": WHOLE, "member": member},
    )
    typing = thing(
        channel_id=ID,
        user_id=ID,
        timestamp=WHOLE,
        optional={**_GUILD, "member": component("GuildMemberResponse")},
    )
    return {
        "MESSAGE_CREATE": message,
        "MESSAGE_UPDATE": message,
        "MESSAGE_DELETE": thing(id=ID, channel_id=ID, optional=_GUILD),
        "MESSAGE_DELETE_BULK": thing(ids=listed(ID), channel_id=ID, optional=_GUILD),
        "TYPING_START": typing,
    }


def _reactions() -> dict[str, Json]:
    emoji = component("MessageReactionEmojiResponse")
    removed = thing(user_id=ID, channel_id=ID, message_id=ID, emoji=emoji, burst=TRUTH, type=WHOLE, optional=_GUILD)
    added = {
        "message_author_id": ID,
        "member": component("GuildMemberResponse"),
        "burst_colors": listed(TEXT),
    }
    vote = thing(user_id=ID, channel_id=ID, message_id=ID, answer_id=WHOLE, optional=_GUILD)
    return {
        "MESSAGE_REACTION_ADD": thing(removed, optional=added),
        "MESSAGE_REACTION_REMOVE": removed,
        "MESSAGE_REACTION_REMOVE_ALL": thing(channel_id=ID, message_id=ID, optional=_GUILD),
        "MESSAGE_REACTION_REMOVE_EMOJI": thing(channel_id=ID, message_id=ID, emoji=emoji, optional=_GUILD),
        "MESSAGE_POLL_VOTE_ADD": vote,
        "MESSAGE_POLL_VOTE_REMOVE": vote,
    }
