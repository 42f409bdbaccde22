"""Messages, with what they carry, as Discord's JSON."""

from sandbox.expressions import Sticker
from sandbox.payloads.channels import channel
from sandbox.payloads.components import components, shown_files
from sandbox.payloads.embeds import embeds, shown_names
from sandbox.payloads.files import attachment, file_url
from sandbox.payloads.interactions import metadata
from sandbox.payloads.polls import poll
from sandbox.payloads.users import user, webhook_user
from sandbox.payloads.values import stamp
from sandbox.state import Forward, Message, MessageKind, Origin, Pointer, Reaction
from sandbox.store import Store
from sandbox.wire import Json


def message(store: Store, message: Message, *, nested: bool = False) -> Json:
    """With the message that it answers, unless it is itself that one."""
    body: Json = {
        "id": str(message.id),
        "channel_id": str(message.channel_id),
        "author": _author(store, message),
        **_contents(store, message),
        "mention_everyone": message.pings.everyone,
        "pinned": message.pinned,
        "tts": message.tts,
    }
    if message.stickers:
        body["sticker_items"] = [_sticker(each) for each in message.stickers]
    if message.reactions:
        body["reactions"] = [reaction(each, store.bot_id) for each in message.reactions.values()]
    if message.poll is not None:
        body["poll"] = poll(message.poll, store.bot_id)
    thread = store.thread_of(message)
    if thread is not None:
        body["thread"] = channel(store, thread)
    if message.nonce is not None:
        body["nonce"] = message.nonce
    if message.webhook is not None:
        body |= _webhook(store, message)
    if message.origin is not None:
        body |= _origin(store, message, message.origin)
    if message.reply_to is not None:
        body |= _reply(store, message, message.reply_to, nested=nested)
    if message.about is not None:
        body |= _about(store, message, message.about, nested=nested)
    if message.forward is not None:
        body |= _forward(store, message.forward)
    return body


def _contents(store: Store, message: Message) -> Json:
    """What a forwarded message shows too."""
    return {
        "type": int(message.kind),
        "content": message.content,
        "embeds": embeds(store.address, message),
        "components": components(message, lambda file: file_url(store.address, message.channel_id, file)),
        "attachments": _attachments(store, message),
        "mentions": [user(store.users[who]) for who in message.pings.users if who in store.users],
        "mention_roles": [str(each) for each in message.pings.roles],
        "flags": message.flags,
        "timestamp": stamp(message.created_at),
        "edited_timestamp": None if message.edited_at is None else stamp(message.edited_at),
    }


def _attachments(store: Store, message: Message) -> list[Json]:
    """Without those that embeds and components show."""
    if not message.attachments:
        return []
    shown = {*shown_names(message.embeds), *shown_files(message)}
    return [attachment(store, message.channel_id, file) for file in message.attachments if file.filename not in shown]


def _sticker(sticker: Sticker) -> Json:
    return {"id": str(sticker.id), "name": sticker.name, "format_type": int(sticker.format)}


def _author(store: Store, message: Message) -> Json:
    if message.webhook is None:
        return user(store.users[message.author_id])
    return webhook_user(message.author_id, message.webhook)


def _webhook(store: Store, message: Message) -> Json:
    body: Json = {"webhook_id": str(message.author_id)}
    webhook = store.webhooks.get(message.author_id)
    if webhook is not None and webhook.application_id is not None:
        body["application_id"] = str(webhook.application_id)
    return body


def reaction(reaction: Reaction, own_id: int) -> Json:
    count = len(reaction.users)
    return {
        "emoji": reaction.emoji,
        "count": count,
        "count_details": {"normal": count, "burst": 0},
        "burst_colors": [],
        "me": own_id in reaction.users,
        "me_burst": False,
    }


def _origin(store: Store, of: Message, origin: Origin) -> Json:
    """Who used what; `webhook_id` marks that the application wrote through the interaction's token."""
    body: Json = {
        "application_id": str(store.application_id),
        "webhook_id": str(store.application_id),
        "interaction_metadata": metadata(store, origin),
    }
    if of.kind in (MessageKind.SLASH_COMMAND, MessageKind.CONTEXT_COMMAND):  # older than the metadata
        body["interaction"] = {
            "id": str(origin.interaction_id),
            "type": origin.kind,
            "name": origin.command or "",
            "user": body["interaction_metadata"]["user"],
        }
    return body


def _reply(store: Store, of: Message, reply_to: int, *, nested: bool) -> Json:
    reference = _reference(0, of.channel_id, reply_to, store.channels[of.channel_id].guild_id)
    if nested:
        return {"message_reference": reference}
    answered = store.message(of.channel_id, reply_to)
    shown = None if answered is None else message(store, answered, nested=True)
    return {"message_reference": reference, "referenced_message": shown}


def _about(store: Store, of: Message, about: Pointer, *, nested: bool) -> Json:
    """What a system message is about; of these only the first of a thread shows the message that it points to."""
    guild_id = store.channels[of.channel_id].guild_id
    body: Json = {"message_reference": _reference(0, about.channel_id, about.message_id, guild_id)}
    started = store.referenced(of)
    if nested or started is None:
        return body
    return {**body, "referenced_message": message(store, started, nested=True)}


def _forward(store: Store, forward: Forward) -> Json:
    return {
        "message_reference": _reference(1, forward.channel_id, forward.message_id, forward.guild_id),
        "message_snapshots": [{"message": _contents(store, forward.snapshot)}],
    }


def _reference(kind: int, channel_id: int, message_id: int | None, guild_id: int | None) -> Json:
    reference: Json = {"type": kind, "channel_id": str(channel_id)}
    for name, identifier in (("message_id", message_id), ("guild_id", guild_id)):
        if identifier is not None:
            reference[name] = str(identifier)
    return reference
