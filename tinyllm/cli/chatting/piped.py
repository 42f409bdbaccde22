"""One question through a pipe: the answer goes to stdout as the model writes it, everything else to stderr."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import asdict

import typer

from tinyllm.answers import is_blank
from tinyllm.cli.chatting.place import Place, said
from tinyllm.cli.chatting.signals import answered_signals
from tinyllm.cli.chatting.words import ending, follows
from tinyllm.cli.output import inert, print_json
from tinyllm.cli.running import DONE, FAILED, WRONG_USAGE, fail, sentence
from tinyllm.core import Core
from tinyllm.events import Ended, Event, Notice, Outcome
from tinyllm.halt import Halt
from tinyllm.models.backend import Text

MOST_INPUT = 32 * 2**20
"""Bytes of a question."""


def read_question() -> str:
    """All of stdin. Exits where that is no question."""
    raw = sys.stdin.buffer.read(MOST_INPUT + 1) if sys.stdin else b""
    if len(raw) > MOST_INPUT:
        fail(f"The question is longer than {MOST_INPUT // 2**20} MB; no model can read that.", WRONG_USAGE)
    text = raw.decode("utf-8", "replace").replace("\0", "\ufffd")
    if is_blank(text):
        fail("There is no question. Give one like this: echo question | tinyllm chat", WRONG_USAGE)
    return text.rstrip("\r\n")  # what ends a line is none of the question


async def answer(core: Core, question: str, model: str | None, name: str | None, *, as_json: bool) -> int:
    """Ask once, in a conversation where it has a name; returns the exit status. Raises TinyLLMError."""
    halt = Halt()
    signals = {"SIGINT": halt.request, "SIGTERM": lambda: halt.request(shutting_down=True)}
    with answered_signals(signals):
        place = Place(core, name)
        if model is not None and follows(core.registry, model):
            await place.follow()
        elif model is not None:
            for warning in (await place.switch(model)).warnings:
                _tell(warning)
        printing = _Json(name) if as_json else _Printing()
        events = core.conversations.ask(place.scope, said(question), halt)
        async with aclosing(events):
            return await printing.take_all(events)


def _tell(text: str) -> None:
    typer.echo(inert(text), err=True)


def _reason(ended: Ended) -> str:
    """How it ended, in words; nothing comes after it, so a remedy belongs to it."""
    return sentence(ended.error) if ended.error else ending(ended)


class _Printing:
    """Prints an answer as it was written, with one newline at its end."""

    def __init__(self) -> None:
        self._is_seen = sys.stdout.isatty()
        self._held = ""
        """Ends of lines that may be the last."""
        self._has_text = False

    async def take_all(self, events: AsyncIterator[Event]) -> int:
        """Print all events; returns the exit status."""
        async for event in events:
            match event:
                case Text(text):
                    self.add(text)
                case Notice(told):
                    self.notice(told)
                case Ended():
                    self.finish(event)
                    return DONE if event.outcome is Outcome.DONE else FAILED
        raise RuntimeError("an answer must end with Ended")

    def add(self, text: str) -> None:
        text = self._held + (inert(text) if self._is_seen else text)
        shown = text.rstrip("\n")
        self._held = text[len(shown) :]
        self._write(shown)

    def notice(self, told: str) -> None:
        _tell(told)

    def finish(self, ended: Ended) -> None:
        if self._has_text:
            self._write("\n")
        if reason := _reason(ended):
            _tell(reason)

    def _write(self, text: str) -> None:
        if text:
            self._has_text = True
            sys.stdout.buffer.write(text.encode("utf-8", "replace"))
            sys.stdout.buffer.flush()


class _Json(_Printing):
    """Prints one object when the answer has ended."""

    def __init__(self, name: str | None) -> None:
        super().__init__()
        self._name = name
        self._pieces: list[str] = []
        self._notices: list[str] = []

    def add(self, text: str) -> None:
        self._pieces.append(text)

    def notice(self, told: str) -> None:
        super().notice(told)
        self._notices.append(told)

    def finish(self, ended: Ended) -> None:
        super().finish(ended)
        print_json(
            {
                "model": ended.model,
                "answer": "".join(self._pieces),
                "outcome": ended.outcome,
                "reason": _reason(ended),
                "figures": asdict(ended.figures) if ended.figures else None,
                "notices": self._notices,
                "conversation": self._name,
            }
        )
