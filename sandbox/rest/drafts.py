"""What the bot may put into a message, and where it may send one at all."""

from dataclasses import replace

from sandbox.core import Core
from sandbox.errors import DiscordError, Why
from sandbox.gateway.intents import Intent, readable
from sandbox.guilds.rights import may_write
from sandbox.permissions import Permission, in_channel
from sandbox.rest.access import require
from sandbox.rules.messages import Draft
from sandbox.rules.references import Reference, ReferenceKind
from sandbox.state import Channel, ChannelKind


def may_send(core: Core, channel: Channel) -> None:
    """Raises DiscordError."""
    require(core, channel, Permission.VIEW_CHANNEL)
    if channel.kind == ChannelKind.DIRECT:
        _check_direct(core, channel)
    may_write(core.store, channel, core.store.bot_id)


def _check_direct(core: Core, channel: Channel) -> None:
    """Bots reach the people with whom they share a server, unless these want no messages."""
    store = core.store
    people = [user for user in channel.recipients if user != store.bot_id]
    shared = store.bots_guilds()
    for person in people:
        if not any(person in guild.members for guild in shared):
            raise DiscordError(Why.NO_MUTUAL_GUILDS)
        if person in store.closed_directs:
            raise DiscordError(Why.CANNOT_SEND_TO_USER)


def permitted(core: Core, channel: Channel, draft: Draft, *, new: bool) -> Draft:
    """Without the embeds, where the bot may not embed; Discord says so only if nothing else is sent.

    Raises DiscordError for everything else that takes a permission.
    """
    guild = core.store.guild_of(channel)
    if guild is None:
        return draft
    bits = in_channel(guild, channel, core.store.bot_id)
    for part, needed in (
        (draft.uploads, Permission.ATTACH_FILES),
        (draft.poll, Permission.SEND_POLLS),
        (draft.tts, Permission.SEND_TTS_MESSAGES),
    ):
        if part and not bits & needed:
            raise DiscordError(Why.MISSING_PERMISSIONS)
    if _is_reply(draft) and not bits & Permission.READ_MESSAGE_HISTORY:
        raise DiscordError(Why.REPLY_NEEDS_HISTORY)
    if not draft.embeds or bits & Permission.EMBED_LINKS:
        return draft
    if new and not (draft.content or draft.uploads or draft.components or draft.poll or draft.stickers):
        raise DiscordError(Why.MISSING_PERMISSIONS)
    return replace(draft, embeds=[])


def _is_reply(draft: Draft) -> bool:
    return draft.reference is not None and draft.reference.kind == ReferenceKind.REPLY


def may_forward(core: Core, reference: Reference | None) -> None:
    """Only what the application may read. Raises DiscordError."""
    if reference is None or reference.kind != ReferenceKind.FORWARD:
        return
    store, channel_id = core.store, reference.channel_id or 0
    found = store.message(channel_id, reference.message_id)
    if found is None or core.privileged_intents & Intent.MESSAGE_CONTENT:
        return
    if not readable(found, store.channels[channel_id], store.bot_id):
        raise DiscordError(Why.CANNOT_READ_FORWARDED)
