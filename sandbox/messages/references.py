"""The messages that a new one answers or forwards."""

from dataclasses import replace

from sandbox.errors import DiscordError, Why
from sandbox.permissions import Permission, allows, in_channel, sees_channel
from sandbox.rules.form import Form
from sandbox.rules.messages import Draft
from sandbox.rules.references import Reference
from sandbox.state import WRITTEN, Channel, Forward, Message
from sandbox.store import Store

_PATH = ("message_reference",)


def answered(store: Store, channel: Channel, draft: Draft, reference: Reference) -> Message | None:
    """None where there is no such message, and none is needed. Raises DiscordError."""
    form = Form(draft.base)
    if reference.channel_id not in (None, channel.id):
        message = "Cannot reply to a message in a different channel"
        form.wrong(_PATH, "REPLIES_CANNOT_REFERENCE_OTHER_CHANNEL", message)
    found = _visible(store, channel, reference)
    if found is None and reference.required:
        form.wrong(_PATH, "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
    if found is not None and found.kind not in WRITTEN:
        form.wrong(_PATH, "REPLIES_CANNOT_REPLY_TO_SYSTEM_MESSAGE", "Cannot reply to a system message")
    form.done()
    return found


def forwarded(store: Store, author_id: int, draft: Draft, reference: Reference) -> Forward | None:
    """A snapshot of the message as it is now; of a forward, that of the first. Raises DiscordError."""
    source = store.channels.get(reference.channel_id or 0)
    if source is None:
        raise DiscordError(Why.UNKNOWN_CHANNEL)
    guild = store.guild_of(source)
    needed = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY
    if not sees_channel(guild, source, author_id) or not allows(in_channel(guild, source, author_id), needed):
        raise DiscordError(Why.MISSING_ACCESS)
    found = _visible(store, source, reference)
    if found is None:
        form = Form(draft.base)
        if reference.required:
            form.wrong(_PATH, "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
        form.done()
        return None
    if found.kind not in WRITTEN or found.poll is not None:
        raise DiscordError(Why.INVALID_MESSAGE_TYPE)
    return Forward(source.id, found.id, source.guild_id, _snapshot(store, found))


def _visible(store: Store, channel: Channel, reference: Reference) -> Message | None:
    found = store.message(channel.id, reference.message_id)
    return None if found is None or found.seen_by is not None else found


def _snapshot(store: Store, message: Message) -> Message:
    """Its files are kept for as long as the forward is, whatever becomes of the message."""
    if message.forward is not None:
        return message.forward.snapshot
    store.forwarded |= {file.id: file for file in message.attachments}
    return replace(message, embeds=list(message.embeds), attachments=list(message.attachments), reactions={})
