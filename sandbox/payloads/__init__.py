"""The things of the sandbox as Discord's JSON."""

from sandbox.payloads.applications import application
from sandbox.payloads.channels import channel, interaction_channel, overwrite
from sandbox.payloads.files import attachment, ephemeral_attachment
from sandbox.payloads.guilds import guild, guild_create
from sandbox.payloads.interactions import metadata, resolved_channel, resolved_member
from sandbox.payloads.messages import message, reaction
from sandbox.payloads.users import full_member, member, own_user, role, user
from sandbox.payloads.values import stamp
from sandbox.payloads.webhooks import webhook

__all__ = [
    "application",
    "attachment",
    "channel",
    "ephemeral_attachment",
    "full_member",
    "guild",
    "guild_create",
    "interaction_channel",
    "member",
    "message",
    "metadata",
    "overwrite",
    "own_user",
    "reaction",
    "resolved_channel",
    "resolved_member",
    "role",
    "stamp",
    "user",
    "webhook",
]
