"""The interaction that a bot is sent, as a schema after Discord's documentation."""

from __future__ import annotations

from tests.openapi.description import Json
from tests.openapi.shapes import ANYTHING, ID, TEXT, TRUTH, WHOLE, Components, component, listed, mapped, thing

_OPTION_VALUE: Json = {"type": ["string", "number", "boolean"]}
# What Discord's documentation lists for a channel among resolved data.
_PARTIAL_CHANNEL = (
    "id", "name", "type", "permissions", "last_message_id", "last_pin_timestamp", "nsfw", "parent_id", "guild_id",
    "flags", "rate_limit_per_user", "topic", "position",
)  # fmt: skip
_PARTIAL_THREAD = (
    "id", "name", "type", "permissions", "last_message_id", "last_pin_timestamp", "parent_id", "guild_id",
    "flags", "rate_limit_per_user", "thread_metadata", "owner_id", "message_count", "member_count",
    "total_message_sent", "applied_tags",
)  # fmt: skip


def interaction(parts: Components) -> Json:
    """`member` comes from a guild, `user` from a direct message: one of them, and never both."""
    data = {"oneOf": [_command(parts), _component(parts), _modal(parts)]}
    whole = thing(
        id=ID,
        application_id=ID,
        type={"enum": [2, 3, 4, 5]},
        data=data,
        token=TEXT,
        version={"const": 1},
        app_permissions=TEXT,
        locale=TEXT,
        entitlements=listed(component("EntitlementResponse")),
        authorizing_integration_owners={"type": "object", "additionalProperties": ID},
        context={"enum": [0, 1, 2]},
        attachment_size_limit=WHOLE,
        channel=_channel(),
        channel_id=ID,
        optional={
            "guild": thing(id=ID, locale=TEXT, features=listed(TEXT)),
            "guild_id": ID,
            "guild_locale": TEXT,
            "member": thing(component("GuildMemberResponse"), permissions=TEXT),
            "user": component("UserResponse"),
            "message": component("MessageResponse"),
            # Sent by Discord beside `entitlements`, which replaced it.
            "entitlement_sku_ids": listed(ID),
        },
    )
    return {**whole, "oneOf": [{"required": ["member", "guild_id"]}, {"required": ["user"]}]}


def _channel() -> Json:
    kinds = [component(name) for name in ("GuildChannelResponse", "ThreadResponse", "PrivateChannelResponse")]
    return thing({"oneOf": kinds}, permissions=TEXT)


def _command(parts: Components) -> Json:
    option: Json = thing(name=TEXT, type=WHOLE)
    option["properties"] |= {"value": _OPTION_VALUE, "focused": TRUTH, "options": listed(option)}
    optional = {"resolved": _resolved(parts), "options": listed(option), "guild_id": ID, "target_id": ID}
    return thing(id=ID, name=TEXT, type=WHOLE, optional=optional)


def _component(parts: Components) -> Json:
    optional = {"values": listed(TEXT), "resolved": _resolved(parts)}
    return thing(custom_id=TEXT, component_type=WHOLE, id=WHOLE, optional=optional)


def _modal(parts: Components) -> Json:
    """Labels have one component each, and rows, which they replaced, a list of one."""
    given = thing(type=WHOLE, id=WHOLE, custom_id=TEXT, optional={"value": ANYTHING, "values": listed(TEXT)})
    place = thing(type=WHOLE, id=WHOLE, optional={"component": given, "components": listed(given)})
    return thing(custom_id=TEXT, components=listed(place), optional={"resolved": _resolved(parts)})


def _resolved(parts: Components) -> Json:
    channels = [
        thing(parts.only("GuildChannelResponse", *_PARTIAL_CHANNEL), app_permissions=TEXT),
        thing(parts.only("ThreadResponse", *_PARTIAL_THREAD), app_permissions=TEXT),
    ]
    return thing(
        optional={
            "users": mapped(component("UserResponse")),
            "members": mapped(thing(parts.less("GuildMemberResponse", "user", "deaf", "mute"), permissions=TEXT)),
            "roles": mapped(component("GuildRoleResponse")),
            "channels": mapped({"oneOf": channels}),
            "messages": mapped(component("MessageResponse")),
            "attachments": mapped(component("MessageAttachmentResponse")),
        }
    )
