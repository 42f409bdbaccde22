"""What takes a line: headings, small text and quotes."""

import re

from markdown_it.rules_inline import StateInline

from sandbox.page.markdown.scope import Place, enclose, place, scope_of

_HEADING = re.compile(r"(#{1,3}) +(?![ #])([^\n]+)\n?")
_SUBTEXT = re.compile(r"-# +(?! |-#)([^\n]+)\n?")
_QUOTED_LINES = re.compile(r" *> [^\n]*(?:\n *> [^\n]*)*\n?")
_QUOTED_REST = re.compile(r" *>>> (.*)", re.DOTALL)
_QUOTE_MARK = re.compile(r"^ *> ", re.MULTILINE)


def heading(state: StateInline, _silent: bool) -> bool:
    """One to three number signs and a space at the start of a line, which no list may hold."""
    if state.src[state.pos] != "#" or not _may_begin(state, Place.START) or scope_of(state).lists:
        return False
    found = _HEADING.match(state.src, state.pos)
    text = found[2].rstrip().rstrip("#").rstrip() if found else ""
    if found is None or not text:
        return False
    enclose(state, "heading", f"h{len(found[1])}", text, {}, place=Place.START)
    state.pos = found.end()
    return True


def subtext(state: StateInline, _silent: bool) -> bool:
    if state.src[state.pos] != "-" or not _may_begin(state, Place.START):
        return False
    found = _SUBTEXT.match(state.src, state.pos)
    if found is None:
        return False
    enclose(state, "subtext", "small", found[1], {"class": "subtext"}, place=Place.START)
    state.pos = found.end()
    return True


def quote(state: StateInline, _silent: bool) -> bool:
    """Lines that begin with `> `, or all that follows `>>> `. There are no quotes in quotes."""
    if state.src[state.pos] not in " >" or not _may_begin(state, Place.SPACES) or scope_of(state).quoted:
        return False
    if found := _QUOTED_REST.match(state.src, state.pos):
        text = found[1]
    elif found := _QUOTED_LINES.match(state.src, state.pos):
        text = _QUOTE_MARK.sub("", found[0].removesuffix("\n"))
    else:
        return False
    enclose(state, "quote", "blockquote", text, {}, place=Place.START, quoted=True)
    state.pos = found.end()
    return True


def _may_begin(state: StateInline, latest: Place) -> bool:
    """Whether a block may begin here, with no more than `latest` before it on its line."""
    return scope_of(state).blocks and place(state) <= latest
