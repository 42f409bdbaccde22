"""What a poll is when it opens, and what comes out of it."""

from sandbox.errors import DiscordError, Why
from sandbox.messages.emojis import custom_emoji, find_emoji
from sandbox.rules.polls import AnswerDraft, PollDraft
from sandbox.snowflakes import read_snowflake
from sandbox.state import Answer, Poll
from sandbox.store import Store
from sandbox.wire import Json


def opened(store: Store, draft: PollDraft, now: float) -> Poll:
    """Answers are numbered from 1. Raises DiscordError for an emoji that there is not."""
    answers = tuple(
        Answer(number, answer.text, _emoji(store, answer)) for number, answer in enumerate(draft.answers, start=1)
    )
    return Poll(draft.question, answers, now + draft.hours * 3600.0, draft.multiple)


def _emoji(store: Store, answer: AnswerDraft) -> Json | None:
    if answer.emoji is None:
        return None
    identifier, name = answer.emoji.get("id"), answer.emoji.get("name")
    if identifier is not None:
        found = custom_emoji(store, read_snowflake(str(identifier)))
    else:
        found = find_emoji(store, str(name))
    if found is None:
        raise DiscordError(Why.POLL_EMOJI)
    return found


def result(poll: Poll) -> Json:
    """Who has won, if exactly one has."""
    counts = {answer.id: len(poll.votes.get(answer.id, ())) for answer in poll.answers}
    most = max(counts.values())
    winners = [answer for answer in poll.answers if most and counts[answer.id] == most]
    fields = {
        "poll_question_text": poll.question,
        "victor_answer_votes": str(most),
        "total_votes": str(sum(counts.values())),
    }
    if len(winners) == 1:
        fields |= {"victor_answer_id": str(winners[0].id), "victor_answer_text": winners[0].text or ""}
        emoji = winners[0].emoji or {}
        fields |= {f"victor_answer_emoji_{part}": str(value) for part, value in emoji.items() if value is not None}
    listed = [{"name": name, "value": value, "inline": False} for name, value in fields.items()]
    return {"type": "poll_result", "fields": listed}
