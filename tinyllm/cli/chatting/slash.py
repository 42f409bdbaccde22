"""The commands that begin with a slash, inside a chat."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tinyllm.cli.chatting.screen import WARNING
from tinyllm.cli.chatting.words import follows, in_columns, models_overview, why
from tinyllm.cli.facts import counted
from tinyllm.cli.output import shown
from tinyllm.errors import BackendError, shortened
from tinyllm.models.names import closest
from tinyllm.models.remarks import remark

if TYPE_CHECKING:
    from tinyllm.cli.chatting.session import Session


@dataclass(frozen=True, slots=True)
class Command:
    """A command, and what `/help` says of it."""

    usage: str
    does: str
    run: Callable[[Session, str], Awaitable[None]]
    """Gets what was typed after its name."""


async def run_command(session: Session, typed: str) -> None:
    """Run what was typed; says so where there is no such command. Raises TinyLLMError."""
    name, _, argument = typed.partition(" ")
    command = COMMANDS.get(name.casefold())
    if command is None:
        near = closest(name, COMMANDS, 1)
        hint = f" Is {near[0]} meant?" if near else ""
        session.say(
            f"There is no command {shortened(name)}.{hint} /help shows all of them. "
            "Begin with // to send a text that begins with a slash.",
            WARNING,
        )
        return
    await command.run(session, _COMMENT.sub("", argument).strip())


async def _model(session: Session, typed: str) -> None:
    if not typed or follows(session.core.registry, typed):
        if typed:
            await session.follow()
        for line in why(await session.core.choices.effective(session.scope)):
            session.say(shown(line))
        return
    before = session.current
    switched = await session.switch(typed)
    after = switched.model.name
    if before == after:
        session.say(f"Already using model: {after}")
    else:
        session.say(f"Switching from {before} to {after}..." if before else f"Switching to {after}...")
        session.say(f"Switched to model: {after}")
        session.say("Conversation context preserved")
    if told := remark(switched.model):
        session.say(told)
    for warning in switched.warnings:
        session.say(f"⚠ {warning}", WARNING)
    session.warm_up(switched.model)


async def _models(session: Session, _: str) -> None:
    registry, problem = session.core.registry, ""
    try:
        await registry.sync(session.core.backend)
    except BackendError as exc:  # what is known without the server is shown all the same
        problem = str(exc)
    await session.look()
    session.say()
    for line in models_overview(registry, session.current):
        session.say(line)
    if problem:
        session.say(f"⚠ {problem}", WARNING)


async def _help(session: Session, _: str) -> None:
    session.say()
    session.say("Commands:")
    for line in in_columns([(command.usage, command.does) for command in dict.fromkeys(COMMANDS.values())]):
        session.say(line)
    session.say()
    session.say("Keys:")
    for line in in_columns(_KEYS):
        session.say(line)


async def _clear(session: Session, _: str) -> None:
    forgotten = await session.forget()
    session.say(f"I have forgotten {counted(forgotten, 'message')}." if forgotten else "There was nothing to forget.")


async def _pin(session: Session, _: str) -> None:
    turn = await session.core.conversations.pin(session.scope)
    if turn is None:
        session.say("There is nothing to pin: say something first.")
    else:
        session.say(f"Pinned: “{shortened(turn.text)}” The model keeps it in view, however long this gets.")


async def _unpin(session: Session, _: str) -> None:
    count = await session.core.conversations.unpin(session.scope)
    session.say(f"{counted(count, 'message')} unpinned." if count else "Nothing was pinned.")


async def _quit(session: Session, _: str) -> None:
    session.leave()


_QUIT = Command("/quit", "Leave; so do quit, exit and Ctrl-D", _quit)
COMMANDS = {
    "/model": Command("/model <name>", "Switch models; without a name: which one answers, and why", _model),
    "/models": Command("/models", "List available models with their statistics", _models),
    "/pin": Command("/pin", "Keep your last message in the model's view, whatever is left out", _pin),
    "/unpin": Command("/unpin", "Let go of all that was pinned", _unpin),
    "/clear": Command("/clear", "Clear conversation history; so does clear", _clear),
    "/help": Command("/help", "Show all commands", _help),
    "/quit": _QUIT,
    "/exit": _QUIT,
}
_COMMENT = re.compile(r"(^|\s)#\s.*")
"""As in a shell: no name of a model has a space in it."""
TAKES_MODEL = ("/model",)
"""The commands whose argument is a model or an alias."""
WORDS = {"quit": "/quit", "exit": "/quit", "clear": "/clear"}
"""What means a command without a slash, where it is all that was typed."""
_KEYS = (
    ("Enter", "Send"),
    ("Alt+Enter", "Begin a new line"),
    ("Ctrl-C", "Stop the answer, or empty the line"),
    ("Tab", "Complete a command or a model"),
    ("//…", "Send a text that begins with a slash"),
)
