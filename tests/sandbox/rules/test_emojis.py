"""Which texts are emojis."""

import pytest

from sandbox.rules.emojis import is_emoji, plain

EMOJIS = ["👍", "👍🏽", "❤", "❤️", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "🇦", "1️⃣", "#⃣", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "🫠", "☑️", "©️", "🧑‍🚀"]
OTHERS = ["", "a", "1", "👍👍", "👍a", " 👍", ":thumbsup:", "thumbsup", "<:a:1>", "\u200d", "\ufe0f", "é", "漢"]


@pytest.mark.parametrize("text", EMOJIS, ids=ascii)
def test_emojis_are_known(text: str) -> None:
    assert is_emoji(text)


@pytest.mark.parametrize("text", OTHERS, ids=ascii)
def test_other_texts_are_none(text: str) -> None:
    assert not is_emoji(text)


def test_spellings_of_one_emoji_are_the_same() -> None:
    assert plain("❤️") == plain("❤")
    assert plain("🏳️‍🌈") == plain("🏳‍🌈")
    assert plain("👍🏽") != plain("👍")
