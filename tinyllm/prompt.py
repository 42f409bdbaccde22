"""The system prompt: a template and what is filled in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from tinyllm.memory.turns import storable


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a conversation takes place, in words."""

    bot: str
    guild: str
    channel: str


def system_prompt(template: str, surroundings: Surroundings, now: float, model: str | None = None) -> str:
    """The template with `{bot}`, `{guild}`, `{channel}`, `{date}` and `{model}` filled in; other braces stay.

    `now` is seconds since the epoch; the date is that of the machine's time zone. `model` is the system prompt that the
    model itself has.
    """
    values = {
        "bot": surroundings.bot,
        "guild": surroundings.guild,
        "channel": surroundings.channel,
        "date": datetime.fromtimestamp(now).astimezone().strftime("%A, %d %B %Y"),
        "model": storable(model or ""),
    }
    return re.sub(r"\{(bot|guild|channel|date|model)\}", lambda match: values[match[1]], template)
