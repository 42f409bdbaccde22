"""Sizes of pictures, from files that were made by hand."""

import struct

import pytest

from sandbox.messages.painting import painted
from sandbox.messages.pictures import Picture, picture

GIF = b"GIF89a" + struct.pack("<HH", 300, 200) + b"\x00" * 10
JPEG = (
    b"\xff\xd8"
    b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xc4\x00\x04\x00\x00"  # a table of codes looks like a frame
    b"\xff\xff"
    b"\xc2\x00\x11\x08" + struct.pack(">HH", 480, 640)
)
VP8X = b"RIFF\x00\x00\x00\x00WEBPVP8X\x0a\x00\x00\x00\x00\x00\x00\x00" + b"\x3f\x01\x00" + b"\xef\x00\x00"
VP8L = b"RIFF\x00\x00\x00\x00WEBPVP8L\x00\x00\x00\x00\x2f" + struct.pack("<I", 319 | 239 << 14)
VP8 = b"RIFF\x00\x00\x00\x00WEBPVP8 \x00\x00\x00\x00\x00\x00\x00\x9d\x01\x2a" + struct.pack("<HH", 320, 240)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(painted("ff0000"), Picture("image/png", 128, 128), id="png"),
        pytest.param(GIF, Picture("image/gif", 300, 200), id="gif"),
        pytest.param(JPEG, Picture("image/jpeg", 640, 480), id="jpeg"),
        pytest.param(VP8X, Picture("image/webp", 320, 240), id="webp, extended"),
        pytest.param(VP8L, Picture("image/webp", 320, 240), id="webp, lossless"),
        pytest.param(VP8, Picture("image/webp", 320, 240), id="webp"),
    ],
)
def test_the_size_is_in_the_first_bytes(content: bytes, expected: Picture) -> None:
    assert picture(content) == expected
    assert picture(content + b"more") == expected


@pytest.mark.parametrize("whole", [painted("ff0000")[:24], GIF[:10], JPEG, VP8X, VP8L, VP8], ids=range(6))
def test_what_is_cut_short_has_no_size_and_does_no_harm(whole: bytes) -> None:
    for length in range(len(whole)):
        assert picture(whole[:length]) is None


@pytest.mark.parametrize("content", [b"", b"<html>", b"\xff\xd8\xff\xd9", b"\xff\xd8" + b"\xff" * 50, b"RIFF"])
def test_other_files_are_no_pictures(content: bytes) -> None:
    assert picture(content) is None
