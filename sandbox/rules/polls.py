"""Reads the poll of a new message."""

from dataclasses import dataclass
from typing import Any

from sandbox.rules.form import Form, Path
from sandbox.wire import Json

MOST_ANSWERS = 10
MOST_QUESTION = 300
MOST_ANSWER = 55
MOST_HOURS = 768
_HOURS = 24  # if it does not say


@dataclass(frozen=True, slots=True)
class AnswerDraft:
    """`emoji` is what was asked for: an `id` or a `name`."""

    text: str | None
    emoji: Json | None


@dataclass(frozen=True, slots=True)
class PollDraft:
    question: str
    answers: tuple[AnswerDraft, ...]
    hours: int
    multiple: bool


def read_poll(form: Form, poll: Any) -> PollDraft | None:
    if poll is None:
        return None
    path: Path = ("poll",)
    if not isinstance(poll, dict):
        form.wrong(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
        return None
    form.between((*path, "answers"), poll.get("answers"), 1, MOST_ANSWERS)
    answers = form.listed((*path, "answers"), poll.get("answers") or [])
    if poll.get("layout_type") not in (None, 1):
        form.choice((*path, "layout_type"), (1,))
    hours = form.number((*path, "duration"), poll.get("duration"), 1, MOST_HOURS)
    return PollDraft(
        question=_text(form, poll.get("question"), (*path, "question"), MOST_QUESTION) or "",
        answers=tuple(_answer(form, answer, (*path, "answers", index)) for index, answer in enumerate(answers)),
        hours=_HOURS if hours is None else hours,
        multiple=bool(poll.get("allow_multiselect")),
    )


def _answer(form: Form, answer: Json, path: Path) -> AnswerDraft:
    media = answer.get("poll_media")
    emoji = media.get("emoji") if isinstance(media, dict) else None
    return AnswerDraft(
        text=_text(form, media, (*path, "poll_media"), MOST_ANSWER),
        emoji=emoji if isinstance(emoji, dict) else None,
    )


def _text(form: Form, media: Any, path: Path, limit: int) -> str | None:
    if not isinstance(media, dict):
        form.required(path)
        return None
    text = form.text((*path, "text"), media.get("text"), limit)
    if not text:
        form.required((*path, "text"))
    return text
