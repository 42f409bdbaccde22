"""The end of the terminal's screen: lines that stay, and below them a few that are drawn again and again."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rich.console import Console
from rich.segment import ControlType, Segment, Segments
from rich.style import Style
from rich.text import Text

from tinyllm.cli.chatting.rendering import Line
from tinyllm.cli.output import inert

DIM = Style(dim=True)
WARNING = Style(color="yellow")


class Screen:
    """Draws on one console. What is `kept` scrolls away and is never touched again; the live lines are."""

    def __init__(self, console: Console, lost: Callable[[], None] = lambda: None) -> None:
        """`lost` is called when the terminal has gone away."""
        self.console = console
        self._lost = lost
        self._live: list[Line] = []
        """The lines that are live now,"""
        self._width = 0
        """and how wide the screen was when they were drawn."""

    @property
    def room(self) -> int:
        """Most lines that can be live: those further up could not be reached again."""
        return 0 if self.console.is_dumb_terminal else max(self.console.height - 1, 1)

    def show(self, kept: Iterable[Line] = (), live: Iterable[Line] = ()) -> None:
        """Print lines for good in the place of the live ones, and the new live ones below them."""
        staying, moving = list(kept), list(live)[-self.room :] if self.room else []
        lines = [*staying, *moving]
        if not (lines or self._live):
            return
        same = self._unchanged(lines)
        segments = [self._erasing(same)]
        for number, line in enumerate(lines[same:], same + 1):
            segments += line
            if number < len(lines) or not moving:
                segments.append(Segment.line())
        self._live, self._width = moving, self.console.width
        try:
            self.console.print(Segments(segments), end="", crop=False)
        except OSError:
            self._lost()

    def say(self, text: str = "", style: Style | None = None) -> None:
        """Print a text for good, wrapped between words; nothing in it has an effect on the terminal."""
        rendered = Text(inert(text), style=style or "")
        self.show(self.console.render_lines(rendered, self.console.options.update(height=None), pad=False))

    def status(self, text: str) -> None:
        """Show one live line; none for the empty text."""
        line = Text(inert(text), style=DIM, no_wrap=True, overflow="ellipsis")
        self.show(live=self.console.render_lines(line, pad=False) if text else ())

    def _unchanged(self, lines: list[Line]) -> int:
        """How many of the live lines need no drawing; never all, so that the cursor is in the last one."""
        if self.console.width != self._width:
            return 0
        most = min(len(self._live), len(lines)) - 1
        pairs = enumerate(zip(self._live, lines, strict=False))
        return next((number for number, (old, new) in pairs if old != new or number >= most), 0)

    def _erasing(self, same: int) -> Segment:
        """Goes to the first live line that is not the same, and erases all from there.

        After the window was made narrower, a line takes as many rows as the terminal has folded it into.
        """
        if not self._live:
            return Segment("")
        width = max(self.console.width, 1)
        up = sum(max(-(-Segment.get_line_length(line) // width), 1) for line in self._live[same:]) - 1
        move = f"\x1b[{up}A" if up else ""
        return Segment(f"\r{move}\x1b[J", None, [(ControlType.CARRIAGE_RETURN,)])
