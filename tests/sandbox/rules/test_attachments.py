"""Names of files and what is said of them."""

from typing import Any

import pytest

from sandbox.errors import DiscordError
from sandbox.rules.attachments import clean_name, content_type
from sandbox.rules.messages import read_draft


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a.txt", "a.txt"),
        ("my notes (2).txt", "my_notes_2.txt"),
        ("SPOILER_a.png", "SPOILER_a.png"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("..\\..\\a.exe", "_.._a.exe"),
        ("/etc/passwd", "_etc_passwd"),
        (".bashrc", "bashrc"),
        ("schön.md", "schn.md"),
        ("質問.txt", "unknown.txt"),
        ("?.<>", "unknown"),
        ("", "unknown"),
        ("a\r\nSet-Cookie: x.txt", "a_Set-Cookie_x.txt"),
        ('"><script>.png', "script.png"),
        ("a\u202egnp.exe", "agnp.exe"),
    ],
)
def test_names_are_cleaned(given: str, kept: str) -> None:
    assert clean_name(given) == kept


@pytest.mark.parametrize(
    ("filename", "declared", "kind"),
    [
        ("a.txt", "", "text/plain; charset=utf-8"),
        ("a.png", "text/html", "image/png"),
        ("a.py", "", "text/x-python; charset=utf-8"),
        ("a.unheardof", "application/octet-stream", None),
        ("a.unheardof", "audio/ogg", "audio/ogg"),
    ],
)
def test_the_name_says_what_a_file_is(filename: str, declared: str, kind: str | None) -> None:
    assert content_type(filename, declared) == kind


@pytest.mark.parametrize(
    ("entry", "code"),
    [
        ({"id": 0, "description": "x" * 1024}, None),
        ({"id": 0, "description": "x" * 1025}, "BASE_TYPE_MAX_LENGTH"),
        ({"id": "0", "filename": "x" * 1024}, None),
        ({"id": 0, "filename": "x" * 1025}, "BASE_TYPE_MAX_LENGTH"),
        ({"id": 0, "waveform": "x" * 401}, "BASE_TYPE_MAX_LENGTH"),
        ({"id": 0, "duration_secs": "long"}, "NUMBER_TYPE_COERCE"),
        ({"id": "first"}, "NUMBER_TYPE_COERCE"),
        ({}, "BASE_TYPE_REQUIRED"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_entries_have_limits(entry: dict[str, Any], code: str | None) -> None:
    if code is None:
        assert read_draft({"attachments": [entry]}).attachments
        return
    with pytest.raises(DiscordError) as refused:
        read_draft({"attachments": [entry]})
    assert code in str(refused.value.errors)


@pytest.mark.parametrize("count", [10, 11])
def test_a_message_has_at_most_ten_files(count: int) -> None:
    body = {"attachments": [{"id": number} for number in range(count)]}
    if count == 10:
        assert len(read_draft(body).attachments or ()) == 10
        return
    with pytest.raises(DiscordError):
        read_draft(body)


@pytest.mark.parametrize("name", ["a.ogg", "a.flac", "a.m4a", "a.webp", "a.webm", "a.mp3", "a.mp4", "a.gif", "a.jpg"])
def test_sounds_pictures_and_films_are_known(name: str) -> None:
    assert (content_type(name) or "").partition("/")[0] in ("audio", "image", "video")
