"""What a person types: the line that is edited, and the history of such lines."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.application import get_app
from prompt_toolkit.completion import Completer
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import StyleAndTextTuples
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import Output
from prompt_toolkit.styles import Style

_STYLE = Style.from_dict({"you": "bold ansicyan", "bottom-toolbar": "noreverse ansibrightblack"})


class Keyboard:
    """Asks for one line, or for several that were pasted together or joined by Alt+Enter."""

    def __init__(
        self,
        completer: Completer,
        history: History,
        toolbar: Callable[[], str],
        *,
        source: Input | None = None,
        output: Output | None = None,
    ) -> None:
        """`toolbar` makes the line below; `source` and `output` are the terminal's unless told otherwise."""
        self._session: PromptSession[str] = PromptSession(
            completer=completer,
            complete_while_typing=Condition(lambda: get_app().current_buffer.text.startswith("/")),
            history=history,
            bottom_toolbar=toolbar,
            key_bindings=_bindings(),
            style=_STYLE,
            input=source,
            output=output,
        )

    async def line(self, question: str) -> str:
        """What is typed after `question`. Raises EOFError at the end of the input."""
        message: StyleAndTextTuples = [("class:you", f"{question}: ")]
        return await self._session.prompt_async(message)

    def refresh(self) -> None:
        """Draw the toolbar again, if it can be seen."""
        self._session.app.invalidate()


def _bindings() -> KeyBindings:
    bindings = KeyBindings()

    @bindings.add("c-c")
    @bindings.add("<sigint>")
    def empty(event: KeyPressEvent) -> None:
        event.current_buffer.reset()

    @bindings.add("escape", "enter")
    def new_line(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return bindings


def kept_history(file: Path) -> History:
    """The history in a file that only its owner can read; one that ends with the process where that cannot be."""
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
        file.chmod(0o600)
    except OSError:
        return InMemoryHistory()
    return _KeptHistory(str(file))


class _KeptHistory(FileHistory):
    def store_string(self, string: str) -> None:
        try:
            super().store_string(string)
        except OSError:
            return  # a full disk must not end the conversation; what was typed stays known in this process
