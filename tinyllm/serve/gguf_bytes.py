"""The bytes of a GGUF file from the front on, read so that nothing that a broken one claims costs memory or time."""

from __future__ import annotations

import struct
from typing import Any, BinaryIO

from tinyllm.errors import TinyLLMError

_WINDOW = 1024 * 1024
_MOST_TEXT = 16 * 1024 * 1024
"""Bytes of all texts that are kept; chat templates, licenses and the names of tensors are far below that."""
_MOST_STEPS = 4 * 1024 * 1024
"""Texts that are left out one by one; the largest vocabularies and their merges have some 700,000."""
_READING = 16
"""Steps that it takes to read an element of a list, and not to leave it out."""
_LENGTH = struct.Struct("<Q")


class BrokenGgufError(TinyLLMError):
    """A file is not a whole GGUF; str() says in a sentence what is wrong with it."""


class GgufBytes:
    """Reads a file forward through a window. Every method raises BrokenGgufError where the file ends too early."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self.size = size
        self.at = 0
        """Where in the file the next byte lies."""
        self._file = file
        self._window, self._start = b"", 0
        self._text_left, self._steps_left = _MOST_TEXT, _MOST_STEPS

    def skip(self, count: int) -> None:
        """Leaves `count` bytes out."""
        self._check(count)
        self.at += count

    def take(self, count: int) -> bytes:
        """The next `count` bytes."""
        self._show(count)
        begin = self.at - self._start
        self.at += count
        return self._window[begin : begin + count]

    def number(self, form: struct.Struct) -> Any:
        """The next number, as `form` unpacks it."""
        return form.unpack(self.take(form.size))[0]

    def text(self) -> str:
        """The next text, which its length precedes. Raises BrokenGgufError for what is no UTF-8, or is too much."""
        length = self.number(_LENGTH)
        self._text_left -= length
        if self._text_left < 0:
            raise BrokenGgufError(f"It is damaged: one of its texts would have {length:,} bytes.")
        try:
            return self.take(length).decode()
        except UnicodeDecodeError as error:
            raise BrokenGgufError("It is damaged: one of its texts is no UTF-8.") from error

    def skip_texts(self, count: int) -> None:
        """Leaves `count` texts out. This walks through whole vocabularies: the loop does nothing that it need not."""
        self._spend(count)
        length_at = _LENGTH.unpack_from
        while count:
            self._show(_LENGTH.size)
            window, at = self._window, self.at - self._start
            last = len(window) - _LENGTH.size
            while count and at <= last:
                at += _LENGTH.size + length_at(window, at)[0]
                count -= 1
            self.skip(self._start + at - self.at)

    def will_read(self, count: int) -> None:
        """Announces a list of which `count` elements will be read. Raises BrokenGgufError where that is too much."""
        self._spend(count * _READING)

    def _spend(self, steps: int) -> None:
        self._steps_left -= steps
        if self._steps_left < 0:
            raise BrokenGgufError("It is damaged: its lists would have too many elements.")

    def _show(self, count: int) -> None:
        """Moves the window, where it must, so that the next `count` bytes lie in it."""
        self._check(count)
        if self.at + count > self._start + len(self._window):
            self._file.seek(self.at)
            self._window, self._start = self._file.read(min(max(count, _WINDOW), self.size - self.at)), self.at
            if len(self._window) < count:
                raise BrokenGgufError("It became shorter while it was read.")

    def _check(self, count: int) -> None:
        if count > self.size - self.at:
            raise BrokenGgufError(f"It ends too early: {self.size:,} bytes are there, and its header is longer.")
