"""Polls as Discord's JSON."""

from sandbox.payloads.values import stamp
from sandbox.state import Answer, Poll
from sandbox.wire import Json


def poll(poll: Poll, own_id: int) -> Json:
    counts = [
        {"id": answer_id, "count": len(users), "me_voted": own_id in users}
        for answer_id, users in poll.votes.items()
        if users
    ]
    return {
        "question": {"text": poll.question},
        "answers": [_answer(each) for each in poll.answers],
        "expiry": stamp(poll.expires_at),
        "allow_multiselect": poll.multiple,
        "layout_type": 1,
        "results": {"answer_counts": counts, "is_finalized": poll.ended},
    }


def _answer(answer: Answer) -> Json:
    media: Json = {}
    if answer.text is not None:
        media["text"] = answer.text
    if answer.emoji is not None:
        media["emoji"] = answer.emoji
    return {"answer_id": answer.id, "poll_media": media}
