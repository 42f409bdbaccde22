"""The transport compressions of the gateway: one stream over a whole connection, flushed after every payload."""

import zlib
from collections.abc import Callable

import zstandard

Compressor = Callable[[bytes], bytes]


def compressor(name: str | None) -> Compressor | None:
    """What the query's `compress` asks for; None for no compression, and for a name that Discord does not know."""
    return {"zlib-stream": _zlib, "zstd-stream": _zstd}.get(name or "", lambda: None)()


def _zlib() -> Compressor:
    stream = zlib.compressobj()
    return lambda frame: stream.compress(frame) + stream.flush(zlib.Z_SYNC_FLUSH)


def _zstd() -> Compressor:
    stream = zstandard.ZstdCompressor().compressobj()
    return lambda frame: stream.compress(frame) + stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
