"""Derived models as files."""

from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import orjson
import pytest

from tests.tinyllm.serve.packages import there
from tinyllm.serve.recipes import SUFFIX, Recipe, Recipes

FULL = Recipe("m:latest", "Be kind.", {"seed": 1, "stop": ["a"]}, ({"role": "user", "content": "Hi"},), "MIT")


def read(folder: Path) -> dict[str, Recipe | str]:
    return {name: recipe for name, recipe, _ in Recipes(folder).read_all()}


@contextmanager
def full_disk() -> Iterator[None]:
    """No file can grow."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize(
    "name",
    [
        "x:latest",
        "X:Latest",
        "hf.co/someone/Some-Model_1.0:Q4_K_M",
        "../../x:latest",
        "con:1",
        "@+/:",
        "x" * 143 + ":latest",
        "/" * 150,
    ],
)
def test_what_is_written_is_read(tmp_path: Path, name: str) -> None:
    Recipes(tmp_path / "new").write(name, FULL)

    assert read(tmp_path / "new") == {name: FULL}
    assert Recipes(tmp_path / "new").has(name.swapcase())
    assert there(tmp_path) == ["new"]
    assert all(len(file) < 255 for file in there(tmp_path / "new"))
    Recipes(tmp_path / "new").delete(name.swapcase())
    assert there(tmp_path / "new") == []


def test_long_names_that_begin_alike_are_several(tmp_path: Path) -> None:
    names = ["/" * 149 + end for end in "abc"]
    for name in names:
        Recipes(tmp_path).write(name, Recipe(name))

    assert read(tmp_path) == {name: Recipe(name, "", {}) for name in names}


def test_there_are_none_where_there_is_no_folder(tmp_path: Path) -> None:
    assert read(tmp_path / "missing") == {}
    Recipes(tmp_path / "missing").delete("x")


def test_when_it_was_written_is_told(tmp_path: Path) -> None:
    Recipes(tmp_path).write("x", FULL)
    os.utime(next(tmp_path.iterdir()), (5, 5))

    assert [changed for _, _, changed in Recipes(tmp_path).read_all()] == [5.0]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty document"),
        (b"{", "unexpected end"),
        (b"\xff\xfe", "not valid UTF-8"),
        (b"[]", "a recipe is an object"),
        (b"{}", "with a parent"),
        (b'{"parent": "m", "parameters": 5}', "a recipe is an object"),
        (b'{"parent": "m", "parameters": {"temperature": "hot"}}', 'option "temperature" must be of type float32'),
        (b'{"parent": "m", "messages": 5}', "a recipe is an object"),
        (b'{"parent": "m", "messages": ["hello"]}', "a recipe is an object"),
    ],
)
def test_what_is_broken_is_told_and_not_lost(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / f"My%2Fmodel%3A1b{SUFFIX}").write_bytes(content)
    Recipes(tmp_path).write("good", FULL)
    recipes = read(tmp_path)
    problem = recipes["My/model:1b"]

    assert recipes["good"] == FULL
    assert isinstance(problem, str)
    assert problem.startswith(f"The file My%2Fmodel%3A1b{SUFFIX} cannot be read: ")
    assert told in problem
    Recipes(tmp_path).write("my/model:1b", FULL)
    Recipes(tmp_path).delete("my/model:1b")


def test_one_that_was_written_by_hand_needs_only_its_parent(tmp_path: Path) -> None:
    (tmp_path / f"mine{SUFFIX}").write_bytes(orjson.dumps({"parent": "m", "system": None, "comment": "x"}))

    assert read(tmp_path) == {"mine": Recipe("m", "", {})}


def test_a_file_that_was_copied_is_a_model_of_its_own(tmp_path: Path) -> None:
    Recipes(tmp_path).write("one", FULL)
    (tmp_path / f"two{SUFFIX}").write_bytes((tmp_path / f"one{SUFFIX}").read_bytes())

    assert read(tmp_path) == {"one": FULL, "two": FULL}


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    Recipes(tmp_path).write("x", FULL)
    before = read(tmp_path)
    with full_disk(), pytest.raises(OSError, match="File too large"):
        Recipes(tmp_path).write("x", Recipe("other"))

    assert read(tmp_path) == before
    assert there(tmp_path) == [f"x{SUFFIX}"]


def test_a_folder_that_cannot_be_made_is_an_error_of_the_system(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        Recipes(tmp_path / "file" / "below").write("x", FULL)
