"""Derived models on disk: what they are made from, and what is their own."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import orjson

SUFFIX = ".model.json"


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a derived model is made."""

    parent: str
    """The model whose file it runs."""
    system: str = ""
    parameters: Mapping[str, Any] | None = None
    messages: tuple[Mapping[str, Any], ...] = ()
    """What every conversation with it begins with."""
    license: str | None = None

    def on_top_of(
        self,
        file: str,
        system: str,
        parameters: Mapping[str, Any],
        messages: tuple[Mapping[str, Any], ...],
        license_text: str | None,
    ) -> Recipe:
        """The same, with what it does not say taken from the model that it is made from; `file` is whose file runs."""
        return Recipe(
            file,
            self.system or system,
            {**parameters, **(self.parameters or {})},
            self.messages or messages,
            self.license or license_text,
        )


class Recipes:
    """A file for each, beside the models; a file that cannot be read is told and not lost."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read_all(self) -> Iterator[tuple[str, Recipe | str, float]]:
        """Names, recipes and when they were written (seconds since the epoch); of what is broken, why."""
        for path in sorted(self._folder.glob(f"*{SUFFIX}")):
            with contextlib.suppress(FileNotFoundError):  # deleted a moment ago
                yield unquote(path.name.removesuffix(SUFFIX)), _read(path), path.stat().st_mtime

    def has(self, name: str) -> bool:
        return self._path(name).exists()

    def write(self, name: str, recipe: Recipe) -> None:
        """Whole or not at all. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self._folder, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(orjson.dumps(asdict(recipe), option=orjson.OPT_INDENT_2))
            Path(temporary).replace(self._path(name))
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def delete(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        return self._folder / f"{quote(name.casefold(), safe='')}{SUFFIX}"


def _read(path: Path) -> Recipe | str:
    try:
        value = orjson.loads(path.read_bytes())
        known = {field.name for field in fields(Recipe)}
        recipe = Recipe(**{name: given for name, given in value.items() if name in known})
        return Recipe(
            str(recipe.parent),
            str(recipe.system or ""),
            dict(recipe.parameters or {}),
            tuple(dict(message) for message in recipe.messages or ()),
            None if recipe.license is None else str(recipe.license),
        )
    except FileNotFoundError:
        raise
    except (OSError, ValueError, TypeError, AttributeError) as exc:
        return f"the file {path.name} cannot be read: {exc}"
