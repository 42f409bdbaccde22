"""The things of the sandbox as Discord's JSON."""

from sandbox.payloads.applications import application
from sandbox.payloads.channels import (
    channel,
    counted,
    interaction_channel,
    overwrite,
    own_channel,
    thread_member,
)
from sandbox.payloads.files import ephemeral_attachment
from sandbox.payloads.guilds import (
    application_emoji,
    counts,
    emoji,
    entry,
    guild,
    guild_create,
    invite,
    invite_metadata,
    joined_guild,
    preview,
    sticker,
)
from sandbox.payloads.happenings import scheduled_event, stage
from sandbox.payloads.interactions import resolved_channel, resolved_member
from sandbox.payloads.messages import message
from sandbox.payloads.users import full_member, member, own_user, role, user
from sandbox.payloads.values import stamp
from sandbox.payloads.webhooks import webhook

__all__ = [
    "application",
    "application_emoji",
    "channel",
    "counted",
    "counts",
    "emoji",
    "entry",
    "ephemeral_attachment",
    "full_member",
    "guild",
    "guild_create",
    "interaction_channel",
    "invite",
    "invite_metadata",
    "joined_guild",
    "member",
    "message",
    "overwrite",
    "own_channel",
    "own_user",
    "preview",
    "resolved_channel",
    "resolved_member",
    "role",
    "scheduled_event",
    "stage",
    "stamp",
    "sticker",
    "thread_member",
    "user",
    "webhook",
]
