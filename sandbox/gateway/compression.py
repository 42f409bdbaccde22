"""The compressions of the gateway: of the transport, one stream over a whole connection; or of single payloads."""

import zlib
from collections.abc import Callable

import zstandard

Compressor = Callable[[bytes], bytes]

# Payload compression is for "some events", Discord says: for those where it saves something.
_WORTH_COMPRESSING = 1024


def compressor(name: str) -> Compressor | None:
    """What the query's `compress` asks for; None for a name that Discord does not know."""
    start = {"zlib-stream": _zlib, "zstd-stream": _zstd}.get(name)
    return None if start is None else start()


def compressed_payload(frame: bytes) -> bytes | None:
    """None for a payload that is sent as it is."""
    return zlib.compress(frame) if len(frame) >= _WORTH_COMPRESSING else None


def _zlib() -> Compressor:
    stream = zlib.compressobj()
    return lambda frame: stream.compress(frame) + stream.flush(zlib.Z_SYNC_FLUSH)


def _zstd() -> Compressor:
    stream = zstandard.ZstdCompressor().compressobj()
    return lambda frame: stream.compress(frame) + stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
