"""Completion of what is typed after a slash."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document


class SlashCompleter(Completer):
    """Completes commands, and models where a command takes one. From memory alone."""

    def __init__(
        self, commands: Mapping[str, str], models: Callable[[], Mapping[str, str]], takes_model: Iterable[str]
    ) -> None:
        """`commands` and `models` give what can be typed, each with what it means."""
        self._commands = commands
        self._models = models
        self._takes_model = tuple(takes_model)

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterable[Completion]:
        typed = document.text
        if not typed.startswith("/") or not document.is_cursor_at_the_end:
            return
        command, space, begun = typed.partition(" ")
        if space and command not in self._takes_model:
            return
        candidates, wanted = (self._models(), begun.lstrip()) if space else (self._commands, command)
        for name, meaning in candidates.items():
            if name.casefold().startswith(wanted.casefold()):
                text = f"{name} " if name in self._takes_model else name
                yield Completion(text, start_position=-len(wanted), display=name, display_meta=meaning)
