"""Where Discord's description of itself is wrong or silent, each with the reason."""

from __future__ import annotations

from tests.openapi.description import Amendment, Json
from tests.openapi.shapes import TEXT, listed, thing

_DIGITS: Json = {"type": "string", "format": "snowflake"}
_COMMANDS = (
    "ApplicationCommandCreateRequest",
    "ApplicationCommandPatchRequestPartial",
    "ApplicationCommandUpdateRequest",
)

_FORWARDS = Amendment(
    "schemas/MessageReferenceType",
    {"type": "integer", "enum": [0, 1]},
    "the page on messages documents forwards (1) beside replies (0)",
)
_BITS: Json = {"oneOf": [{"type": ["integer", "null"], "minimum": 0}, {"type": "string", "pattern": "^[0-9]+$"}]}
_WITH_BITS = (
    "schemas/CreateRoleRequest/properties/permissions",
    "schemas/UpdateRoleRequestPartial/properties/permissions",
    "schemas/ChannelPermissionOverwriteRequest/properties/allow",
    "schemas/ChannelPermissionOverwriteRequest/properties/deny",
)
_OVERWRITE = "paths/~1channels~1{channel_id}~1permissions~1{overwrite_id}/put/requestBody"
_OWN_NICK = "paths/~1guilds~1{guild_id}~1members~1@me~1nick"
_BAN = "paths/~1guilds~1{guild_id}~1bans~1{user_id}"
_POST = "paths/~1channels~1{channel_id}~1threads/post/parameters"
_NICK: Json = thing(optional={"nick": {"type": ["string", "null"], "maxLength": 32}})

RESPONSES = (
    _FORWARDS,
    Amendment(
        _OWN_NICK,
        {
            "parameters": [{"name": "guild_id", "in": "path", "required": True, "schema": _DIGITS}],
            "patch": {
                "requestBody": {"content": {"application/json": {"schema": _NICK}}},
                "responses": {
                    "200": {"content": {"application/json": {"schema": _NICK}}},
                    "4XX": {"$ref": "#/components/responses/ClientErrorResponse"},
                },
            },
        },
        "documented although it is deprecated, and older versions of discord.py use it",
    ),
    Amendment(
        "schemas/CreatedThreadResponse/properties/message",
        {"$ref": "#/components/schemas/MessageResponse"},
        "the page on channels documents that a new post comes with its first message",
    ),
    Amendment(
        "schemas/InnerErrors/properties/_errors",
        listed(thing(code=TEXT, message=TEXT)),
        "what is wrong with a field has a word for a code, as in every example of Discord's reference on errors",
    ),
    Amendment(
        "schemas/ChannelTypes",
        {"type": "integer", "enum": [0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 16]},
        "media channels (16) are documented, and discord.py offers them where an option takes any channel of a guild",
    ),
    Amendment(
        "schemas/ApplicationCommandAttachmentOptionResponse/properties/file_types",
        listed(TEXT),
        "documented since August 2026, and not in the description yet",
    ),
)
"""For what the sandbox says."""

REQUESTS = (
    _FORWARDS,
    Amendment(
        "schemas/SnowflakeType",
        {"oneOf": [_DIGITS, {"type": "integer", "minimum": 0}]},
        "discord.py sends ids as numbers, those of message references for one, and Discord takes them",
    ),
    *(
        Amendment(
            f"schemas/{name}/properties/default_member_permissions",
            _BITS,
            "documented as a string, since permissions outgrow the numbers of JavaScript",
        )
        for name in _COMMANDS
    ),
    *(Amendment(at, _BITS, "documented as a string, as all permissions are") for at in _WITH_BITS),
    *(
        Amendment(
            f"{_OVERWRITE}/content/application~1json/schema/properties/{name}",
            _BITS,
            "documented as a string, as all permissions are",
        )
        for name in ("allow", "deny")
    ),
    *(
        Amendment(f"{_BAN}/{method}/requestBody/required", False, "discord.py sends none, and Discord takes that")
        for method in ("put", "delete")
    ),
    Amendment(
        f"{_BAN}/put/parameters",
        [{"name": "delete_message_seconds", "in": "query", "schema": {"type": "integer", "maximum": 604800}}],
        "discord.py says it there, and Discord reads it there",
    ),
    Amendment(
        "schemas/BotAccountPatchRequest/required",
        [],
        "documented as optional, and discord.py sends only what is to change",
    ),
    Amendment(
        "schemas/ApplicationFormPartial/properties/description",
        {"type": ["string", "null"], "maxLength": 400},
        "documented as a string, and discord.py sends one",
    ),
    Amendment(
        "schemas/PruneGuildRequest/properties/compute_prune_count",
        {"enum": [True, False, None, "true", "false"]},
        "discord.py writes it as a text, as it was when it stood in the query, and Discord takes that",
    ),
    Amendment(
        _POST,
        [{"name": "use_nested_fields", "in": "query", "schema": {"type": "boolean"}}],
        "discord.py sends it with new posts, and Discord does not mind",
    ),
)
"""For what bots say, beside what holds for responses."""
