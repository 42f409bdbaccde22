"""Messages, with what they carry, as Discord's JSON."""

from sandbox.payloads.channels import channel
from sandbox.payloads.components import components
from sandbox.payloads.interactions import metadata
from sandbox.payloads.users import user
from sandbox.payloads.values import stamp
from sandbox.state import Attachment, Message, MessageKind, Origin, Pointer, Reaction
from sandbox.store import Store
from sandbox.wire import Json


def message(store: Store, message: Message, *, nested: bool = False) -> Json:
    """With the message that it answers, unless it is itself that one."""
    body: Json = {
        "id": str(message.id),
        "channel_id": str(message.channel_id),
        "type": int(message.kind),
        "author": user(store.users[message.author_id]),
        "content": message.content,
        "embeds": message.embeds,
        "components": components(message, lambda each: str(attachment(store, message.channel_id, each)["url"])),
        "attachments": [attachment(store, message.channel_id, each) for each in message.attachments],
        "mentions": [user(store.users[who]) for who in message.pings.users if who in store.users],
        "mention_roles": [str(each) for each in message.pings.roles],
        "mention_everyone": message.pings.everyone,
        "pinned": message.pinned,
        "tts": message.tts,
        "flags": message.flags,
        "timestamp": stamp(message.created_at),
        "edited_timestamp": None if message.edited_at is None else stamp(message.edited_at),
    }
    if message.reactions:
        body["reactions"] = [reaction(each, store.bot_id) for each in message.reactions.values()]
    thread = store.thread_of(message)
    if thread is not None:
        body["thread"] = channel(store, thread)
    if message.nonce is not None:
        body["nonce"] = message.nonce
    if message.origin is not None:
        body |= _origin(store, message, message.origin)
    if message.reply_to is not None:
        body |= _reply(store, message, message.reply_to, nested=nested)
    if message.about is not None:
        body |= _about(store, message, message.about, nested=nested)
    return body


def attachment(store: Store, channel_id: int, attachment: Attachment) -> Json:
    url = f"{store.address}/attachments/{channel_id}/{attachment.id}/{attachment.filename}"
    body: Json = {
        "id": str(attachment.id),
        "filename": attachment.filename,
        "size": len(attachment.content),
        "url": url,
        "proxy_url": url,
        "content_type": attachment.content_type,
    }
    return body if attachment.description is None else {**body, "description": attachment.description}


def ephemeral_attachment(store: Store, channel_id: int, of: Attachment) -> Json:
    """A file that somebody gave to a command or a modal."""
    url = f"{store.address}/ephemeral-attachments/{channel_id}/{of.id}/{of.filename}"
    return {**attachment(store, channel_id, of), "url": url, "proxy_url": url, "ephemeral": True}


def reaction(reaction: Reaction, own_id: int) -> Json:
    count = len(reaction.users)
    return {
        "emoji": reaction.emoji,
        "count": count,
        "count_details": {"normal": count, "burst": 0},
        "burst_colors": [],
        "me": own_id in reaction.users,
        "me_burst": False,
        "burst_me": False,
        "burst_count": 0,
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
    guild_id = store.channels[of.channel_id].guild_id
    reference = {"type": 0, "channel_id": str(of.channel_id), "message_id": str(reply_to)}
    if guild_id is not None:
        reference["guild_id"] = str(guild_id)
    if nested:
        return {"message_reference": reference}
    answered = store.message(of.channel_id, reply_to)
    shown = None if answered is None else message(store, answered, nested=True)
    return {"message_reference": reference, "referenced_message": shown}


def _about(store: Store, of: Message, about: Pointer, *, nested: bool) -> Json:
    """The thread that a system message announces, or the message that a thread was started from."""
    guild_id = store.channels[of.channel_id].guild_id
    reference = {"type": 0, "channel_id": str(about.channel_id), "guild_id": str(guild_id)}
    if about.message_id is None:
        return {"message_reference": reference}
    reference["message_id"] = str(about.message_id)
    started = store.message(about.channel_id, about.message_id)
    if nested or started is None:
        return {"message_reference": reference}
    return {"message_reference": reference, "referenced_message": message(store, started, nested=True)}
