"""Emoji: custom ones by name, and messages of nothing else."""

import pytest

from sandbox.page.markdown import Kind
from tests.sandbox.page.markdown.shown import html


def custom(name: str, identifier: int) -> str:
    return f'<span class="emoji" data-id="{identifier}">:{name}:</span>'


LARGE = {
    "one": "😀",
    "several": "😀 😀\n😀",
    "thirty": "😀" * 30,
    "thirty that are joined": "👨‍👩‍👧" * 30,
    "thirty with tones": "👍🏽" * 30,
    "thirty flags": "🇩🇪" * 30,
    "a flag of a part": "🏴󠁧󠁢󠁥󠁮󠁧󠁿" * 30,
    "keycaps": "1️⃣#️⃣" * 15,
    "with and without a variant": "❤️❤",
    "custom": "<:a:1>",
    "animated": "<a:ab:1>",
    "both": "😀<:ab:1> 😀",
    "thirty custom": "<:ab:1>" * 30,
    "joined differently": "🏳️‍🌈👩🏿‍🚀",
}
NOT_LARGE = {
    "thirty-one": "😀" * 31,
    "thirty-one custom": "<:ab:1>" * 31,
    "words": "😀 a",
    "a digit": "😀1",
    "nothing": "",
    "spaces": "  ",
    "signs that are text": "© ® ™",
    "in bold": "**😀**",
    "in a quote": "> 😀",
    "in code": "`😀`",
    "beside a mention": "😀<@1>",
}


@pytest.mark.parametrize("text", LARGE.values(), ids=LARGE)
def test_emoji_that_stand_alone_are_large(text: str) -> None:
    shown = html(text)
    assert shown == f'<span class="large">{html(text, Kind.EMBED)}</span>'


@pytest.mark.parametrize("text", NOT_LARGE.values(), ids=NOT_LARGE)
def test_others_are_not(text: str) -> None:
    assert "large" not in html(text)


@pytest.mark.parametrize("kind", [Kind.EMBED, Kind.TITLE, Kind.PREVIEW])
def test_only_messages_have_large_ones(kind: Kind) -> None:
    assert html("😀", kind) == "😀"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a <:ab:1> b", f"a {custom('ab', 1)} b"),
        ("a<a:a_1:23>", f"a{custom('a_1', 23)}"),
        ("**<:ab:1>**", f"<strong>{custom('ab', 1)}</strong>"),
        (":ab:", ":ab:"),
        ("<:ab:>", "&lt;:ab:&gt;"),
        ("<:-:1>", "&lt;:-:1&gt;"),
        ("<:é:1>", "&lt;:é:1&gt;"),
        ("<b:ab:1>", "&lt;b:ab:1&gt;"),
        ("<:ab:1", "&lt;:ab:1"),
    ],
)
def test_custom_emoji_are_shown_by_name(text: str, shown: str) -> None:
    assert html(text) == shown
