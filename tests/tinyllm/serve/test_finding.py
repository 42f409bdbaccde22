"""Where models are found, and what they are called."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.tinyllm.serve.packages import install, make
from tinyllm.serve.finding import ModelFile, in_folder, in_packages, names, siblings


def found(folder: Path) -> list[list[str]]:
    return [[str(part.relative_to(folder)) for part in file.parts] for file in in_folder(folder)]


@pytest.mark.parametrize(
    ("files", "models"),
    [
        pytest.param(["b.gguf", "a.GGUF", "c.GgUf"], [["a.GGUF"], ["b.gguf"], ["c.GgUf"]], id="suffixes in any case"),
        pytest.param(["a.gguf.part", "gguf", "a.bin", "README.md", "agguf"], [], id="other files"),
        pytest.param(["z.gguf", "b/y.gguf", "b/a/x.gguf"], [["z.gguf"], ["b/y.gguf"], ["b/a/x.gguf"]], id="below"),
        pytest.param([".a.gguf", ".cache/b.gguf", "c/.d/e.gguf"], [], id="hidden"),
        pytest.param(["a.gguf/b.gguf"], [["a.gguf/b.gguf"]], id="a folder that is called like a model"),
        pytest.param(
            ["m-00002-of-00003.gguf", "m-00001-of-00003.gguf", "m-00003-of-00003.gguf", "m.gguf"],
            [["m-00001-of-00003.gguf", "m-00002-of-00003.gguf", "m-00003-of-00003.gguf"], ["m.gguf"]],
            id="parts",
        ),
        pytest.param(
            ["m-00001-of-00002.gguf", "m-00001-of-00003.gguf", "n/m-00002-of-00002.gguf"],
            [["m-00001-of-00002.gguf"], ["m-00001-of-00003.gguf"], ["n/m-00002-of-00002.gguf"]],
            id="parts of others",
        ),
        pytest.param(["m-00003-of-00003.gguf"], [["m-00003-of-00003.gguf"]], id="a part whose first one is missing"),
        pytest.param(["-00001-of-00002.gguf"], [["-00001-of-00002.gguf"]], id="nothing but a number"),
    ],
)
def test_what_is_a_model_in_a_folder(tmp_path: Path, files: Sequence[str], models: list[list[str]]) -> None:
    make(tmp_path, *files)

    assert found(tmp_path) == models


def test_a_folder_that_is_not_there_or_is_none_has_no_models(tmp_path: Path) -> None:
    make(tmp_path, "file.gguf")

    assert list(in_folder(tmp_path / "missing")) == []
    assert list(in_folder(tmp_path / "file.gguf")) == []


def test_links_are_followed_and_never_in_circles(tmp_path: Path) -> None:
    make(tmp_path, "store/m.gguf", "models/n.gguf")
    (tmp_path / "models" / "again").symlink_to(tmp_path / "models")
    (tmp_path / "models" / "more").symlink_to(tmp_path / "store")
    (tmp_path / "models" / "linked.gguf").symlink_to(tmp_path / "store" / "m.gguf")

    assert found(tmp_path / "models") == [["linked.gguf"], ["n.gguf"], ["more/m.gguf"]]


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("Some-Model.Q4_K_M.gguf", "some-model.q4_k_m"),
        ("SmolLM2 (135M) [it].GGUF", "smollm2-135m-it"),
        ("Llama-00001-of-00012.gguf", "llama"),
        ("a:b/c.gguf", "c"),
        ("mit ümlaut.gguf", "mit-mlaut"),
        ("модель.gguf", "model"),
        (".-.gguf", "model"),
        ("_x_.gguf", "_x_"),
        ("x" * 240 + ".gguf", "x" * 90),
        ("x" * 89 + "-y.gguf", "x" * 89),
    ],
)
def test_a_model_is_called_after_its_file_so_that_it_can_be_typed(file: str, name: str) -> None:
    assert next(names(Path("models", file))) == name


def test_where_a_name_is_taken_there_are_others() -> None:
    assert list(itertools.islice(names(Path("/home/Qwen 2.5", "model.gguf")), 4)) == [
        "model",
        "qwen-2.5/model",
        "model-2",
        "model-3",
    ]


@pytest.mark.parametrize(
    ("path", "together"),
    [
        ("a.gguf", ["a.gguf"]),
        ("m*-00001-of-00002.gguf", ["m*-00001-of-00002.gguf", "m*-00002-of-00002.gguf"]),
        ("[m]-00002-of-00002.gguf", ["[m]-00002-of-00002.gguf"]),
    ],
)
def test_the_parts_of_a_model_are_no_other_files(tmp_path: Path, path: str, together: list[str]) -> None:
    make(tmp_path, *together, "mm-00001-of-00002.gguf", "m*-00001-of-00003.gguf", "m-00002-of-00002.gguf", "b.gguf")

    assert sorted(file.name for file in siblings(tmp_path / path)) == sorted(together)


def test_installed_packages_bring_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    folder = install(tmp_path, "pets", "__init__.py", "weights/Dog.gguf", "cat-00002-of-00002.gguf")
    (folder / "cat-00001-of-00002.gguf").touch()  # not in the list of files: the package does not bring it

    assert [file for file in in_packages() if folder in file.path.parents] == [
        ModelFile((folder / "cat-00002-of-00002.gguf",)),
        ModelFile((folder / "weights" / "Dog.gguf",)),
    ]


@pytest.mark.parametrize("record", ["a.gguf,,not a number\n", "a,b,c,d,e\n", "\0", '"'])
def test_a_damaged_package_hides_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record: str) -> None:
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    install(tmp_path, "broken", record=record)
    folder = install(tmp_path, "whole", "m.gguf")

    assert folder / "m.gguf" in [file.path for file in in_packages()]
