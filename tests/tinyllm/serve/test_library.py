"""Which models there are, against real files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

import tinyllm.serve.library
from tests.tinyllm.serve.ggufs import TEXT, U16, U64, fact, gguf, put, smollm2, tensor, text, u64
from tests.tinyllm.serve.packages import install
from tinyllm.serve.catalogue import CATALOGUE, KnownModel, Variant
from tinyllm.serve.gguf import GgufHeader, read_header
from tinyllm.serve.library import Library, Model, Origin
from tinyllm.serve.recipes import Recipe
from tinyllm.serve.refusals import RefusalError

LLAMA = fact("general.architecture", TEXT, text("llama"))
MODEL = gguf(LLAMA, fact("llama.context_length", U64, u64(4096)), tensors=[tensor("t", [4])], data=bytes(16))
AS_ROOT = pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")


def part(number: int, count: int) -> bytes:
    """One of the files of a split model."""
    split = [
        fact(f"split.{name}", U16, value.to_bytes(2, "little"))
        for name, value in (("no", number), ("count", count), ("tensors.count", count))
    ]
    return gguf(LLAMA, *split, tensors=[tensor(f"t{number}", [4])], data=bytes(16))


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "models"


@pytest.fixture
def library(own: Path) -> Library:
    return Library(own, packages=False)


async def listed(library: Library) -> dict[str, Model]:
    return {model.name: model for model in await library.models()}


async def refused(work: Callable[[], Awaitable[object]]) -> tuple[int, str]:
    """The status and the sentence with which something is refused."""
    with pytest.raises(RefusalError) as refusal:
        await work()
    return refusal.value.status, str(refusal.value)


async def test_a_folder_that_is_not_there_has_no_models_and_one_that_comes_has(
    library: Library, own: Path, tmp_path: Path
) -> None:
    assert await library.models() == []
    put(own / "m.gguf", MODEL)
    assert list(await listed(library)) == ["m:latest"]
    shutil.move(own, tmp_path / "elsewhere")
    assert await library.models() == []


async def test_a_model_is_told_of(library: Library, own: Path) -> None:
    path = put(own / "sub" / "Some-Model.Q4_K_M.gguf", MODEL)
    os.utime(path, ns=(0, 1_700_000_000_500_000_000))
    (model,) = await library.models()

    assert (model.name, model.origin, model.path) == ("some-model.q4_k_m:latest", Origin.OWN, path)
    assert (model.size, model.modified_at, model.problem) == (len(MODEL), 1_700_000_000.5, None)
    assert model.facts is not None
    assert model.facts.context_length == 4096
    assert (len(model.digest), model.parent, model.system, model.parameters) == (64, "", "", {})


@pytest.mark.parametrize("asked", ["M", "m", "m:latest", "M:LATEST", " m "])
async def test_a_model_is_found_as_ollama_finds_it(library: Library, own: Path, asked: str) -> None:
    put(own / "m.gguf", MODEL)

    assert (await library.find(asked)).name == "m:latest"


async def test_what_is_not_there_is_not_found(library: Library) -> None:
    assert await refused(lambda: library.find("nope:7b")) == (404, "model 'nope:7b' not found")
    assert await refused(lambda: library.usable("nope:7b")) == (404, "model 'nope:7b' not found")


async def test_files_of_one_name_are_models_of_several(own: Path, tmp_path: Path) -> None:
    one = put(own / "model.gguf", MODEL)
    two = put(own / "qwen" / "model.gguf", MODEL)
    three = put(tmp_path / "other" / "qwen" / "Model.GGUF", MODEL)
    named = await listed(Library(own, [tmp_path / "other"], packages=False))

    assert {name: model.path for name, model in named.items()} == {
        "model:latest": one,
        "qwen/model:latest": two,
        "model-2:latest": three,
    }
    assert [model.origin for model in named.values() if model.path == three] == [Origin.FOLDER]


async def test_a_file_that_is_reached_in_two_ways_is_one_model(own: Path, tmp_path: Path) -> None:
    put(own / "sub" / "m.gguf", MODEL)
    (tmp_path / "link").symlink_to(own)

    for folders in ([own / "sub"], [own], [tmp_path / "link"], [own.parent]):
        assert list(await listed(Library(own, folders, packages=False))) == ["m:latest"]


async def test_a_link_gives_a_model_another_name_and_one_to_nothing_none(library: Library, own: Path) -> None:
    put(own / "big-model.q4.gguf", MODEL)
    (own / "big.gguf").symlink_to("big-model.q4.gguf")
    (own / "gone.gguf").symlink_to("nothing")
    (own / "loop.gguf").symlink_to("loop.gguf")

    assert sorted(await listed(library)) == ["big-model.q4:latest", "big:latest"]


@pytest.mark.parametrize(
    ("architecture", "told"),
    [
        pytest.param("clip", "", id="a projector"),
        pytest.param("llama", "adapter", id="an adapter"),
        pytest.param("llama", "imatrix", id="statistics for quantizing"),
    ],
)
async def test_what_only_goes_with_a_model_is_none(library: Library, own: Path, architecture: str, told: str) -> None:
    facts = [fact("general.architecture", TEXT, text(architecture)), fact("general.type", TEXT, text(told))]
    put(own / "m.gguf", MODEL)
    put(own / "with.gguf", gguf(*facts))

    assert list(await listed(library)) == ["m:latest"]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "empty"),
        (b"GGML" + bytes(100), "no GGUF"),
        (MODEL[:-1], "ends too early"),
        (b"<!DOCTYPE html>" * 9, "no GGUF"),
    ],
    ids=["empty", "another format", "cut", "a page"],
)
async def test_a_broken_file_is_listed_with_its_problem_and_takes_no_other_along(
    library: Library, own: Path, content: bytes, problem: str
) -> None:
    put(own / "good.gguf", MODEL)
    put(own / "bad.gguf", content)
    models = await listed(library)

    assert models["good:latest"].problem is None
    assert problem in str(models["bad:latest"].problem)
    assert (models["bad:latest"].size, models["bad:latest"].facts) == (len(content), None)
    status, sentence = await refused(lambda: library.usable("bad"))
    assert (status, sentence) == (500, f"bad:latest cannot be used: {models['bad:latest'].problem}")


async def test_a_pipe_that_is_called_like_a_model_is_listed_as_none(library: Library, own: Path) -> None:
    os.mkfifo(put(own / "m.gguf", MODEL).with_name("pipe.gguf"))

    assert (await library.find("pipe")).problem == "It is no regular file."


@AS_ROOT
async def test_what_may_not_be_read_is_told(library: Library, own: Path) -> None:
    put(own / "secret.gguf", MODEL).chmod(0)
    put(own / "closed" / "m.gguf", MODEL)
    (own / "closed").chmod(0)
    models = await listed(library)
    (own / "closed").chmod(0o700)

    assert {name: model.problem for name, model in models.items()} == {
        "secret:latest": "It cannot be read (Permission denied)."
    }


async def test_a_file_that_is_being_copied_in_is_broken_until_it_is_whole(library: Library, own: Path) -> None:
    path = put(own / "m.gguf", MODEL[:40])
    assert (await library.find("m")).facts is None
    with path.open("ab") as file:
        file.write(MODEL[40:])
    assert (await library.usable("m")).problem is None


async def test_a_model_in_parts_is_broken_until_all_are_there_and_goes_as_one(library: Library, own: Path) -> None:
    first = put(own / "m-00001-of-00002.gguf", part(0, 2))
    assert "Part 2 of 2" in str((await library.find("m")).problem)
    second = put(own / "m-00002-of-00002.gguf", part(1, 2))
    model = await library.usable("m")
    assert (model.path, model.size) == (first, len(part(0, 2)) + len(part(1, 2)))
    assert model.facts is not None

    other = put(own / "mm-00001-of-00002.gguf", part(0, 2))
    await library.delete("m")
    assert [path.exists() for path in (first, second, other)] == [False, False, True]


async def test_a_part_without_the_first_one_is_listed(library: Library, own: Path) -> None:
    put(own / "m-00002-of-00002.gguf", part(1, 2))

    assert "part 2 of 2" in str((await library.find("m")).problem)


async def test_headers_are_read_once_and_again_when_the_file_changes(
    library: Library, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def counted(path: Path) -> GgufHeader:
        read.append(path.name)
        return read_header(path)

    monkeypatch.setattr(tinyllm.serve.library, "read_header", counted)
    for number in range(300):
        put(own / f"{number}.gguf", MODEL)
    put(own / "bad.gguf", b"bad")
    for _ in range(3):
        assert len(await library.models()) == 301
    await library.find("17")
    assert len(read) == 301

    os.utime(own / "17.gguf", (0, 0))
    put(own / "bad.gguf", b"worse")
    await library.models()
    assert sorted(read[301:]) == ["17.gguf", "bad.gguf"]


async def test_the_digest_changes_with_the_model(library: Library, own: Path) -> None:
    path = put(own / "m.gguf", MODEL)
    before = (await library.find("m")).digest
    assert (await library.find("m")).digest == before
    os.utime(path, (1, 1))
    assert (await library.find("m")).digest != before


# Packages and the catalogue


async def test_models_of_installed_packages_are_there_and_stay(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    library = Library(own, catalogue=())
    before = await listed(library)
    monkeypatch.syspath_prepend(tmp_path)
    put(install(tmp_path, "pets", "dog.gguf") / "dog.gguf", MODEL)
    assert await listed(library) == before  # packages are looked for once
    library.look_for_packages()

    assert set(await listed(library)) - set(before) == {"dog:latest"}
    assert (await library.find("dog")).origin is Origin.PACKAGE
    assert await refused(lambda: library.delete("dog")) == (
        400,
        "dog:latest cannot be deleted here: it comes with an installed package",
    )
    quiet = Library(own, packages=False)
    quiet.look_for_packages()
    assert await quiet.models() == []


async def test_the_embedded_model_is_known_by_its_file(own: Path) -> None:
    put(own / smollm2().name, MODEL).unlink()
    (own / smollm2().name).symlink_to(smollm2())
    models = await listed(Library(own))

    known = CATALOGUE[0]
    assert set(models) == {"smollm2:135m", "smollm2:brief"}  # and not a second time from the package
    assert (models["smollm2:135m"].system, models["smollm2:135m"].parameters) == (known.system, known.parameters)
    assert models["smollm2:135m"].origin is Origin.OWN
    brief = models["smollm2:brief"]
    assert (brief.origin, brief.parent, brief.path) == (Origin.CATALOGUE, "smollm2:135m", own / smollm2().name)
    assert brief.parameters["num_predict"] == 60
    assert "one short sentence" in brief.system
    assert brief.digest != models["smollm2:135m"].digest


def known(content: bytes = MODEL) -> KnownModel:
    """A model that the catalogue knows."""
    short = Variant("known:short", "Be short.", {"num_predict": 5})
    return KnownModel("known:1b", "", "", "Known.gguf", len(content), "", 0, "You know.", {"seed": 1}, (short,))


async def test_a_file_of_another_size_is_not_the_known_one(own: Path) -> None:
    put(own / "Known.gguf", MODEL + b"x")

    assert list(await listed(Library(own, packages=False, catalogue=[known()]))) == ["known:latest"]


async def test_what_the_server_makes_itself_is_deleted_with_its_file_alone(own: Path) -> None:
    put(own / "Known.gguf", MODEL)
    library = Library(own, packages=False, catalogue=[known()])
    assert await refused(lambda: library.delete("known:short")) == (
        400,
        "known:short cannot be deleted here: it is made from known:1b by the server itself",
    )
    assert await refused(lambda: library.create("known:short", Recipe("known:1b"))) == (
        400,
        "known:short is made from known:1b by the server itself; choose another name",
    )
    await library.delete("known:1b")
    assert await library.models() == []


async def test_a_broken_known_file_is_broken_under_its_name_and_so_is_what_is_made_from_it(own: Path) -> None:
    put(own / "Known.gguf", b"x" * 20)
    models = await listed(Library(own, packages=False, catalogue=[known(b"x" * 20)]))

    assert all(model.problem for model in models.values())
    assert set(models) == {"known:1b", "known:short"}


# What is made from others


async def test_a_model_is_made_from_another_one(library: Library, own: Path) -> None:
    path = put(own / "m.gguf", MODEL)
    made = await library.create("Rhymes", Recipe("M", "Rhyme.", {"temperature": 0.5}, ({"role": "user"},), "mine"))

    assert (made.name, made.origin, made.parent, made.path) == ("Rhymes:latest", Origin.DERIVED, "m:latest", path)
    assert (made.system, made.parameters, made.license) == ("Rhyme.", {"temperature": 0.5}, "mine")
    assert made.messages == ({"role": "user", "content": ""},)
    assert (made.size, made.facts) == (len(MODEL), (await library.find("m")).facts)
    assert made.digest != (await library.find("m")).digest


async def test_one_that_is_made_from_a_made_one_runs_the_same_file_and_says_what_is_new(own: Path) -> None:
    put(own / "Known.gguf", MODEL)
    library = Library(own, packages=False, catalogue=[known()])
    await library.create("a", Recipe("known:short", parameters={"top_k": 3}))
    await library.create("b", Recipe("a", "Be long.", {"top_k": 4, "num_predict": 9}, ({"role": "user"},)))
    await library.create("c", Recipe("b"))
    await library.delete("a")
    a_copy = await library.usable("c")

    assert (a_copy.parent, a_copy.system, len(a_copy.messages)) == ("known:1b", "Be long.", 1)
    assert a_copy.parameters == {"num_predict": 9, "top_k": 4}
    assert await refused(lambda: library.delete("known:1b")) == (
        400,
        "b:latest, c:latest is made from known:1b; delete that first",
    )


async def test_what_was_made_is_there_after_a_restart_and_can_be_made_anew(library: Library, own: Path) -> None:
    put(own / "m.gguf", MODEL)
    await library.create("x", Recipe("m", "One."))
    await library.create("X:latest", Recipe("m", "Two."))
    models = await listed(Library(own, packages=False))

    assert sorted(models) == ["X:latest", "m:latest"]
    assert models["X:latest"].system == "Two."


async def test_a_model_is_never_made_in_the_place_of_a_file(library: Library, own: Path) -> None:
    put(own / "m.gguf", MODEL)
    put(own / "n.gguf", MODEL)

    assert await refused(lambda: library.create("M", Recipe("n"))) == (
        400,
        f"m:latest is a file in {own}; choose another name",
    )


@pytest.mark.parametrize("parent", ["nothing", "bad"])
async def test_nothing_is_made_from_what_is_not_there_or_broken(library: Library, own: Path, parent: str) -> None:
    put(own / "bad.gguf", b"")
    status, _ = await refused(lambda: library.create("x", Recipe(parent)))

    assert status == {"nothing": 404, "bad": 500}[parent]
    assert sorted(await listed(library)) == ["bad:latest"]


async def test_what_lost_its_file_is_listed_and_can_be_deleted(library: Library, own: Path) -> None:
    path = put(own / "m.gguf", MODEL)
    await library.create("x", Recipe("m"))
    path.unlink()
    assert (await library.find("x")).problem == "It is made from m:latest, which is not there or is broken."
    put(path, MODEL)
    assert (await library.usable("x")).path == path
    put(path, b"")
    assert (await refused(lambda: library.usable("x")))[0] == 500

    await library.delete("x")
    await library.delete("m")
    assert await library.models() == []


async def test_a_file_in_a_folder_that_was_given_stays(own: Path, tmp_path: Path) -> None:
    path = put(tmp_path / "given" / "m.gguf", MODEL)
    library = Library(own, [path.parent], packages=False)

    assert await refused(lambda: library.delete("m")) == (
        400,
        f"m:latest cannot be deleted here: it is a file in {path.parent}",
    )
    assert path.exists()
