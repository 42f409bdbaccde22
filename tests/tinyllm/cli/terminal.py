"""A program in a real pseudo-terminal, with a screen to read and keys to press."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import struct
import sys
import termios
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pyte

from tests.stack import ROOT

PATIENCE = 15.0
"""Seconds that a program gets to show something; starting one takes half a second on a quiet machine."""
CTRL_C, CTRL_D, ENTER, TAB, ESCAPE = "\x03", "\x04", "\r", "\t", "\x1b"
UP, DOWN = "\x1b[A", "\x1b[B"


class Terminal:
    """What a person at a terminal sees, and can type."""

    def __init__(self, process: asyncio.subprocess.Process, master: int, columns: int, rows: int) -> None:
        self._process = process
        self._master = master
        self._screen = pyte.HistoryScreen(columns, rows, history=10_000, ratio=1)
        self._stream = pyte.ByteStream(self._screen)
        self._changed = asyncio.Event()
        self.raw = bytearray()
        """Every byte that the program has written."""
        asyncio.get_running_loop().add_reader(master, self._read)

    @property
    def lines(self) -> list[str]:
        """The lines of the screen, without the empty ones below."""
        return "\n".join(line.rstrip() for line in self._screen.display).rstrip().split("\n")

    @property
    def text(self) -> str:
        """Everything that was shown: what has scrolled away, then the screen."""
        above = [
            "".join(row[column].data for column in range(self._screen.columns)) for row in self._screen.history.top
        ]
        return "\n".join([*(line.rstrip() for line in above), *self.lines])

    @property
    def cursor(self) -> tuple[int, int]:
        """Row and column, from 0."""
        return self._screen.cursor.y, self._screen.cursor.x

    def style(self, row: int, column: int) -> tuple[str, bool]:
        """Colour of the text at a place of the screen, and whether it is bold."""
        character = self._screen.buffer[row][column]
        return character.fg, character.bold

    def press(self, keys: str) -> None:
        """Type; the terminal itself turns Ctrl-C into a signal, unless the program reads keys by itself."""
        os.write(self._master, keys.encode())

    def resize(self, columns: int, rows: int) -> None:
        """As when somebody drags the window's corner."""
        _set_size(self._master, columns, rows)
        self._screen.resize(rows, columns)

    async def until(self, is_so: Callable[[Terminal], object], timeout: float = PATIENCE) -> None:
        """Wait until it is so, looking again whenever something is shown. Raises TimeoutError with the screen."""
        try:
            async with asyncio.timeout(timeout):
                while not is_so(self):
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError as error:
            raise TimeoutError(f"not so within {timeout} s; the terminal shows:\n{self.text}") from error

    async def shows(self, text: str, timeout: float = PATIENCE) -> None:
        """Wait until the text is to be read."""
        await self.until(lambda terminal: text in terminal.text, timeout)

    async def ended(self, timeout: float = PATIENCE) -> int:
        """Wait until the program ends by itself; its exit status, negative for a signal."""
        try:
            async with asyncio.timeout(timeout):
                status = await self._process.wait()
        except TimeoutError as error:
            raise TimeoutError(f"did not end within {timeout} s; the terminal shows:\n{self.text}") from error
        while self._read():
            pass  # what was written last
        return status

    async def close(self) -> None:
        """End the program, if it still runs."""
        asyncio.get_running_loop().remove_reader(self._master)
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        os.close(self._master)

    def _read(self) -> bool:
        """Show what was written; False where there is nothing."""
        try:
            written = os.read(self._master, 65_536)
        except BlockingIOError:
            return False
        except OSError:  # Linux says so when nobody has the other end any more
            written = b""
        if not written:
            asyncio.get_running_loop().remove_reader(self._master)
            self._changed.set()
            return False
        self.raw += written
        self._stream.feed(written)
        self._changed.set()
        return True


@asynccontextmanager
async def terminal(
    *arguments: str, environment: Mapping[str, str], folder: Path, columns: int = 100, rows: int = 30
) -> AsyncIterator[Terminal]:
    """`python -m tinyllm` with these arguments, started in `folder`; it gets this environment and the usual."""
    master, slave = pty.openpty()
    os.set_blocking(master, False)
    _set_size(master, columns, rows)
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "COVERAGE_PROCESS_START") if name in os.environ}
    usual = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "PYTHONPATH": str(ROOT)}
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tinyllm",
            *arguments,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=folder,
            env={**kept, **usual, **environment},
            start_new_session=True,
            preexec_fn=_control,
        )
    except BaseException:
        os.close(master)
        raise
    finally:
        os.close(slave)
    opened = Terminal(process, master, columns, rows)
    try:
        yield opened
    finally:
        await opened.close()


def _control() -> None:
    """Make the terminal the one that sends Ctrl-C to this process."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _set_size(descriptor: int, columns: int, rows: int) -> None:
    fcntl.ioctl(descriptor, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
