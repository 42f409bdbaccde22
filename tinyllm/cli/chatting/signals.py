"""The terminal itself: its keys while nobody asks for them, its signals, and its end."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress


@contextmanager
def typing_ahead() -> Iterator[None]:
    """Keep what is typed while nobody asks for it, unseen, until somebody does; Ctrl-C is a signal all the while."""
    try:
        import termios
    except ImportError:  # Windows
        yield
        return
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    quiet = termios.tcgetattr(terminal)
    quiet[0] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR)
    # Ctrl-C must not throw away what is on its way to the screen.
    quiet[3] = (quiet[3] & ~(termios.ECHO | termios.ICANON)) | termios.ISIG | termios.NOFLSH
    quiet[6][termios.VMIN], quiet[6][termios.VTIME] = 1, 0
    quiet[6][termios.VSUSP] = b"\x00"
    termios.tcsetattr(terminal, termios.TCSADRAIN, quiet)
    try:
        yield
    finally:
        with suppress(termios.error):  # the terminal may be gone
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)


@contextmanager
def answered_signals(answers: Mapping[str, Callable[[], object]]) -> Iterator[None]:
    """Call something in the event loop for each of these signals, as far as the system has them."""
    loop = asyncio.get_running_loop()
    before = {}
    for name, answer in answers.items():
        number = getattr(signal, name, None)
        if number is None or signal.getsignal(number) is signal.SIG_IGN:  # nohup means it
            continue
        # Not loop.add_signal_handler, which Windows does not have.
        before[number] = signal.signal(number, lambda *_, answer=answer: loop.call_soon_threadsafe(answer))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def lose_terminal() -> None:
    """Let what is still written go nowhere, after the terminal has gone."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (sys.stdout, sys.stderr):
        os.dup2(nowhere, stream.fileno())
