"""`tinyllm` as a person runs it: a real process in a real pseudo-terminal, and the screen that they see."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import signal
import struct
import sys
import termios
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pyte

from tests.stack import ROOT

ENTER, CTRL_C, CTRL_D, TAB, UP, ALT_ENTER = "\r", "\x03", "\x04", "\t", "\x1b[A", "\x1b\r"
PATIENCE = 30.0
"""Seconds until a test gives up waiting for something to be shown."""
_ADOPT = "import os, sys; os.close(os.open(os.ttyname(0), os.O_RDWR)); os.execv(sys.argv[1], sys.argv[1:])"
"""Makes the terminal the process's own, so that Ctrl-C and its end are signals."""


class _Emulator(pyte.HistoryScreen):
    """A screen that answers when it is asked where its cursor is."""

    answer: Callable[[str], None]

    def write_process_input(self, data: str) -> None:
        self.answer(data)


class Terminal:
    """A terminal with `tinyllm` in it."""

    def __init__(self, process: asyncio.subprocess.Process, master: int, columns: int, rows: int) -> None:
        self._process = process
        self._master: int | None = master
        self._screen = _Emulator(columns, rows, history=5000, ratio=0.5)
        self._screen.answer = self.type
        self._stream = pyte.ByteStream(self._screen)
        self._news = asyncio.Event()
        self._at_end = False
        self.raw = b""
        """All bytes that it was sent."""
        asyncio.get_running_loop().add_reader(master, self._read)

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    @property
    def lines(self) -> list[str]:
        """What can be seen and what has scrolled away, without the spaces at the ends."""
        scrolled = ["".join(line[column].data for column in sorted(line)) for line in self._screen.history.top]
        return [line.rstrip() for line in [*scrolled, *self._screen.display]]

    @property
    def text(self) -> str:
        """The same without the empty lines at the end."""
        return "\n".join(self.lines).rstrip()

    @property
    def prompt(self) -> str:
        """The line that the cursor is in."""
        return self._screen.display[self._screen.cursor.y].rstrip()

    def type(self, text: str) -> None:
        """Press keys."""
        assert self._master is not None
        os.write(self._master, text.encode())

    def say(self, text: str) -> None:
        """Type a line and send it."""
        self.type(text + ENTER)

    def paste(self, text: str) -> None:
        """As a terminal does it that marks what is pasted."""
        self.type(f"\x1b[200~{text}\x1b[201~")

    async def until(self, is_so: str | Callable[[Terminal], bool]) -> None:
        """Wait until a text can be seen, or until something is so."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not (is_so in self.text if isinstance(is_so, str) else is_so(self)):
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            raise AssertionError(f"waited in vain for {is_so!r} in:\n{self.text}") from None

    async def until_asked(self, model: str = "") -> None:
        """Wait for the prompt, empty and below everything else."""
        await self.until(
            lambda terminal: terminal.prompt.startswith(f"You ({model}") and terminal.prompt.endswith("):")
        )

    def signal(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def hang_up(self) -> None:
        """Close the window."""
        if self._master is not None:
            asyncio.get_running_loop().remove_reader(self._master)
            os.close(self._master)
            self._master = None

    async def ended(self) -> int:
        """The exit status, when the process has ended by itself."""
        async with asyncio.timeout(PATIENCE):
            status = await self._process.wait()
            while self._master is not None and not self._at_end:  # what it wrote last
                self._news.clear()
                await self._news.wait()
        return status

    async def kill(self) -> None:
        if self._process.returncode is None:
            self._process.kill()
        await self._process.wait()

    def _read(self) -> None:
        assert self._master is not None
        try:
            data = os.read(self._master, 65536)
        except OSError:  # the process has ended
            data = b""
        if not data:
            self._at_end = True
            asyncio.get_running_loop().remove_reader(self._master)
        self.raw += data
        self._stream.feed(data)
        self._news.set()


def told_before(*lines: str) -> tuple[str, ...]:
    """`tinyllm` in a process that is told something first."""
    return (sys.executable, "-c", "\n".join([*lines, "from tinyllm.cli import main", "main()"]))


def environment(home: Path, models: str, **more: str) -> dict[str, str]:
    """What the process is told; `models` is where the model server is."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "COVERAGE_PROCESS_START") if name in os.environ}
    told = {"PYTHONPATH": str(ROOT), "TINYLLM_HOME": str(home), "OLLAMA_HOST": models}
    return {**kept, "LANG": "C.UTF-8", "TERM": "xterm-256color", **told, **more}


@asynccontextmanager
async def terminal(
    *arguments: str,
    home: Path,
    models: str,
    columns: int = 80,
    rows: int = 24,
    program: Sequence[str] = (sys.executable, "-m", "tinyllm"),
    **more: str,
) -> AsyncIterator[Terminal]:
    """`tinyllm` with arguments in a terminal of its own; `more` are variables of its environment."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    command = [sys.executable, "-c", _ADOPT, *program, *arguments]
    streams: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), slave)
    process = await asyncio.create_subprocess_exec(
        *command, cwd=home, env=environment(home, models, **more), start_new_session=True, **streams
    )
    os.close(slave)
    opened = Terminal(process, master, columns, rows)
    try:
        yield opened
    finally:
        await opened.kill()
        opened.hang_up()


async def piped(
    *arguments: str,
    home: Path,
    models: str,
    question: bytes = b"",
    program: Sequence[str] = (sys.executable, "-m", "tinyllm"),
    **more: str,
) -> tuple[int, bytes, str]:
    """`tinyllm` with arguments in a pipe; returns its exit status, stdout and stderr."""
    pipes: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), asyncio.subprocess.PIPE)
    process = await asyncio.create_subprocess_exec(
        *program, *arguments, cwd=home, env=environment(home, models, **more), **pipes
    )
    async with asyncio.timeout(PATIENCE * 2):
        out, err = await process.communicate(question)
    return process.returncode or 0, out, err.decode()
