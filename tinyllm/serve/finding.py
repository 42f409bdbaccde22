"""Where models are on the disk: GGUF files in folders and in installed packages, and what each is called."""

from __future__ import annotations

import csv
import itertools
import logging
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

log = logging.getLogger(__name__)

_SUFFIX = ".gguf"
_PART = re.compile(r"(?P<whole>.+)-\d{5}-of-\d{5}", re.DOTALL)
_LONGEST = 90
"""Characters of a file's name that its model is called after; a name with a folder in front can still be asked for."""


@dataclass(frozen=True, slots=True)
class ModelFile:
    """What a model is read from: one file, or several."""

    parts: tuple[Path, ...]
    """In order; those of them that are there."""

    @property
    def path(self) -> Path:
        """The first, by which the model is loaded."""
        return self.parts[0]


def in_folder(folder: Path) -> Iterator[ModelFile]:
    """Those in a folder and below it; none in a folder that is not there. Hidden ones are somebody's scaffolding."""
    been = set[str]()
    for place, folders, files in os.walk(folder, followlinks=True):
        real = os.path.realpath(place)
        folders[:] = [] if real in been else sorted(name for name in folders if not name.startswith("."))
        if real not in been:
            been.add(real)
            yield from _joined(Path(place, name) for name in sorted(files) if not name.startswith("."))


def in_packages() -> Iterator[ModelFile]:
    """Those that installed packages bring; nothing of the packages is imported."""
    for distribution in metadata.distributions():
        try:
            files = [Path(str(file.locate())) for file in distribution.files or () if _is_gguf(file.name)]
        except (ValueError, TypeError, csv.Error) as exc:  # its list of files is damaged
            log.warning("what an installed package has cannot be read: %s", exc)
        else:
            yield from _joined(sorted(files))


def siblings(path: Path) -> list[Path]:
    """The parts of a model of which one is at `path`. Raises OSError."""
    return [other for other in path.parent.iterdir() if _is_gguf(other.name) and _model(other) == _model(path)]


def names(path: Path) -> Iterator[str]:
    """What the model at `path` can be called, the plainest first, for where one is taken."""
    plain = _typed(_model(path)[0])
    yield plain
    yield f"{_typed(path.parent.name)[: _LONGEST // 2]}/{plain}"
    yield from (f"{plain}-{number}" for number in itertools.count(2))


def _joined(paths: Iterable[Path]) -> Iterator[ModelFile]:
    models: dict[tuple[str, ...], list[Path]] = {}
    for path in paths:
        if _is_gguf(path.name):
            models.setdefault((str(path.parent), *_model(path)), []).append(path)
    yield from (ModelFile(tuple(parts)) for parts in models.values())


def _is_gguf(name: str) -> bool:
    return name.casefold().endswith(_SUFFIX)


def _model(path: Path) -> tuple[str, str]:
    """What the names of all parts of one model have in common."""
    part = _PART.fullmatch(path.stem)
    return (part["whole"], path.name[len(part["whole"]) + len("-00001") :]) if part else (path.stem, path.suffix)


def _typed(name: str) -> str:
    """A name that can be typed."""
    plain = re.sub(r"[^a-z0-9._-]+", "-", name.casefold())
    return plain.strip("-.")[:_LONGEST].rstrip("-.") or "model"
