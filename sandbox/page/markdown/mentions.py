"""Mentions: of people, roles, channels, commands and places of a server, and of everyone."""

import re

from markdown_it.rules_inline import StateInline

from sandbox.page.markdown.names import Shown
from sandbox.page.markdown.scope import scope_of, words
from sandbox.page.markdown.text import whole

_MENTION = re.compile(r"<(@!?|@&|#)([0-9]{1,20})>")
_WORD = r"[\w'\-\u0900-\u097f\u0e00-\u0e7f]{1,32}"
_COMMAND = re.compile(rf"</({_WORD}(?: {_WORD}){{0,2}}):([0-9]{{1,20}})>")
_GUIDE = re.compile(r"<id:(home|customize|browse|guide|linked-roles)(?::[0-9]{1,20})?>")
_EVERYONE = re.compile(r"@(?:everyone|here)")
_PLACES = {
    "home": "Server Guide",
    "customize": "Channels & Roles",
    "browse": "Browse Channels",
    "guide": "Server Guide",
    "linked-roles": "Linked Roles",
}


def mention(state: StateInline, _silent: bool) -> bool:
    """People, roles and channels by the names that the reader knows."""
    found = _MENTION.match(state.src, state.pos) if _refers(state, "<") else None
    if found is None:
        return False
    names, identifier = scope_of(state).given.names, int(found[2])
    if found[1] == "#":
        _put(state, "#", "channel", found[2], names.channel(identifier), "unknown")
    elif found[1] == "@&":
        _put(state, "@", "role", found[2], names.role(identifier), "unknown-role")
    else:
        _put(state, "@", "user", found[2], names.user(identifier), "unknown-user")
    state.pos = found.end()
    return True


def command(state: StateInline, _silent: bool) -> bool:
    found = _COMMAND.match(state.src, state.pos) if _refers(state, "<") else None
    if found is None:
        return False
    _put(state, "/", "command", found[2], Shown(found[1]), "")
    state.pos = found.end()
    return True


def guide(state: StateInline, _silent: bool) -> bool:
    """The places that every server of a community has."""
    found = _GUIDE.match(state.src, state.pos) if _refers(state, "<") else None
    if found is None:
        return False
    _put(state, "", "guide", found[1], Shown(_PLACES[found[1]]), "")
    state.pos = found.end()
    return True


def everyone(state: StateInline, _silent: bool) -> bool:
    found = _EVERYONE.match(state.src, state.pos) if _refers(state, "@") else None
    if found is None:
        return False
    _put(state, "", "everyone", "", Shown(found[0]), "")
    state.pos = found.end()
    return True


def _refers(state: StateInline, opening: str) -> bool:
    return state.src[state.pos] == opening and scope_of(state).refers


def _put(state: StateInline, sign: str, what: str, identifier: str, shown: Shown | None, unknown: str) -> None:
    """A name is kept apart from the text around it, whatever direction it is written in."""
    classes = ["mention", what, *(["own"] if shown and shown.own else []), *([] if shown else ["unknown"])]
    attributes: dict[str, str | int | float] = {"class": " ".join(classes)}
    if identifier:
        attributes["data-id"] = identifier
    if shown and shown.colour:
        attributes["data-colour"] = f"{shown.colour & 0xFFFFFF:06x}"
    state.push("mention_open", "span", 1).attrs = attributes
    if sign:
        state.tokens.append(words(sign, state.level))
    state.push("name_open", "bdi", 1)
    state.tokens.append(words(whole(shown.name) if shown else unknown, state.level))
    state.push("name_close", "bdi", -1)
    state.push("mention_close", "span", -1)
