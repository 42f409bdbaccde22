"""Text that is but text, and the backslash that makes it so."""

import re

from markdown_it.rules_inline import StateInline

from sandbox.page.markdown.scope import scope_of

_ORDINARY = re.compile(r"[^\\*_~|`<@\[\nh¯]*(?:h(?!ttps?://)[^\\*_~|`<@\[\nh¯]*)*\n?")
_ESCAPE = re.compile(r"\\([^A-Za-z0-9\s])")
_NO_CHARACTER = re.compile("[\0\ud800-\udfff]")
_SHRUG = "¯\\_(ツ)_/¯"


def whole(written: str) -> str:
    """Halves of surrogate pairs, which no answer can carry, and zeros become what a browser would make of them."""
    return _NO_CHARACTER.sub("\ufffd", written)


def escape(state: StateInline, _silent: bool) -> bool:
    """A backslash before anything but a letter, a digit and a space; one shrug keeps its arm."""
    if state.src[state.pos] == "¯" and state.src.startswith(_SHRUG, state.pos):
        state.append_pending(_SHRUG)
        state.pos += len(_SHRUG)
        return True
    found = _ESCAPE.match(state.src, state.pos)
    if found is None or scope_of(state).label:
        return False
    state.append_pending(found[1])
    state.pos = found.end()
    return True


def text(state: StateInline, _silent: bool) -> bool:
    """What no other rule took: a character, and all up to where one might begin. Comes last, and always matches."""
    end = state.pos + 1
    if state.src[state.pos] != "\n" and (found := _ORDINARY.match(state.src, end)):
        end = found.end()
    state.append_pending(state.src[state.pos : end])
    state.pos = end
    return True
