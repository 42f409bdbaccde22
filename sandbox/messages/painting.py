"""Paints pictures of one colour, so that no program of a picture and no picture need come along."""

import struct
import zlib

SIZE = 128  # pixels, each way


def painted(color: str) -> bytes:
    """A PNG; the colour is six hexadecimal digits."""
    row = b"\x00" + bytes.fromhex(color) * SIZE
    header = struct.pack(">IIBBBBB", SIZE, SIZE, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(row * SIZE, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
