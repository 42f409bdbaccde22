"""A chat at the terminal: questions and commands, one after the other."""

from __future__ import annotations

import asyncio
import shlex
from collections.abc import Awaitable, Coroutine
from contextlib import aclosing
from typing import Any, TypeVar

from rich.style import Style

from tinyllm.answers import is_blank
from tinyllm.cli.chatting.drawing import Status, draw
from tinyllm.cli.chatting.keeping import Keeper
from tinyllm.cli.chatting.keyboard import Keyboard
from tinyllm.cli.chatting.place import IDENTITY, Place, said
from tinyllm.cli.chatting.screen import DIM, WARNING, Screen
from tinyllm.cli.chatting.slash import WORDS, run_command
from tinyllm.cli.chatting.words import follows, footer
from tinyllm.cli.facts import counted
from tinyllm.cli.output import shown
from tinyllm.cli.running import clean
from tinyllm.core import Core
from tinyllm.errors import BackendError, TinyLLMError, shortened
from tinyllm.events import Ended, Outcome, Switched
from tinyllm.halt import Halt, Halted
from tinyllm.models.capabilities import ModelCapabilities
from tinyllm.models.remarks import remark
from tinyllm.scopes import Scope

T = TypeVar("T")

_BANNER = (
    "Commands:",
    "  • /model <name> - Switch models",
    "  • /models - List available models",
    "  • /help - Show all commands",
    "  • Type 'quit' or 'exit' to leave",
    "  • Type 'clear' to clear history",
)
_BOLD = Style(bold=True)


class Session:
    """One chat, from the greeting to the end."""

    def __init__(self, core: Core, screen: Screen, name: str | None) -> None:
        """`name` is that of the conversation; one without it gets one when something is said."""
        self.core = core
        self.current: str | None = None
        """The model that answers, as far as that is known."""
        self._screen = screen
        self._place = Place(core, name)
        self._is_new = name is None
        self._keeper = Keeper(core, self._refresh)
        self._keyboard: Keyboard | None = None
        self._turns = 0
        self._last: Ended | None = None
        self._leaving = Halt()
        self._halt: Halt | None = None
        """Ends what is being done."""
        self._jobs: set[asyncio.Task[None]] = set()

    @property
    def scope(self) -> Scope:
        """The conversation's."""
        return self._place.scope

    # The course of things

    async def run(self, keyboard: Keyboard, model: str | None) -> bool:
        """Greet, and converse until somebody leaves; False where it was stopped before it began.

        Raises ModelError where `model` cannot be used.
        """
        self._keyboard = keyboard
        self._halt = Halt()
        try:
            switched = await self._halt.wait(self._start(model))
        except Halted:
            return self._leaving.requested
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            self._begin(self._keeper.run())
            for warning in switched.warnings if switched else ():
                self.say(f"⚠ {warning}", WARNING)
            if self.current and (current := self.core.registry.get_model(self.current)):
                self.warm_up(current)
            try:
                await self._converse(keyboard)
            finally:
                for job in self._jobs:
                    job.cancel()
        self._farewell()
        return True

    def leave(self) -> None:
        """Ask no more."""
        self._leaving.request()

    def interrupt(self) -> None:
        """Stop what is being done."""
        if self._halt is not None:
            self._halt.request()

    def end(self) -> None:
        """Stop what is being done, and leave: the process has to end."""
        self._leaving.request()
        if self._halt is not None:
            self._halt.request(shutting_down=True)

    async def _start(self, model: str | None) -> Switched | None:
        await self._patiently(self._keeper.sync(), f"Looking for the models at {self.core.backend.address} …")
        switched = await self._first_choice(model) if model is not None else None
        problem = self._keeper.trouble
        try:
            await self._find_current()
        except TinyLLMError as exc:
            problem = problem or str(exc)
        self._greet(problem)
        await self.look()
        if self._turns:
            self.say(f"Going on with “{self._place.name}”, {counted(self._turns, 'turn')}.", DIM)
        return switched

    async def _first_choice(self, model: str) -> Switched | None:
        if not self._keeper.trouble:
            if follows(self.core.registry, model):
                await self.follow()
                return None
            try:
                return await self._place.switch(model)
            except BackendError as exc:
                self._keeper.note(exc)
        self._place.wish(model)
        return None

    def _greet(self, problem: str) -> None:
        self.say()
        self.say("TinyLLM Interactive Chat", _BOLD)
        self.say(f"Model: {self.current or self._place.wanted or 'none'}")
        model = self.core.registry.get_model(self.current) if self.current else None
        if model and (told := remark(model)):
            self.say(told)
        self.say(f"Identity: {IDENTITY}")
        for line in _BANNER:
            self.say(line)
        if problem:
            self.say(f"⚠ {problem}", WARNING)

    async def _converse(self, keyboard: Keyboard) -> None:
        while not self._leaving.requested:
            for sentence in self._keeper.tell():
                self.say(f"⚠ {sentence}", WARNING)
            self.say()
            model = self.current or self._place.wanted or "no model"
            try:
                typed = await self._leaving.wait(keyboard.line(f"You ({shown(shortened(model, 60))})"))
            except (EOFError, Halted, OSError):  # the end of the input, of the process, of the terminal
                return
            await self._take(clean(typed).strip())
            await self.look()

    def _farewell(self) -> None:
        if self._is_new and self._place.name is not None and self._turns:
            self.say(f"Go on with: tinyllm chat -c {shlex.quote(self._place.name)}", DIM)

    # What is typed

    async def _take(self, typed: str) -> None:
        if is_blank(typed):
            return
        self._halt = halt = Halt()
        command = WORDS.get(typed.casefold(), typed)
        try:
            if command.startswith("/") and not command.startswith("//"):
                await halt.wait(self._patiently(run_command(self, command), "Asking the model server …"))
            else:
                await self._ask(typed.removeprefix("/"), halt)
        except Halted:
            self.say("■ Stopped.", WARNING)
        except TinyLLMError as exc:
            self.say(f"⚠ {exc}", WARNING)
        finally:
            self._halt = None

    async def _ask(self, text: str, halt: Halt) -> None:
        if problem := await halt.wait(self._place.settle()):
            self.say(f"⚠ {problem}", WARNING)
        events = self.core.conversations.ask(self.scope, said(text), halt)
        async with aclosing(events):
            self._last = await draw(events, self._screen, self.core.clock, self.core.backend.list_loaded)
        if self._last.outcome is Outcome.DONE:
            self._keeper.note(None)
        elif self._last.outcome is Outcome.ERROR:
            self._begin(self._keeper.sync())

    # What commands do

    def say(self, text: str = "", style: Style | None = None) -> None:
        """Print a text, which has no effect on the terminal."""
        self._screen.say(text, style)

    async def switch(self, typed: str) -> Switched:
        """Choose a model for this conversation. Raises UnknownModelError, CannotChatError, BackendError."""
        return await self._place.switch(typed)

    async def follow(self) -> None:
        """Give the conversation's choice up. Raises StorageError."""
        await self._place.follow()

    async def forget(self) -> int:
        """Clear the conversation; returns how many turns it had. Raises StorageError."""
        return await self.core.conversations.clear(self.scope)

    def warm_up(self, model: ModelCapabilities) -> None:
        """Load a model while the person types."""
        self._begin(self._warm_up(model))

    async def _warm_up(self, model: ModelCapabilities) -> None:
        try:
            await self.core.conversations.warm_up(model)
        except BackendError as exc:
            self._keeper.note(exc)

    # What is shown

    async def look(self) -> None:
        """Find out again which model answers, and how much is remembered."""
        try:
            await self._find_current()
            self._turns = await self.core.turns.count(self.scope)
        except TinyLLMError:  # whoever asks next is told
            self.current = None

    async def _find_current(self) -> None:
        self.current = None
        if not self._keeper.trouble or self.core.registry.list_models():
            self.current = (await self.core.choices.effective(self.scope)).model.name

    def toolbar(self) -> str:
        """The last answer's figures, the conversation, and what is wrong with the model server."""
        parts = [
            footer(self._last) if self._last else "",
            counted(self._turns, "turn") if self._turns else "",
            self._place.name or "new conversation",
            f"⚠ {shortened(self._keeper.trouble)}" if self._keeper.trouble else "",
        ]
        return shown(" │ ".join(filter(None, parts)))

    def _refresh(self) -> None:
        if self._keyboard is not None:
            self._keyboard.refresh()

    async def _patiently(self, work: Awaitable[T], doing: str) -> T:
        """The result of `work`, with a status line where it takes its time."""
        error: TinyLLMError | None = None
        async with asyncio.TaskGroup() as tasks:
            status = Status(self._screen, self.core.clock, tasks)
            status.show(lambda _: _told(doing))
            try:
                return await work
            except TinyLLMError as exc:
                error = exc  # a group would wrap it
            finally:
                status.hide()
        raise error

    def _begin(self, job: Coroutine[Any, Any, None]) -> None:
        task = self._tasks.create_task(job)
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)


async def _told(what: str) -> str:
    return what
