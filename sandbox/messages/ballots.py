"""What a poll is when it opens."""

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
