"""Discord's own description of its API, an OpenAPI file, and the operation that a request belongs to."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from tests.stack import ROOT

Json = dict[str, Any]

FILE = Path("shared", "facts", "discord-openapi.json")
VARIABLE = "DISCORD_OPENAPI"
ABSENT = f"Discord's description is neither beside this repository, as {FILE}, nor named by {VARIABLE}"


def find() -> Path | None:
    """The file: named by the environment, where nothing stands for none, or in a folder above this repository."""
    if VARIABLE in os.environ:
        return Path(os.environ[VARIABLE]) if os.environ[VARIABLE] else None
    return next((folder / FILE for folder in ROOT.parents if (folder / FILE).exists()), None)


@cache
def read() -> Description | None:
    """Discord's description, read once in a process; None where there is none."""
    path = find()
    return None if path is None else Description(orjson.loads(path.read_bytes()))


class Amendment(NamedTuple):
    """A place among the description's paths or components, what should be there instead, and the reason.

    `at` is as in a reference: `paths/~1users~1@me/get`, or without a `components/` before it `schemas/Error`.
    """

    at: str
    becomes: Any
    why: str


class Operation(NamedTuple):
    """What is described of one method of one path; `parameters` are those of the path too."""

    method: str
    path: str
    parameters: list[Json]
    body: Json | None
    responses: Json


class Description:
    """Any OpenAPI 3.1 document whose references all are into itself."""

    def __init__(self, document: Json) -> None:
        self.document = document
        self._operations = {(each.method, each.path): each for each in self._all()}
        # A path that names more of its steps literally wins: /users/@me over /users/{user_id}.
        paths = sorted(document["paths"], key=lambda path: [step.startswith("{") for step in path.split("/")])
        self._patterns = [(_pattern(path), path) for path in paths]

    def amended(self, amendments: Iterable[Amendment]) -> Description:
        """Another one, with these places replaced or added. Raises KeyError where there is no such place."""
        document = orjson.loads(orjson.dumps(self.document))
        for amendment in amendments:
            place = amendment.at if amendment.at.startswith("paths/") else f"components/{amendment.at}"
            holder, _, name = f"#/{place}".rpartition("/")
            _at(document, holder)[_plain(name)] = amendment.becomes
        return Description(document)

    @property
    def schemas(self) -> dict[str, Json]:
        return self.document["components"]["schemas"]

    @property
    def operations(self) -> list[Operation]:
        return list(self._operations.values())

    def operation(self, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
        """The operation of a request, and the path's parameters."""
        for pattern, template in self._patterns:
            found = pattern.fullmatch(path)
            operation = self._operations.get((method, template))
            if found and operation:
                return operation, dict(zip(re.findall(r"{(\w+)}", template), found.groups(), strict=True))
        return None

    def response(self, operation: Operation, status: int) -> Json | None:
        """What is described of a status: by its number, or by its class as `4XX`."""
        named = (str(status), f"{status // 100}XX", "default")
        found = next((operation.responses[name] for name in named if name in operation.responses), None)
        return None if found is None else self.resolved(found)

    def resolved(self, part: Json) -> Json:
        """The part itself, or what it refers to."""
        while "$ref" in part:
            part = self.at(part["$ref"])
        return part

    def at(self, reference: str) -> Any:
        """What a reference such as `#/components/schemas/User` points at."""
        return _at(self.document, reference)

    def _all(self) -> Iterator[Operation]:
        for path, item in self.document["paths"].items():
            shared = item.get("parameters", [])
            for method, described in item.items():
                if method == "parameters":
                    continue
                parameters = [*shared, *described.get("parameters", [])]
                yield Operation(
                    method.upper(),
                    path,
                    [self.resolved(each) for each in parameters],
                    described.get("requestBody"),
                    described["responses"],
                )


def _at(document: Json, reference: str) -> Any:
    found: Any = document
    for step in reference.removeprefix("#/").split("/"):
        found = found[_plain(step)]
    return found


def _plain(step: str) -> str:
    return step.replace("~1", "/").replace("~0", "~")


def _pattern(path: str) -> re.Pattern[str]:
    steps = re.split(r"({\w+})", path)
    return re.compile("".join("([^/]+)" if step.startswith("{") else re.escape(step) for step in steps))
