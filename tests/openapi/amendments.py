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

RESPONSES = (
    _FORWARDS,
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
            {"oneOf": [{"type": ["integer", "null"], "minimum": 0}, {"type": "string", "pattern": "^[0-9]+$"}]},
            "documented as a string, since permissions outgrow the numbers of JavaScript",
        )
        for name in _COMMANDS
    ),
)
"""For what bots say, beside what holds for responses."""
