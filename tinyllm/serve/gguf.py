"""Reads the header of a GGUF file, and sees whether the file is whole."""

from __future__ import annotations

import math
import re
import stat
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tinyllm.errors import shortened
from tinyllm.serve.ggml import TENSOR_TYPES
from tinyllm.serve.gguf_bytes import BrokenGgufError, GgufBytes

__all__ = ["BrokenGgufError", "GgufHeader", "read_header"]

_MAGIC = b"GGUF"
_OLDEST, _NEWEST = 2, 3
_ALIGNMENT = 32
"""Of tensors, in bytes, where a file does not say."""
_MOST_FACTS, _MOST_TENSORS = 4_096, 65_536
"""What large models have is below 100, and some thousands."""
_MOST_DIMENSIONS = 4
_DEEPEST = 4
"""How deep lists may lie in lists."""
_KEPT = 256
"""Longer lists are left out: what has a value for each layer is wanted, a vocabulary is not."""
_TOO_LARGE = 2**63

_U32, _U64 = struct.Struct("<I"), struct.Struct("<Q")
_TEXT, _LIST = 8, 9
_NUMBERS = {
    **{kind: struct.Struct(f"<{form}") for kind, form in enumerate("BbHhIif?")},
    **{kind: struct.Struct(f"<{form}") for kind, form in enumerate("Qqd", start=10)},
}
_PART = re.compile(r"(.*)-(\d{5})-of-(\d{5})\.gguf", re.DOTALL)


@dataclass(frozen=True, slots=True)
class GgufHeader:
    """What a GGUF file tells of itself."""

    metadata: Mapping[str, Any]
    """Numbers, texts, and lists as tuples; None for lists of more than 256 elements."""
    parameter_count: int
    size: int
    """Bytes of the file, of all its parts where it is split."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One file; most models have only one."""

    metadata: Mapping[str, Any]
    tensors: int
    parameters: int
    size: int

    def number(self, key: str) -> int:
        """The whole number at `key`; 0 where there is none."""
        value = self.metadata.get(key)
        return value if isinstance(value, int) else 0


def read_header(path: Path) -> GgufHeader:
    """The header of the model at `path`, which is the first part's where the model is split. No tensor is read.

    Raises BrokenGgufError for everything that is no whole GGUF, and where a part is missing or broken.
    """
    first = _read(path)
    parts = [first, *_other_parts(path, first)]
    tensors, said = sum(part.tensors for part in parts), first.number("split.tensors.count")
    if len(parts) > 1 and said != tensors:
        raise BrokenGgufError(f"Its {len(parts)} parts have {tensors:,} tensors, and should have {said:,}.")
    return GgufHeader(first.metadata, sum(part.parameters for part in parts), sum(part.size for part in parts))


def _other_parts(path: Path, first: _Part) -> list[_Part]:
    count = first.number("split.count")
    if count <= 1:
        return []
    if before := first.number("split.no"):
        raise BrokenGgufError(f"It is part {before + 1} of {count}, and a model is read from its first part.")
    match = _PART.fullmatch(path.name)
    if match is None or (int(match[2]), int(match[3])) != (1, count):
        raise BrokenGgufError(f"It is the first of {count} parts, so its name should end in -00001-of-{count:05}.gguf.")
    return [_other_part(path.with_name(f"{match[1]}-{i:05}-of-{match[3]}.gguf"), i, count) for i in range(2, count + 1)]


def _other_part(path: Path, number: int, count: int) -> _Part:
    where = f"Part {number} of {count} should be {shortened(path.name)}."
    try:
        part = _read(path)
    except BrokenGgufError as error:
        raise BrokenGgufError(f"{where} {error}") from error
    if (part.number("split.no"), part.number("split.count")) != (number - 1, count):
        raise BrokenGgufError(f"{where} It is another part, or of another model.")
    return part


def _read(path: Path) -> _Part:
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):  # opening a pipe would wait for ever
            raise BrokenGgufError("It is a folder." if stat.S_ISDIR(about.st_mode) else "It is no regular file.")
        with path.open("rb") as file:
            return _parse(GgufBytes(file, about.st_size))
    except FileNotFoundError as error:
        raise BrokenGgufError("It is missing.") from error
    except OSError as error:
        raise BrokenGgufError(f"It cannot be read ({error.strerror or error}).") from error


def _parse(data: GgufBytes) -> _Part:
    _check_beginning(data)
    tensors, facts = data.number(_U64), data.number(_U64)
    if tensors > _MOST_TENSORS or facts > _MOST_FACTS:
        raise BrokenGgufError(f"It is damaged: it would have {tensors:,} tensors and {facts:,} facts.")
    metadata = _metadata(data, facts)
    alignment = metadata.get("general.alignment", _ALIGNMENT)
    if type(alignment) is not int or alignment <= 0 or alignment & (alignment - 1):
        raise BrokenGgufError("It is damaged: its tensors would be aligned to what is no power of two.")
    parameters, end = _tensors(data, tensors)
    needed = -(-data.at // alignment) * alignment + end
    if end and needed > data.size:
        raise BrokenGgufError(f"It ends too early: {data.size:,} of {needed:,} bytes are there.")
    return _Part(metadata, tensors, parameters, data.size)


def _check_beginning(data: GgufBytes) -> None:
    if not data.size:
        raise BrokenGgufError("It is empty.")
    if data.take(min(len(_MAGIC), data.size)) != _MAGIC[: data.size]:
        raise BrokenGgufError("It is no GGUF file.")
    version = data.number(_U32)
    if version and not version & 0xFFFF:
        raise BrokenGgufError("It is in big-endian byte order, which is not read here.")
    if not _OLDEST <= version <= _NEWEST:
        raise BrokenGgufError(f"Its format is version {version}, which is too {'old' if version < _OLDEST else 'new'}.")


def _metadata(data: GgufBytes, count: int) -> dict[str, Any]:
    metadata: dict[str, Any] = {}
    for _ in range(count):
        key = data.text()
        if key in metadata:
            raise BrokenGgufError(f"It is damaged: it tells {shortened(key)} twice.")
        metadata[key] = _value(data, data.number(_U32))
    return metadata


def _value(data: GgufBytes, kind: int, depth: int = 0) -> Any:
    if form := _NUMBERS.get(kind):
        return data.number(form)
    if kind == _TEXT:
        return data.text()
    if kind == _LIST and depth < _DEEPEST:
        return _list(data, depth + 1)
    raise BrokenGgufError(f"It is damaged: one of its facts is of kind {kind}.")


def _list(data: GgufBytes, depth: int) -> tuple[Any, ...] | None:
    """The next list; None where it is longer than what is kept."""
    kind, count = data.number(_U32), data.number(_U64)
    form = _NUMBERS.get(kind)
    if count > _KEPT and form:
        data.skip(count * form.size)
        return None
    if count > _KEPT and kind == _TEXT:
        data.skip_texts(count)
        return None
    data.will_read(count)
    elements = [_value(data, kind, depth) for _ in range(count)]
    return tuple(elements) if count <= _KEPT else None


def _tensors(data: GgufBytes, count: int) -> tuple[int, int]:
    """How many numbers all tensors have, and where the last one ends in bytes after the beginning of the first."""
    names: set[str] = set()
    parameters = end = 0
    for _ in range(count):
        name = data.text()
        if name in names:
            raise BrokenGgufError(f"It is damaged: it has the tensor {shortened(name)} twice.")
        names.add(name)
        numbers, its_end = _tensor(data, name)
        parameters, end = parameters + numbers, max(end, its_end)
    return parameters, end


def _tensor(data: GgufBytes, name: str) -> tuple[int, int]:
    dimensions = data.number(_U32)
    if dimensions > _MOST_DIMENSIONS:
        raise BrokenGgufError(f"It is damaged: its tensor {shortened(name)} would have {dimensions:,} dimensions.")
    shape = [data.number(_U64) for _ in range(dimensions)] or [1]
    kind, offset = data.number(_U32), data.number(_U64)
    numbers = math.prod(shape)
    block, size = TENSOR_TYPES.get(kind, (1, 0))  # what is not known may be newer than this table
    end = offset + numbers // block * size
    if shape[0] % block or max(numbers, end) >= _TOO_LARGE:
        raise BrokenGgufError(f"It is damaged: its tensor {shortened(name)} would have an impossible size.")
    return numbers, end
