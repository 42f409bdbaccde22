"""`<t:1700000000:R>`: a moment as its reader's clock and calendar show it."""

import re

from markdown_it.rules_inline import StateInline

from sandbox.page.markdown import moments
from sandbox.page.markdown.scope import leaf, scope_of

_TIMESTAMP = re.compile(r"<t:(-?[0-9]{1,17})(?::([tTdDfFsSR]))?>")


def timestamp(state: StateInline, _silent: bool) -> bool:
    found = _TIMESTAMP.match(state.src, state.pos) if state.src[state.pos] == "<" else None
    if found is None or abs(seconds := int(found[1])) > moments.LATEST:
        return False
    given = scope_of(state).given
    moment = moments.Moment(seconds, given.zone)
    attributes = {"class": "timestamp", "title": moment.shown("F", given.now)}
    if machine := moment.machine():
        attributes["datetime"] = machine
    leaf(state, "time", "time", moment.shown(found[2] or "f", given.now), attributes)
    state.pos = found.end()
    return True
