"""What only some messages have, as the page draws it: polls, forwards, and what Discord itself speaks about."""

from sandbox.page.layouts import emoji_text
from sandbox.page.viewer import Viewer
from sandbox.permissions import sees_channel
from sandbox.state import Guild, Message, MessageKind, Poll
from sandbox.wire import Json

_BROUGHT = (MessageKind.ADDED, MessageKind.REMOVED)


def poll_view(viewer: Viewer, poll: Poll) -> Json:
    """`voters` are people; somebody who gave several answers is one."""
    voters = {who for votes in poll.votes.values() for who in votes}
    return {
        "question": poll.question,
        "answers": [
            {
                "id": str(answer.id),
                "text": answer.text or "",
                "emoji": emoji_text(answer.emoji),
                "count": len(poll.votes.get(answer.id, ())),
                "mine": viewer.person.id in poll.votes.get(answer.id, ()),
            }
            for answer in poll.answers
        ],
        "multiple": poll.multiple,
        "voters": len(voters),
        "ends": int(poll.expires_at * 1000),
        "ended": poll.ended,
    }


def outcome_view(message: Message) -> Json | None:
    """What came out of a poll, of the message that says so."""
    if message.kind != MessageKind.POLL_RESULT or not message.embeds:
        return None
    told = {field["name"]: field["value"] for field in message.embeds[0].get("fields") or []}
    return {
        "question": told.get("poll_question_text", ""),
        "winner": told.get("victor_answer_text"),
        "votes": told.get("victor_answer_votes", "0"),
        "total": told.get("total_votes", "0"),
    }


def about_view(viewer: Viewer, message: Message) -> Json | None:
    """The channel and the message that Discord's own words lead to; none that this person does not see."""
    about = message.about
    channel = None if about is None else viewer.store.channels.get(about.channel_id)
    if about is None or channel is None:
        return None
    if not sees_channel(viewer.store.guild_of(channel), channel, viewer.person.id):
        return None
    return {"channel": str(about.channel_id), "message": None if about.message_id is None else str(about.message_id)}


def brought_view(viewer: Viewer, message: Message, guild: Guild | None) -> list[Json]:
    """Whom somebody brought into a thread, or sent out of it."""
    if message.kind not in _BROUGHT:
        return []
    return [viewer.author(who, guild) for who in message.pings.users]


def origin_view(viewer: Viewer, message: Message) -> Json | None:
    """Where a forwarded message comes from, if this person sees that place."""
    forward = message.forward
    channel = None if forward is None else viewer.store.channels.get(forward.channel_id)
    if forward is None or channel is None:
        return None
    if not sees_channel(viewer.store.guild_of(channel), channel, viewer.person.id):
        return None
    original = viewer.store.message(forward.channel_id, forward.message_id)
    return {
        "channel": str(channel.id),
        "name": channel.name,
        "message": None if original is None else str(original.id),
    }
