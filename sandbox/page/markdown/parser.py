"""markdown-it with Discord's rules in the place of its own."""

from functools import cache

from markdown_it import MarkdownIt
from markdown_it.parser_inline import RuleFuncInlineType

from sandbox.page.markdown import code, emoji, lines, links, lists, mentions, styles, text, timestamps
from sandbox.page.markdown.rendering import Renderer

DEEPEST = 32
"""How deep elements may be in one another; what is deeper is text. Discord has no limit that people could meet."""
_RULES: tuple[RuleFuncInlineType, ...] = (
    text.escape,
    code.fence,
    lines.heading,
    lines.subtext,
    lines.quote,
    lists.bullets,
    styles.emphasis,
    styles.strikethrough,
    styles.spoiler,
    code.inline_code,
    timestamps.timestamp,
    emoji.custom,
    mentions.mention,
    mentions.command,
    mentions.guide,
    mentions.everyone,
    links.bare,
    links.angled,
    links.masked,
    text.text,
)


@cache
def parser() -> MarkdownIt:
    """Built at the first use, and the same for all: whatever differs is in the environment of a call."""
    markdown = MarkdownIt("zero", {"maxNesting": DEEPEST}, renderer_cls=Renderer)
    for rule in _RULES:
        markdown.inline.ruler.push(_name(rule), rule)
    markdown.inline.ruler.enableOnly([_name(rule) for rule in _RULES])
    markdown.inline.ruler2.enableOnly([])
    return markdown


def _name(rule: RuleFuncInlineType) -> str:
    return f"discord_{rule.__name__}"
