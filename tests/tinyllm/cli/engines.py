"""Models for a `tinyllm` that runs somewhere, the engine processes that it has, and whether they are gone."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from tests.cast import write_cast
from tinyllm.serve.engine import PROGRAM

PATIENCE = 30.0
"""Seconds until a test gives up waiting for processes to end."""


def cast_in(folder: Path, *names: str) -> Path:
    """A new folder with models that recite."""
    folder.mkdir()
    write_cast(folder, *names)
    return folder


def engines(pid: int) -> list[int]:
    """Those that a process has started."""
    return [child for child in _children(pid) if PROGRAM.encode() in _command(child)]


def _children(pid: int) -> list[int]:
    return [
        int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()
    ]


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


@asynccontextmanager
async def ending(pid: int, count: int = 1) -> AsyncIterator[None]:
    """At the end of the block so many engines that a process has at its beginning have ended, or do so at once."""
    there = engines(pid)
    assert len(there) == count
    handles = [os.pidfd_open(engine) for engine in there]
    yield
    try:
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*map(_readable, handles))
    finally:
        for handle in handles:
            os.close(handle)


async def _readable(handle: int) -> None:
    """A handle of a process can be read once the process has ended."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(handle, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(handle)
