"""Messages that an application writes through an interaction's token."""

from dataclasses import replace

from sandbox.commands.interactions import Interaction, InteractionKind
from sandbox.core import Core
from sandbox.errors import DiscordError, Why
from sandbox.rules.messages import Draft
from sandbox.state import Message, MessageFlag, MessageKind


def write(core: Core, interaction: Interaction, draft: Draft, *, loading: bool = False) -> Message:
    """The first response or a follow-up, for everybody or for the one person. Raises DiscordError."""
    channel = core.store.channels.get(interaction.channel_id)
    if channel is None:
        raise DiscordError(Why.UNKNOWN_CHANNEL)
    first = interaction.answered is None
    ephemeral = bool((draft.flags or 0) & MessageFlag.EPHEMERAL)
    seen_by = interaction.user_id if ephemeral else None
    origin = interaction.origin if first else replace(interaction.origin, original_id=interaction.original_id)
    reply_to = _answered(core, interaction, seen_by)
    channel = core.store.channels.get(interaction.channel_id)
    if channel is None:  # it was deleted meanwhile
        raise DiscordError(Why.UNKNOWN_CHANNEL)
    return core.posting.create(
        channel,
        core.store.bot_id,
        replace(draft, reference=None, nonce=None),
        kind=_kind(interaction, reply_to),
        origin=origin,
        seen_by=seen_by,
        loading=loading,
        reply_to=reply_to,
    )


def _kind(interaction: Interaction, reply_to: int | None) -> MessageKind:
    if interaction.answered is None and interaction.kind == InteractionKind.COMMAND:
        return MessageKind.SLASH_COMMAND if interaction.slash else MessageKind.CONTEXT_COMMAND
    return MessageKind.DEFAULT if reply_to is None else MessageKind.REPLY


def _answered(core: Core, interaction: Interaction, seen_by: int | None) -> int | None:
    """What the message is shown as a reply to: the component's message, or a menu's; for follow-ups the first response.

    Nobody is shown a reply to what they cannot see.
    """
    if interaction.answered is None:
        message_id = interaction.source_id or interaction.origin.target_message_id
    else:
        message_id = interaction.original_id or interaction.source_id
    found = core.store.message(interaction.channel_id, message_id or 0)
    return None if found is None or found.seen_by not in (None, seen_by) else found.id
