"""What may stand in an embed, and what Discord makes of it."""

from typing import Any

import pytest

from sandbox.errors import DiscordError
from sandbox.rules.messages import read_draft

LONG_URL = "https://example.com/" + "x" * 2029


def read(embed: Any) -> list[dict[str, Any]]:
    return read_draft({"embeds": [embed]}).embeds or []


@pytest.mark.parametrize(
    ("part", "path", "code"),
    [
        ({"title": 1}, "title", "STRING_TYPE_CONVERT"),
        ({"description": ["x"]}, "description", "STRING_TYPE_CONVERT"),
        ({"url": "example"}, "url", "URL_TYPE_INVALID_URL"),
        ({"url": ""}, "url", "URL_TYPE_INVALID_URL"),
        ({"url": "https://a b"}, "url", "URL_TYPE_INVALID_URL"),
        ({"url": "https://[x"}, "url", "URL_TYPE_INVALID_URL"),
        ({"url": "ftp://example.com"}, "url", "URL_TYPE_INVALID_SCHEME"),
        ({"url": "attachment://a.png"}, "url", "URL_TYPE_INVALID_SCHEME"),
        ({"url": "javascript://example.com/%0aalert(1)"}, "url", "URL_TYPE_INVALID_SCHEME"),
        ({"url": LONG_URL}, "url", "BASE_TYPE_MAX_LENGTH"),
        ({"color": -1}, "color", "NUMBER_TYPE_MIN"),
        ({"color": 0x1000000}, "color", "NUMBER_TYPE_MAX"),
        ({"color": "red"}, "color", "NUMBER_TYPE_COERCE"),
        ({"color": True}, "color", "NUMBER_TYPE_COERCE"),
        ({"timestamp": "yesterday"}, "timestamp", "DATE_TIME_TYPE_PARSE"),
        ({"timestamp": 5}, "timestamp", "DATE_TIME_TYPE_PARSE"),
        ({"footer": "x"}, "footer", "DICT_TYPE_CONVERT"),
        ({"footer": {"icon_url": "https://example.com"}}, "footer.text", "BASE_TYPE_REQUIRED"),
        ({"footer": {"text": "x", "icon_url": "data:x"}}, "footer.icon_url", "URL_TYPE_INVALID_URL"),
        ({"author": {"name": " "}}, "author.name", "BASE_TYPE_REQUIRED"),
        ({"author": {"name": "x" * 257}}, "author.name", "BASE_TYPE_MAX_LENGTH"),
        ({"image": {"url": "file:///etc/passwd"}}, "image.url", "URL_TYPE_INVALID_URL"),
        ({"thumbnail": []}, "thumbnail", "DICT_TYPE_CONVERT"),
        ({"fields": {}}, "fields", "LIST_TYPE_CONVERT"),
        ({"fields": [1]}, "fields", "DICT_TYPE_CONVERT"),
        ({"fields": [{"name": "n"}]}, "fields.0.value", "BASE_TYPE_REQUIRED"),
        ({"fields": [{"name": None, "value": "v"}]}, "fields.0.name", "BASE_TYPE_REQUIRED"),
        ({"fields": [{"name": "n", "value": 1}]}, "fields.0.value", "STRING_TYPE_CONVERT"),
        ({"fields": [{"name": "n", "value": "v", "inline": "yes"}]}, "fields.0.inline", "BOOLEAN_TYPE_CONVERT"),
    ],
    ids=str,
)
def test_what_does_not_fit_is_named_with_its_place(part: dict[str, Any], path: str, code: str) -> None:
    with pytest.raises(DiscordError) as refused:
        read({"title": "t", **part})
    at: Any = (refused.value.errors or {})["embeds"]["0"]
    for step in path.split("."):
        at = at[step]
    assert [error["code"] for error in at["_errors"]] == [code]


@pytest.mark.parametrize(
    "part",
    [
        {"url": "http://example.com/a?b#c"},
        {"url": LONG_URL[:2048]},
        {"color": 0},
        {"color": 0xFFFFFF},
        {"image": {"url": "attachment://a.png"}},
        {"thumbnail": {"url": "HTTPS://example.com"}},
        {"author": {"name": "n", "url": "https://example.com", "icon_url": "attachment://a.png"}},
    ],
    ids=str,
)
def test_what_fits_stays_as_it_is(part: dict[str, Any]) -> None:
    assert read({"title": "t", **part}) == [{"type": "rich", "title": "t", **part}]


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        pytest.param({"title": "  t\n"}, {"title": "t"}, id="texts are trimmed"),
        pytest.param({"title": "t", "type": "image"}, {"title": "t"}, id="it is always rich"),
        pytest.param({"title": "t", "provider": {"name": "p"}, "video": {}}, {"title": "t"}, id="not the bot's to set"),
        pytest.param({"title": "t", "color": None, "footer": None, "fields": None}, {"title": "t"}, id="nothing"),
        pytest.param({"title": "t", "footer": {}, "fields": [], "image": {}}, {"title": "t"}, id="empty parts"),
        pytest.param(
            {"image": {"url": "https://a.example", "proxy_url": "https://b.example", "height": 9}},
            {"image": {"url": "https://a.example"}},
            id="only a picture's address",
        ),
        pytest.param(
            {"title": "t", "timestamp": "2026-01-02T03:04:05+01:00"},
            {"title": "t", "timestamp": "2026-01-02T02:04:05.000000+00:00"},
            id="times are in UTC",
        ),
        pytest.param(
            {"title": "t", "timestamp": "2026-01-02T03:04:05"},
            {"title": "t", "timestamp": "2026-01-02T03:04:05.000000+00:00"},
            id="a time without a zone is UTC",
        ),
        pytest.param(
            {"fields": [{"name": " n ", "value": "v"}]},
            {"fields": [{"name": "n", "value": "v", "inline": False}]},
            id="fields say whether they stand in a line",
        ),
        pytest.param(
            {"fields": [{"name": "a warning", "value": ""}, {"name": " ", "value": "v"}]},
            {
                "fields": [
                    {"name": "a warning", "value": "", "inline": False},
                    {"name": "", "value": "v", "inline": False},
                ]
            },
            id="one half of a field may be empty",
        ),
    ],
)
def test_an_embed_is_kept_as_discord_keeps_it(given: dict[str, Any], kept: dict[str, Any]) -> None:
    assert read(given) == [{"type": "rich", **kept}]


@pytest.mark.parametrize("embed", [{}, {"color": 1}, {"url": "https://example.com"}, {"title": " "}, {"image": {}}])
def test_an_embed_that_shows_nothing_is_dropped(embed: dict[str, Any]) -> None:
    assert read(embed) == []


@pytest.mark.parametrize("padding", ["", " " * 10])
def test_only_what_is_kept_counts(padding: str) -> None:
    """Blanks around a text are trimmed before it is measured."""
    assert read({"title": padding + "x" * 256 + padding})
    with pytest.raises(DiscordError):
        read({"title": padding + "x" * 257})


@pytest.mark.parametrize("length", [6000, 6001])
def test_all_texts_of_an_embed_count_together(length: int) -> None:
    embed = {
        "title": "x" * 256,
        "description": "x" * 3000,
        "footer": {"text": "x" * 2000},
        "author": {"name": "x" * 256},
        "fields": [{"name": "x" * 244, "value": "x" * (length - 5756)}],
    }
    if length == 6000:
        assert read(embed)
        return
    with pytest.raises(DiscordError) as refused:
        read(embed)
    assert "MAX_EMBED_SIZE_EXCEEDED" in str(refused.value.errors)
