"""The things of the sandbox as Discord's JSON."""

from sandbox.payloads.applications import application
from sandbox.payloads.channels import channel, interaction_channel, overwrite, resolved_channel
from sandbox.payloads.files import attachment
from sandbox.payloads.guilds import guild, guild_create
from sandbox.payloads.messages import message, reaction
from sandbox.payloads.users import full_member, member, own_user, role, user
from sandbox.payloads.values import stamp
from sandbox.payloads.webhooks import webhook

__all__ = [
    "application",
    "attachment",
    "channel",
    "full_member",
    "guild",
    "guild_create",
    "interaction_channel",
    "member",
    "message",
    "overwrite",
    "own_user",
    "reaction",
    "resolved_channel",
    "role",
    "stamp",
    "user",
    "webhook",
]
