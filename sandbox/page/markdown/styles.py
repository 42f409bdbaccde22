"""Bold, italics, underline, strikethrough and spoilers: what stands between two of the same marks."""

from markdown_it.rules_inline import StateInline

from sandbox.page.markdown.marks import Pair
from sandbox.page.markdown.scope import enclose, marks_of, place, scope_of

_DOUBLE = {"*": ("strong", "strong"), "_": ("underline", "u")}
_SPOILER = {"class": "spoiler"}
_CLOSED = {"class": "spoiler", "role": "button", "tabindex": "0", "aria-expanded": "false"}


def emphasis(state: StateInline, _silent: bool) -> bool:
    """One mark is italics; two stars are bold and two underscores underline. Of both, the longer one counts."""
    mark = state.src[state.pos]
    if mark not in _DOUBLE:
        return False
    runs = marks_of(state).stars if mark == "*" else marks_of(state).underscores
    single = runs.single(state.pos)
    double = runs.double(state.pos) if state.src.startswith(mark * 2, state.pos) else None
    if double and (single is None or double.end > single.end):
        return _style(state, double, *_DOUBLE[mark])
    return single is not None and _style(state, single, "em", "em")


def strikethrough(state: StateInline, _silent: bool) -> bool:
    pair = marks_of(state).struck(state.pos) if state.src.startswith("~~", state.pos) else None
    return pair is not None and _style(state, pair, "strike", "s")


def spoiler(state: StateInline, _silent: bool) -> bool:
    """The page opens it at a click, or with the keyboard."""
    pair = marks_of(state).spoiler(state.pos) if state.src.startswith("||", state.pos) else None
    if pair is None:
        return False
    clickable = scope_of(state).given.kind.interactive and not scope_of(state).label
    return _style(state, pair, "spoiler", "span", _CLOSED if clickable else _SPOILER)


def _style(state: StateInline, pair: Pair, name: str, tag: str, attributes: dict[str, str] | None = None) -> bool:
    enclose(state, name, tag, state.src[pair.start : pair.stop], attributes or {}, place=place(state))
    state.pos = pair.end
    return True
