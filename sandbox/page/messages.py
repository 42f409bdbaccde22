"""A message as the page draws it: ids as text, Markdown as HTML, and whatever only this viewer sees of it."""

from sandbox.page.embeds import embed_view
from sandbox.page.layouts import component_view, emoji_text
from sandbox.page.media import attachment_view, shown_files
from sandbox.page.parts import about_view, brought_view, origin_view, outcome_view, poll_view
from sandbox.page.text import line, message_html
from sandbox.page.viewer import Viewer
from sandbox.state import Channel, Guild, Message, MessageFlag, MessageKind, Reaction
from sandbox.wire import Json

_MOST_EXCERPT = 200
_MOST_NAMED = 10
_BY_COMMAND = (MessageKind.SLASH_COMMAND, MessageKind.CONTEXT_COMMAND)


def message_view(viewer: Viewer, message: Message) -> Json:
    store = viewer.store
    channel = store.channels[message.channel_id]
    guild = store.guild_of(channel)
    return {
        **_contents(viewer, message, guild),
        "id": str(message.id),
        "channel": str(channel.id),
        "kind": message.kind.name.lower(),
        "author": viewer.writer(message, guild),
        "at": _milliseconds(message.created_at),
        "edited": None if message.edited_at is None else _milliseconds(message.edited_at),
        "content": message.content,
        "line": line(viewer, message.content, guild)[:_MOST_EXCERPT],
        "mine": message.author_id == viewer.person.id,
        "pings": pings(viewer, message, guild),
        "private": message.seen_by is not None,
        "loading": message.loading,
        "pinned": message.pinned,
        "reactions": [_reaction(viewer, key, each, guild) for key, each in message.reactions.items()],
        "reply": _reply(viewer, message, guild),
        "used": _used(viewer, message, guild),
        "thread": _thread(viewer, message),
        "poll": None if message.poll is None else poll_view(viewer, message.poll),
        "outcome": outcome_view(message),
        "about": about_view(viewer, message),
        "brought": brought_view(viewer, message, guild),
        "forward": _forward(viewer, message, guild),
    }


def _contents(viewer: Viewer, message: Message, guild: Guild | None) -> Json:
    """What a forwarded message shows too."""
    hidden = message.flags & MessageFlag.SUPPRESS_EMBEDS or message.kind == MessageKind.POLL_RESULT
    embeds = [embed_view(viewer, message, embed, guild) for embed in ([] if hidden else message.embeds)]
    components = [component_view(viewer, message, part, guild) for part in message.components]
    shown = set(shown_files([embeds, components]))
    return {
        "html": message_html(viewer, message.content, guild),
        "embeds": embeds,
        "attachments": [attachment_view(message, each) for each in message.attachments if str(each.id) not in shown],
        "components": components,
    }


def _forward(viewer: Viewer, message: Message, guild: Guild | None) -> Json | None:
    if message.forward is None:
        return None
    snapshot = message.forward.snapshot
    return {**_contents(viewer, snapshot, guild), "from": origin_view(viewer, message)}


def pings(viewer: Viewer, message: Message, guild: Guild | None) -> bool:
    """Whether the viewer is one of those whom it pinged."""
    person = viewer.person.id
    if message.author_id == person:
        return False
    if message.pings.everyone or person in message.pings.users:
        return True
    member = None if guild is None else guild.members.get(person)
    return member is not None and not set(member.roles).isdisjoint(message.pings.roles)


def _milliseconds(at: float) -> int:
    return int(at * 1000)


def _reply(viewer: Viewer, message: Message, guild: Guild | None) -> Json | None:
    if message.reply_to is None:
        return None
    answered = viewer.store.message(message.channel_id, message.reply_to)
    if answered is None or answered.seen_by not in (None, viewer.person.id):
        return {"id": str(message.reply_to), "gone": True}
    return {
        "id": str(answered.id),
        "gone": False,
        "author": viewer.writer(answered, guild),
        "pings": answered.author_id in message.pings.users,
        "line": line(viewer, answered.content, guild)[:_MOST_EXCERPT],
    }


def _used(viewer: Viewer, message: Message, guild: Guild | None) -> Json | None:
    """Who used which command, over the answer to it."""
    origin = message.origin
    if origin is None or message.kind not in _BY_COMMAND:
        return None
    slash = message.kind == MessageKind.SLASH_COMMAND
    return {"by": viewer.author(origin.user_id, guild), "command": origin.command or "", "slash": slash}


def _reaction(viewer: Viewer, key: str, reaction: Reaction, guild: Guild | None) -> Json:
    named = [viewer.author(who, guild)["name"] for who in reaction.users[:_MOST_NAMED]]
    return {
        "key": key,
        "emoji": emoji_text(reaction.emoji),
        "count": len(reaction.users),
        "mine": viewer.person.id in reaction.users,
        "by": named,
    }


def _thread(viewer: Viewer, message: Message) -> Json | None:
    thread: Channel | None = viewer.store.thread_of(message)
    if thread is None:
        return None
    return {"id": str(thread.id), "name": thread.name, "count": thread.message_count}
