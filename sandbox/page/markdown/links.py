"""Links: addresses as they are, in angle brackets, and behind other words."""

import re

from markdown_it.rules_inline import StateInline

from sandbox.page.markdown import addresses
from sandbox.page.markdown.addresses import Address
from sandbox.page.markdown.brackets import Masked
from sandbox.page.markdown.emoji import EMOJI
from sandbox.page.markdown.scope import enclose, leaf, marks_of, scope_of

_BARE = re.compile(r"https?://[^\s<]+[^<.,:;\"'\]\s]")
_ANGLED = re.compile(r"<(https?://[^\s<>]+)>", re.IGNORECASE)
_NOT_IN_LABELS = re.compile(
    rf"```|<(?:@[!&]?|\#|/[^>\n]*:|a?:\w+:|id:)[\w-]+>|@everyone|@here|\]\(\s*<?https?:|{EMOJI}"
)
_NOTHING = re.compile(r"(?:[*_~|`]*\s[\s*_~|`]*)?")


def bare(state: StateInline, _silent: bool) -> bool:
    """An address up to a space; punctuation and a parenthesis at its end belong to the sentence."""
    found = _BARE.match(state.src, state.pos) if state.src[state.pos] == "h" and scope_of(state).refers else None
    if found is None:
        return False
    written = found[0]
    if len(written) - len(written.rstrip(")")) > written.count("("):
        written = written[:-1]
    address = addresses.read(written)
    if address is None:
        state.append_pending(written)
    else:
        _put(state, address)
    state.pos += len(written)
    return True


def angled(state: StateInline, _silent: bool) -> bool:
    """`<https://example.com>`, which has no embed."""
    found = _ANGLED.match(state.src, state.pos) if state.src[state.pos] == "<" and scope_of(state).refers else None
    address = addresses.read(found[1]) if found else None
    if found is None or address is None:
        return False
    _put(state, address)
    state.pos = found.end()
    return True


def masked(state: StateInline, _silent: bool) -> bool:
    """`[words](address "title")`. One that leads nowhere, or whose words pose as an address, is all text."""
    if state.src[state.pos] != "[" or not scope_of(state).refers:
        return False
    link = marks_of(state).brackets.link(state.pos)
    if link is None:
        return False
    address = addresses.read(link.address)
    if address is None or not _honest(link):
        state.append_pending(state.src[state.pos : link.end])
    else:
        title = addresses.seen(link.title)
        tag, attributes = _element(state, address, f"{title}\n\n({address.target})" if title else address.target)
        enclose(state, "link", tag, addresses.seen(link.label), attributes, label=True)
    state.pos = link.end
    return True


def _honest(link: Masked) -> bool:
    """Whether a label is one that Discord lets stand for an address: seen, and with nothing else to click in it."""
    if _NOTHING.fullmatch(addresses.seen(link.label)) or _NOT_IN_LABELS.search(link.label):
        return False
    return not (addresses.poses_as_address(link.label) or addresses.poses_as_address(link.title))


def _put(state: StateInline, address: Address) -> None:
    tag, attributes = _element(state, address, address.target)
    leaf(state, "link", tag, address.shown, attributes)


def _element(state: StateInline, address: Address, title: str) -> tuple[str, dict[str, str]]:
    """Where nothing can be clicked, a link only looks like one."""
    if not scope_of(state).given.kind.interactive:
        return "span", {"class": "link"}
    return "a", {
        "href": address.target,
        "title": title,
        "rel": "noopener noreferrer nofollow ugc",
        "target": "_blank",
    }
