"""Which models there are: GGUF files in folders and in installed packages, and what was made from them."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from tinyllm.models.names import canonical, tagged
from tinyllm.serve.catalogue import CATALOGUE, KnownModel
from tinyllm.serve.facts import ModelFacts, facts_of
from tinyllm.serve.finding import ModelFile, in_folder, in_packages, names, siblings
from tinyllm.serve.gguf import BrokenGgufError, read_header
from tinyllm.serve.recipes import Recipe, Recipes
from tinyllm.serve.refusals import RefusalError, not_found

T = TypeVar("T")

log = logging.getLogger(__name__)


class Origin(StrEnum):
    """Where a model is from, which decides whether it can be deleted."""

    OWN = "own"
    """A file in the server's own folder."""
    FOLDER = "folder"
    """A file in a folder that was given."""
    PACKAGE = "package"
    CATALOGUE = "catalogue"
    """Made by the server itself from one that it knows."""
    DERIVED = "derived"
    """Made by somebody with `create` or `copy`."""


@dataclass(frozen=True, slots=True)
class Model:
    """One that can be asked for; with a `problem` it can only be listed."""

    name: str
    origin: Origin
    path: Path
    size: int
    """Bytes on disk."""
    modified_at: float
    """Seconds since the epoch."""
    digest: str
    """64 hexadecimal digits that change when the model does; not a hash of the whole file, which would take minutes."""
    facts: ModelFacts | None = None
    problem: str | None = None
    parent: str = ""
    system: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    messages: tuple[Mapping[str, Any], ...] = ()
    license: str | None = None
    file_modified_at: float = 0.0
    """When the file that it runs was written; seconds since the epoch."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What a header said, and of which state of the file."""

    stamp: tuple[tuple[int, int], ...]
    """When each part was changed (nanoseconds), and its bytes."""
    size: int
    facts: ModelFacts | None = None
    problem: str | None = None


class Library:
    """Looks anew at every question: a file that is put into a folder is there at once. Headers are read once."""

    def __init__(
        self,
        own: Path,
        folders: Sequence[Path] = (),
        *,
        packages: bool = True,
        catalogue: Sequence[KnownModel] = CATALOGUE,
    ) -> None:
        """`own` is where models are made, downloaded and deleted; `packages` says whether installed ones are looked at.

        A file is called after its name: `Some-Model.Q4_K_M.gguf` is `some-model.q4_k_m`. Where two files have one name,
        the later one has its folder in front, or a number behind.
        """
        self.own = own
        self._folders = tuple(folders)
        self._catalogue = tuple(catalogue)
        self._recipes = Recipes(own)
        self._packages = packages
        self._packaged: tuple[ModelFile, ...] | None = None
        self._read: dict[Path, _Read] = {}
        self._looking = threading.Lock()

    async def models(self) -> list[Model]:
        """All of them, the newest first."""
        return sorted((await self._all()).values(), key=lambda model: (-model.modified_at, model.name))

    async def find(self, name: str) -> Model:
        """The one of this name, also if it is broken. Raises RefusalError (404)."""
        found = (await self._all()).get(canonical(name))
        if found is None:
            raise not_found(name)
        return found

    async def usable(self, name: str) -> Model:
        """The one of this name. Raises RefusalError where it is not there, or broken."""
        model = await self.find(name)
        if model.facts is None:
            raise RefusalError(500, f"{model.name} cannot be used: {model.problem}")
        return model

    async def create(self, name: str, recipe: Recipe) -> Model:
        """Make a model from the one that the recipe names. Raises RefusalError."""
        parent = await self.usable(recipe.parent)
        taken = (await self._all()).get(canonical(name))
        if taken is not None and taken.origin is not Origin.DERIVED:
            raise RefusalError(400, f"{taken.name} {_origin(taken)}; choose another name")
        recipe = recipe.on_top_of(
            parent.parent or parent.name, parent.system, parent.parameters, parent.messages, parent.license
        )
        try:
            await asyncio.to_thread(self._recipes.write, tagged(name), recipe)
        except OSError as exc:
            raise RefusalError(500, f"{tagged(name)} cannot be written to {self.own}: {_reason(exc)}") from exc
        return await self.find(name)

    async def delete(self, name: str) -> Model:
        """Delete a derived model, or a file of the own folder; returns what it was. Raises RefusalError."""
        model = await self.find(name)
        match model.origin:
            case Origin.DERIVED:
                await _deleted(model, self._recipes.delete, model.name)
            case Origin.OWN:
                made = [one for one in (await self._all()).values() if canonical(one.parent) == canonical(model.name)]
                derived = ", ".join(one.name for one in made if one.origin is Origin.DERIVED)
                if derived:
                    raise RefusalError(400, f"{derived} is made from {model.name}; delete that first")
                await _deleted(model, _remove, model.path)
            case _:
                raise RefusalError(400, f"{model.name} cannot be deleted here: it {_origin(model)}")
        return model

    async def _all(self) -> dict[str, Model]:
        return await asyncio.to_thread(self._look)

    def look_for_packages(self) -> None:
        """Notice what was installed meanwhile."""
        self._packaged = None

    def _look(self) -> dict[str, Model]:
        with self._looking:
            models: dict[str, Model] = {}
            read: dict[Path, _Read] = {}
            seen = set[tuple[int, int, str]]()
            for origin, file in self._files():
                status = _status(file.path)
                if status is None or (known := (status.st_dev, status.st_ino, file.path.name)) in seen:
                    continue  # folders may lie in each other
                seen.add(known)
                read[file.path] = one = self._looked_into(file)
                if one.facts is None or one.facts.stands_alone:
                    for model in self._in_file(origin, file.path, one, models):
                        models.setdefault(canonical(model.name), model)
            self._read = read
        for name, recipe, changed in self._recipes.read_all():
            parent = None if isinstance(recipe, str) else models.get(canonical(recipe.parent))
            models.setdefault(canonical(name), _derived(name, recipe, changed, parent))
        return models

    def _files(self) -> Iterator[tuple[Origin, ModelFile]]:
        yield from ((Origin.OWN, file) for file in in_folder(self.own))
        for folder in self._folders:
            yield from ((Origin.FOLDER, file) for file in in_folder(folder))
        if self._packages:
            if self._packaged is None:
                self._packaged = tuple(in_packages())
            yield from ((Origin.PACKAGE, file) for file in self._packaged)

    def _looked_into(self, file: ModelFile) -> _Read:
        """What the header says, read again only where the file or one of its parts has changed."""
        there = [status for path in file.parts if (status := _status(path)) is not None]
        stamp = tuple((status.st_mtime_ns, status.st_size) for status in there)
        before = self._read.get(file.path)
        if before is not None and before.stamp == stamp:
            return before
        try:
            header = read_header(file.path)
        except BrokenGgufError as exc:
            return _Read(stamp, sum(status.st_size for status in there), problem=str(exc))
        return _Read(stamp, header.size, facts_of(header))

    def _in_file(self, origin: Origin, path: Path, read: _Read, taken: Mapping[str, Model]) -> Iterator[Model]:
        """The model that a file holds, and those that the server makes from it."""
        known = next((one for one in self._catalogue if (one.file, one.size) == (path.name, read.size)), None)
        free = (name for name in map(tagged, names(path)) if canonical(name) not in taken)
        changed = read.stamp[0][0] / 1e9 if read.stamp else 0.0
        model = Model(
            name=known.name if known else next(free),
            origin=origin,
            path=path,
            size=read.size,
            modified_at=changed,
            file_modified_at=changed,
            digest=hashlib.sha256(f"{path} {read.stamp}".encode()).hexdigest(),
            facts=read.facts,
            problem=read.problem,
            license=read.facts.license if read.facts else None,
        )
        if known is None:
            yield model
            return
        yield replace(model, system=known.system, parameters=known.parameters)
        for variant in known.variants:
            recipe = Recipe(known.name, variant.system, dict(variant.parameters), (), model.license)
            made = _derived(variant.name, recipe, changed, model)
            yield replace(made, origin=Origin.CATALOGUE)


def _derived(name: str, recipe: Recipe | str, changed: float, parent: Model | None) -> Model:
    """What a recipe makes, or a model that tells why it makes nothing."""
    if isinstance(recipe, str) or parent is None or parent.facts is None:
        problem = (
            recipe if isinstance(recipe, str) else f"It is made from {recipe.parent}, which is not there or is broken."
        )
        return Model(tagged(name), Origin.DERIVED, Path(), 0, changed, "0" * 64, problem=problem)
    content = f"{parent.digest} {recipe}"
    return replace(
        parent,
        name=tagged(name),
        origin=Origin.DERIVED,
        modified_at=changed,
        digest=hashlib.sha256(content.encode()).hexdigest(),
        parent=parent.name,
        system=recipe.system,
        parameters=recipe.parameters or {},
        messages=recipe.messages,
        license=recipe.license,
    )


def _status(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError as exc:  # it was deleted a moment ago, or is a link to nothing
        log.debug("%s cannot be looked at: %s", path, exc)
        return None


async def _deleted(model: Model, delete: Callable[[T], None], what: T) -> None:
    """Raises RefusalError."""
    try:
        await asyncio.to_thread(delete, what)
    except OSError as exc:
        raise RefusalError(500, f"{model.name} cannot be deleted: {_reason(exc)}") from exc


def _reason(exc: OSError) -> str:
    return exc.strerror or type(exc).__name__


def _remove(path: Path) -> None:
    for part in siblings(path):
        part.unlink(missing_ok=True)


def _origin(model: Model) -> str:
    match model.origin:
        case Origin.PACKAGE:
            return "comes with an installed package"
        case Origin.CATALOGUE:
            return f"is made from {model.parent} by the server itself"
        case _:
            return f"is a file in {model.path.parent}"
