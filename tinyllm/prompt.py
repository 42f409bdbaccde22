"""The system prompt: a template and what is filled in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a conversation takes place, in words."""

    bot: str
    guild: str
    channel: str


def system_prompt(template: str, surroundings: Surroundings, now: float) -> str:
    """The template with `{bot}`, `{guild}`, `{channel}` and `{date}` filled in; other braces stay as they are.

    `now` is seconds since the epoch; the date is that of the machine's time zone.
    """
    values = {
        "bot": surroundings.bot,
        "guild": surroundings.guild,
        "channel": surroundings.channel,
        "date": datetime.fromtimestamp(now).astimezone().strftime("%A, %d %B %Y"),
    }
    return re.sub(r"\{(bot|guild|channel|date)\}", lambda match: values[match[1]], template)
