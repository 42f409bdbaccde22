"""Derived models on disk: what they are made from, and what is their own."""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import orjson

from tinyllm.serve.options import check_options
from tinyllm.serve.refusals import RefusalError

SUFFIX = ".model.json"
LONGEST_FILE_NAME = 200
"""Characters; file systems take 255."""


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
                changed = path.stat().st_mtime
                name, recipe = _read(path)
                yield name if self._path(name) == path else _told_by(path), recipe, changed

    def has(self, name: str) -> bool:
        return self._path(name).exists()

    def write(self, name: str, recipe: Recipe) -> None:
        """Whole or not at all. Raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=self._folder, prefix=".", suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(orjson.dumps({"name": name, **asdict(recipe)}, option=orjson.OPT_INDENT_2))
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(self._path(name))
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def delete(self, name: str) -> None:
        self._path(name).unlink(missing_ok=True)

    def _path(self, name: str) -> Path:
        """The same for all spellings of a name; what makes it unlike others stays where it is too long for a file."""
        folded = name.casefold()
        quoted = quote(folded, safe="")
        if len(quoted) > LONGEST_FILE_NAME:
            quoted = f"{quoted[:100]}~{hashlib.sha256(folded.encode()).hexdigest()[:32]}"
        return self._folder / f"{quoted}{SUFFIX}"


def _told_by(path: Path) -> str:
    """The name that a file has, which is that of its model unless somebody renamed it."""
    return unquote(path.name.removesuffix(SUFFIX))


def _read(path: Path) -> tuple[str, Recipe | str]:
    """The model's name, and its recipe or what is wrong with it. Raises FileNotFoundError."""
    try:
        value = orjson.loads(path.read_bytes())
        recipe = Recipe(
            str(value["parent"]),
            str(value.get("system") or ""),
            dict(value.get("parameters") or {}),
            tuple(_message(each) for each in value.get("messages") or ()),
            None if value.get("license") is None else str(value["license"]),
        )
        check_options(recipe.parameters or {})
        return str(value.get("name") or _told_by(path)), recipe
    except FileNotFoundError:
        raise
    except OSError as exc:
        problem = exc.strerror or type(exc).__name__
    except (orjson.JSONDecodeError, RefusalError) as exc:
        problem = str(exc)
    except (KeyError, ValueError, TypeError, AttributeError):
        problem = "a recipe is an object with a parent, and perhaps system, parameters, messages and license"
    return _told_by(path), f"The file {path.name} cannot be read: {problem}."


def _message(value: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value.get(name) or "") for name in ("role", "content")}
