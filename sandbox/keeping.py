"""Keeps the world in a folder, so that a sandbox that is opened again goes on where it stopped."""

import asyncio
import contextlib
import fcntl
import logging
import time
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import IO, ClassVar, Literal

from aiohttp import web
from aiohttp.typedefs import Handler
from pydantic import ConfigDict, TypeAdapter, ValidationError

from sandbox.commands.commands import Command
from sandbox.commands.grants import Granted
from sandbox.core import Core
from sandbox.store import Store

_log = logging.getLogger(__name__)
_FILE = "world.json"
_PAUSE = 1.0  # seconds between two writings
_SHARE = 20  # ... or so many times as long as the last one took, since a big world takes long


class KeepingError(Exception):
    """The folder cannot be used; the text is a sentence."""


@dataclass
class Saved:
    """What a file holds. `format` is another number as soon as an older sandbox could not read it."""

    __pydantic_config__: ClassVar = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    store: Store
    commands: list[Command] = field(default_factory=list)
    grants: list[Granted] = field(default_factory=list)
    format: Literal[1] = 1


@cache
def _adapter() -> TypeAdapter[Saved]:
    """Made once, because that takes longer than a writing."""
    return TypeAdapter(Saved)


def load(folder: Path) -> Saved | None:
    """None if nothing was kept there yet. Raises KeepingError."""
    path = folder / _FILE
    try:
        saved = _adapter().validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise KeepingError(f"{path} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        raise KeepingError(
            f"{path} is not a world that this sandbox can read. Move it away to begin with a new one."
        ) from error
    _join(saved.store)
    return saved


def _join(store: Store) -> None:
    """A channel is one thing, wherever it is listed."""
    for guild in store.guilds.values():
        guild.channels = {each: store.channels[each] for each in guild.channels}
    store.directs = {person: store.channels[channel.id] for person, channel in store.directs.items()}


class Keeper:
    """Writes the world soon after a request has changed it, and in the end; a reader finds a whole state at any moment.

    What happens by itself, as the end of a poll, is written with the next request, and happens again if none came.
    """

    def __init__(self, folder: Path, core: Core) -> None:
        self._path = folder / _FILE
        self._core = core
        self._changed = asyncio.Event()
        self._kept = asyncio.Event()
        self._writing: asyncio.Task[None] | None = None
        self._lock: IO[bytes] | None = None

    def open(self) -> None:
        """Raises KeepingError if the folder cannot be written to, or another sandbox writes to it."""
        self._lock = self._locked()
        self._write()
        self._kept.set()
        self._writing = asyncio.create_task(self._write_after_changes())

    async def close(self) -> None:
        if self._writing is not None:
            self._writing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._writing
            self._write()
        if self._lock is not None:
            self._lock.close()

    async def kept(self) -> None:
        """Until everything that requests have changed so far is in the file."""
        await self._kept.wait()

    @web.middleware
    async def notice(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Whatever asks for more than a look may have changed something, even if it failed."""
        try:
            return await handler(request)
        finally:
            if request.method not in ("GET", "HEAD"):
                self._kept.clear()
                self._changed.set()

    def _locked(self) -> IO[bytes]:
        """Held until it is closed, or the process ends in whatever way."""
        folder = self._path.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
            lock = (folder / "lock").open("wb")
        except OSError as error:
            raise KeepingError(f"{folder} cannot be used: {error.strerror}.") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise KeepingError(f"Another sandbox keeps its world in {folder}; end that one first.") from error
        return lock

    async def _write_after_changes(self) -> None:
        while True:
            await self._changed.wait()
            self._changed.clear()
            started = time.monotonic()
            try:
                self._write()
            except KeepingError as error:  # a full disk ends nobody's conversation
                _log.error("%s What is said now is lost when the sandbox ends.", error)
            else:
                self._kept.set()
            await asyncio.sleep(max(_PAUSE, _SHARE * (time.monotonic() - started)))

    def _write(self) -> None:
        saved = Saved(self._core.store, self._core.commands.everything(), self._core.grants.everything())
        unfinished = self._path.with_suffix(".new")
        try:
            unfinished.write_bytes(_adapter().dump_json(saved))
            unfinished.replace(self._path)
        except OSError as error:
            raise KeepingError(f"{self._path} cannot be written: {error.strerror}.") from error
