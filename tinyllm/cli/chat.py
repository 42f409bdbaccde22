"""`tinyllm chat`: talk to a model, at the terminal or through a pipe."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from typing import TYPE_CHECKING, Annotated

import typer

from tinyllm.cli.output import Json, say
from tinyllm.cli.running import DONE, FAILED, WRONG_USAGE, clean, fail, run
from tinyllm.cli.serving import bring_model, own_server, require_engine

if TYPE_CHECKING:
    from tinyllm.core import Core
    from tinyllm.settings import Settings


def chat(
    model: Annotated[
        str | None, typer.Option("--model", "-m", help="A model or an alias; “default” to follow the default again.")
    ] = None,
    conversation: Annotated[
        str | None, typer.Option("--conversation", "-c", help="The name of a conversation to begin or to go on with.")
    ] = None,
    serve: Annotated[
        bool, typer.Option("--serve", help="Run the models of `tinyllm serve` in this process; no Ollama is needed.")
    ] = False,
    json: Json = False,
) -> None:
    """Talk to a model. In a pipe, all of the input is one question, and only the answer is printed.

    With --serve and no model to talk to, a very small one is downloaded.
    """
    from tinyllm.cli.chatting.place import ConversationNameError, checked_name

    try:
        name = None if conversation is None else checked_name(clean(conversation))
    except ConversationNameError as exc:
        fail(str(exc), WRONG_USAGE)
    typed = None if model is None else clean(model)
    if sys.stdout is None:
        fail("There is nowhere to print the answer: stdout is closed.")
    if serve:
        require_engine()
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()):
        _answer_once(typed, name, serve, json)
    if json:
        fail("--json is for a single question: echo question | tinyllm chat --json", WRONG_USAGE)

    async def work(core: Core, settings: Settings) -> int:
        if serve:
            say(f"The models in {settings.models_folder} and in installed packages run here until this chat ends.")
            await bring_model(core, settings, typed)
        return await _converse(core, settings, typed, name)

    run(work, around=own_server if serve else nullcontext)


def _answer_once(model: str | None, name: str | None, serve: bool, json: bool) -> None:
    from tinyllm.cli.chatting.piped import answer, read_question

    question = read_question()

    async def work(core: Core, settings: Settings) -> int:
        if serve:
            await bring_model(core, settings, model)
        return await answer(core, question, model, name, as_json=json)

    run(work, remembering=name is not None, around=own_server if serve else nullcontext)


async def _converse(core: Core, settings: Settings, model: str | None, name: str | None) -> int:
    from rich.console import Console

    from tinyllm.cli.chatting.completion import SlashCompleter
    from tinyllm.cli.chatting.keyboard import Keyboard, kept_history
    from tinyllm.cli.chatting.screen import Screen
    from tinyllm.cli.chatting.session import Session
    from tinyllm.cli.chatting.signals import answered_signals, lose_terminal, typing_ahead
    from tinyllm.cli.chatting.slash import COMMANDS, TAKES_MODEL
    from tinyllm.cli.chatting.words import choosable

    def hang_up() -> None:
        lose_terminal()
        session.end()

    session = Session(core, Screen(Console(highlight=False), hang_up), name)
    completer = SlashCompleter(
        {name: command.does for name, command in COMMANDS.items()}, lambda: choosable(core.registry), TAKES_MODEL
    )
    keyboard = Keyboard(completer, kept_history(settings.home.expanduser() / "history"), session.toolbar)
    signals = {"SIGINT": session.interrupt, "SIGTERM": session.end, "SIGHUP": hang_up}
    with typing_ahead(), answered_signals(signals):
        return DONE if await session.run(keyboard, model) else FAILED
