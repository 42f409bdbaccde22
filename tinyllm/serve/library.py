"""Which models there are: GGUF files in folders and in installed packages, and what was made from them."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from typing import Any

from tinyllm.models.names import canonical
from tinyllm.serve.catalogue import CATALOGUE, KnownModel
from tinyllm.serve.facts import ModelFacts, facts_of
from tinyllm.serve.gguf import BrokenGgufError, read_header
from tinyllm.serve.recipes import Recipe, Recipes
from tinyllm.serve.refusals import RefusalError, not_found

log = logging.getLogger(__name__)

_PART = re.compile(r"-(\d{5})-of-\d{5}$")


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


@dataclass(frozen=True, slots=True)
class _Read:
    facts: ModelFacts | None
    problem: str | None
    size: int


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

        A file is called after its name: `Some-Model.Q4_K_M.gguf` is `some-model.q4_k_m`.
        """
        self.own = own
        self._folders = tuple(folders)
        self._catalogue = tuple(catalogue)
        self._recipes = Recipes(own)
        self._packaged: tuple[Path, ...] | None = None if packages else ()
        self._read: dict[tuple[Path, int, int], _Read] = {}

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
        if parent.origin in (Origin.DERIVED, Origin.CATALOGUE):
            recipe = recipe.on_top_of(parent.parent, parent.system, parent.parameters, parent.messages, parent.license)
        else:
            recipe = recipe.on_top_of(parent.name, parent.system, parent.parameters, (), parent.license)
        taken = (await self._all()).get(canonical(name))
        if taken is not None and taken.origin is not Origin.DERIVED:
            raise RefusalError(400, f"{taken.name} is a model of its own ({_origin(taken)}); choose another name")
        await asyncio.to_thread(self._recipes.write, tagged(name), recipe)
        return await self.find(name)

    async def delete(self, name: str) -> Model:
        """Delete a derived model, or a file of the own folder; returns what it was. Raises RefusalError."""
        model = await self.find(name)
        match model.origin:
            case Origin.DERIVED:
                await asyncio.to_thread(self._recipes.delete, model.name)
            case Origin.OWN:
                made = [
                    one.name for one in (await self._all()).values() if canonical(one.parent) == canonical(model.name)
                ]
                derived = [one for one in made if self._recipes.has(one)]
                if derived:
                    raise RefusalError(400, f"{', '.join(derived)} is made from {model.name}; delete that first")
                for path in _parts(model.path):
                    path.unlink(missing_ok=True)
            case _:
                raise RefusalError(400, f"{model.name} cannot be deleted here: it {_origin(model)}")
        return model

    async def _all(self) -> dict[str, Model]:
        return await asyncio.to_thread(self._look)

    def _look(self) -> dict[str, Model]:
        if self._packaged is None:
            self._packaged = tuple(_packaged())
        models: dict[str, Model] = {}
        for origin, path in self._files():
            for model in self._in_file(origin, path):
                models.setdefault(canonical(model.name), model)
        for name, recipe, changed in self._recipes.read_all():
            parent = None if isinstance(recipe, str) else models.get(canonical(recipe.parent))
            models.setdefault(canonical(name), _derived(name, recipe, changed, parent))
        return models

    def look_for_packages(self) -> None:
        """Notice what was installed meanwhile."""
        if self._packaged != ():
            self._packaged = None

    def _files(self) -> Iterator[tuple[Origin, Path]]:
        yield from ((Origin.OWN, path) for path in _ggufs(self.own))
        for folder in self._folders:
            yield from ((Origin.FOLDER, path) for path in _ggufs(folder))
        yield from ((Origin.PACKAGE, path) for path in self._packaged or ())

    def _in_file(self, origin: Origin, path: Path) -> Iterator[Model]:
        """The model that a file holds, and those that the server makes from it; none where it is only a part of one."""
        try:
            status = path.stat()
        except OSError as exc:
            log.debug("%s is not there any more: %s", path, exc)
            return
        key = (path, status.st_mtime_ns, status.st_size)
        if key not in self._read:
            self._read[key] = _read(path, status.st_size)
        read = self._read[key]
        if read.facts is not None and read.facts.is_projector:
            return
        known = next((one for one in self._catalogue if (one.file, one.size) == (path.name, status.st_size)), None)
        digest = hashlib.sha256(f"{path} {status.st_mtime_ns} {status.st_size}".encode()).hexdigest()
        model = Model(
            name=known.name if known else _name(path),
            origin=origin,
            path=path,
            size=read.size,
            modified_at=status.st_mtime,
            digest=digest,
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
            made = _derived(variant.name, recipe, status.st_mtime, model)
            yield replace(made, origin=Origin.CATALOGUE)


def tagged(name: str) -> str:
    """As it is listed: with a tag."""
    return name.strip() if ":" in name.rpartition("/")[2] else f"{name.strip()}:latest"


def _derived(name: str, recipe: Recipe | str, changed: float, parent: Model | None) -> Model:
    """What a recipe makes, or a model that tells why it makes nothing."""
    if isinstance(recipe, str) or parent is None or parent.facts is None:
        problem = (
            recipe if isinstance(recipe, str) else f"it is made from {recipe.parent}, which is not there or broken."
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


def _read(path: Path, size: int) -> _Read:
    try:
        header = read_header(path)
    except BrokenGgufError as exc:
        return _Read(None, str(exc), size)
    return _Read(facts_of(header), None, header.size)


def _ggufs(folder: Path) -> list[Path]:
    """The GGUF files in a folder and below it; of one in several parts the first."""
    found = sorted(path for path in folder.rglob("*") if path.suffix.casefold() == ".gguf" and path.is_file())
    return [path for path in found if (part := _PART.search(path.stem)) is None or part[1] == "00001"]


def _parts(path: Path) -> list[Path]:
    part = _PART.search(path.stem)
    return [path] if part is None else sorted(path.parent.glob(f"{path.stem[: part.start()]}-*-of-*{path.suffix}"))


def _packaged() -> Iterator[Path]:
    """The GGUF files of installed packages."""
    for distribution in metadata.distributions():
        for file in distribution.files or ():
            if file.suffix.casefold() == ".gguf":
                yield Path(str(file.locate()))


def _name(path: Path) -> str:
    """A name that can be typed, from the name of a file."""
    stem = _PART.sub("", path.stem).casefold()
    return tagged(re.sub(r"[^a-z0-9._-]+", "-", stem).strip("-.") or "model")


def _origin(model: Model) -> str:
    match model.origin:
        case Origin.PACKAGE:
            return "comes with an installed package"
        case Origin.CATALOGUE:
            return f"is made from {model.parent} by the server itself"
        case _:
            return f"is a file in {model.path.parent}"
