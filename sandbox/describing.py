"""Finds the description of a world: one that comes with the sandbox, or a TOML file."""

import tomllib
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from sandbox.building import build
from sandbox.world import TOWN, WORKSHOP, World

WORLDS = {"workshop": WORKSHOP, "town": TOWN}


class WorldError(Exception):
    """There is no such world; the text is a sentence."""


def find_world(name: str) -> World:
    """Raises WorldError."""
    known = WORLDS.get(name)
    return _read(Path(name)) if known is None else known


def _read(path: Path) -> World:
    try:
        world = TypeAdapter(World).validate_python(tomllib.loads(path.read_text()))
        build(world)
    except OSError as error:
        known = ", ".join(WORLDS)
        raise WorldError(f"There is no world {str(path)!r}, only {known}, and no such file either.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise WorldError(f"{path}: {where}: {first['msg']}.") from error
    except ValueError as error:
        raise WorldError(f"{path}: {error}.") from error
    return world
