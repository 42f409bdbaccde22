"""What an interaction carries beside itself, and what is told of it later, as Discord's JSON."""

from sandbox.payloads.channels import channel
from sandbox.payloads.users import member, user
from sandbox.permissions import in_channel
from sandbox.state import Channel, Guild, Origin
from sandbox.store import Store
from sandbox.wire import Json

# Of a channel that an option or a select names, Discord shows only these.
_CHANNEL_FIELDS = (
    "id", "name", "type", "last_message_id", "last_pin_timestamp", "nsfw", "parent_id", "guild_id", "flags",
    "rate_limit_per_user", "topic", "position",
)  # fmt: skip
# And these of a thread; not all of them are documented, but discord.py needs them.
_THREAD_FIELDS = (
    "thread_metadata", "owner_id", "member_count", "message_count", "total_message_sent", "applied_tags",
)  # fmt: skip


def metadata(store: Store, origin: Origin) -> Json:
    """Of the interaction that a message answers."""
    body: Json = {
        "id": str(origin.interaction_id),
        "type": origin.kind,
        "user": user(store.users[origin.user_id]),
        "authorizing_integration_owners": origin.owners,
    }
    for field, identifier in (
        ("original_response_message_id", origin.original_id),
        ("interacted_message_id", None if origin.opener else origin.source_id),
        ("target_message_id", origin.target_message_id),
    ):
        if identifier is not None:
            body[field] = str(identifier)
    if origin.target_user_id is not None:
        body["target_user"] = user(store.users[origin.target_user_id])
    if origin.opener is not None:
        body["triggering_interaction_metadata"] = metadata(store, origin.opener)
    return body


def resolved_member(guild: Guild, of: Channel, user_id: int) -> Json:
    """A member whom an option or a select names, with what they may do in the channel."""
    body = member(guild.members[user_id])
    del body["deaf"], body["mute"]
    return {**body, "permissions": str(in_channel(guild, of, user_id))}


def resolved_channel(store: Store, of: Channel, user_id: int) -> Json:
    """A channel that an option or a select names, with what the person and the application may do there."""
    full, guild = channel(store, of), store.guild_of(of)
    return {
        **{field: full[field] for field in (*_CHANNEL_FIELDS, *_THREAD_FIELDS) if field in full},
        "permissions": str(in_channel(guild, of, user_id)),
        "app_permissions": str(in_channel(guild, of, store.bot_id)),
    }
