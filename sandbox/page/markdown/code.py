"""Code within a line, and fences, which may open anywhere in one."""

import re

from markdown_it.rules_inline import StateInline

from sandbox.page.markdown.scope import leaf, marks_of, scope_of

_LANGUAGE = re.compile(r"([A-Za-z0-9_+\-.#]+)\n")
_RUN = re.compile("`+")
_WRITTEN = re.compile(r"[^\n]")


def fence(state: StateInline, _silent: bool) -> bool:
    """Three backticks to the next three, with something between them. A name alone on the first line is a language."""
    if not state.src.startswith("```", state.pos):
        return False
    start = state.pos + 3
    named = _LANGUAGE.match(state.src, start)
    end = _closing(state, named.end()) if named else None
    if named is None or end is None:
        named, end = None, _closing(state, start)
    if end is None:
        return False
    code = state.src[named.end() if named else start : end].strip("\n")
    _put(state, code, named[1] if named else "")
    state.pos = end + 3
    if state.src[state.pos : state.pos + 1] == "\n":
        state.pos += 1
    return True


def _closing(state: StateInline, start: int) -> int | None:
    """Where the three backticks are that end a fence whose code begins at `start`."""
    written = _WRITTEN.search(state.src, start)
    if written is None or written.end() > marks_of(state).last_fence:
        return None
    return state.src.index("```", written.end())


def _put(state: StateInline, code: str, language: str) -> None:
    if not scope_of(state).blocks:
        leaf(state, "code", "code", code, {})
        return
    token = state.push("fence", "pre", 0)
    token.content, token.info = code, language


def inline_code(state: StateInline, _silent: bool) -> bool:
    """Backticks to as many backticks; spaces that keep a backtick apart from them are dropped."""
    run = _RUN.match(state.src, state.pos)
    if run is None:
        return False
    pair = marks_of(state).code(run.start(), run.end())
    if pair is None or (len(run[0]) >= 3 and not _WRITTEN.search(state.src, pair.start, pair.stop)):
        state.append_pending(run[0])
        state.pos = run.end()
        return True
    code = state.src[pair.start : pair.stop]
    if code.strip(" ").startswith("`"):
        code = code.removeprefix(" ")
    if code.strip(" ").endswith("`"):
        code = code.removesuffix(" ")
    leaf(state, "code", "code", code, {})
    state.pos = pair.end
    return True
