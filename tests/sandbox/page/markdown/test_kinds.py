"""What is rendered where: in messages and embeds all, in titles and previews one line of it."""

import pytest

from sandbox.page.markdown import Kind
from tests.sandbox.page.markdown.shown import escaped, html, link

STYLED = "<strong>a</strong> <em>b</em> <u>c</u> <s>d</s> <code>e</code>"
SPOILER = '<span class="spoiler">a</span>'
FAKE_LINK = '<span class="link">'
AT = "https://a.example"
BLOCKS = {
    "heading": ("# a", "# a"),
    "small text": ("-# a", "-# a"),
    "quote": ("> a", "&gt; a"),
    "the rest": (">>> a", "&gt;&gt;&gt; a"),
    "list": ("- a\n- b", "- a - b"),
    "numbered list": ("1. a", "1. a"),
    "new lines": ("a\nb\n\nc", "a b  c"),
    "fence": ("```py\na\nb```", "<code>a b</code>"),
    "fence in words": ("x ```a``` y", "x <code>a</code> y"),
    "code over lines": ("`a\nb`", "<code>a b</code>"),
    "styles over lines": ("**a\nb**", "<strong>a b</strong>"),
    "spoiler": ("||a||", SPOILER),
    "emoji": ("<:ab:1>", '<span class="emoji" data-id="1">:ab:</span>'),
    "escape": (r"\*a*", "*a*"),
}


@pytest.mark.parametrize("kind", Kind)
def test_styles_are_rendered_everywhere(kind: Kind) -> None:
    assert html("**a** *b* __c__ ~~d~~ `e`", kind) == STYLED


@pytest.mark.parametrize("kind", [Kind.TITLE, Kind.PREVIEW])
@pytest.mark.parametrize(("text", "shown"), BLOCKS.values(), ids=BLOCKS)
def test_a_line_has_no_blocks(text: str, shown: str, kind: Kind) -> None:
    assert html(text, kind) == shown


@pytest.mark.parametrize("text", [text for text, _ in BLOCKS.values()], ids=BLOCKS)
def test_an_embed_has_what_a_message_has(text: str) -> None:
    assert html(f"a {text}\n{text}", Kind.EMBED) == html(f"a {text}\n{text}")


@pytest.mark.parametrize(
    "text", [AT, f"<{AT}>", f"[b]({AT})", "<@1>", "<@&3>", "<#5>", "</a:6>", "@everyone", "<id:guide>"]
)
def test_a_title_has_neither_links_nor_mentions(text: str) -> None:
    assert html(text, Kind.TITLE) == escaped(text)


@pytest.mark.parametrize("text", ["<@1>", "<@&3>", "<#5>", "</a:6>", "@everyone", "<t:0:R>"])
def test_a_preview_has_mentions_and_times(text: str) -> None:
    assert html(text, Kind.PREVIEW) == html(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [(AT, AT), (f"<{AT}>", AT), (f"[b **c**]({AT})", "b <strong>c</strong>")],
    ids=["bare", "angled", "masked"],
)
def test_in_a_preview_links_only_look_like_links(text: str, words: str) -> None:
    assert html(text, Kind.PREVIEW) == f"{FAKE_LINK}{words}</span>"
    assert html(text) == link(AT, words)
