"""From a command's arguments to an exit status: settings, the core, errors as sentences."""

from __future__ import annotations

import gc
import logging
import re
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import typer

from tinyllm.cli.output import note, shown
from tinyllm.errors import (
    BackendError,
    SettingsError,
    StorageError,
    TinyLLMError,
    UnknownModelError,
    UnreachableError,
    shortened,
)

if TYPE_CHECKING:
    from tinyllm.core import Core
    from tinyllm.settings import Settings

T = TypeVar("T")

DONE, FAILED, WRONG_USAGE = 0, 1, 2
"""The exit statuses."""
INTERRUPTED = "Interrupted."
WITHOUT_OLLAMA = (
    "Without Ollama, `tinyllm chat --serve` runs a small model of its own, and `tinyllm serve` a model server for "
    "everything."
)
"""What can be done where nothing answers on this machine."""


Work = Callable[["Core", "Settings"], Awaitable[int | None]]
Around = Callable[["Settings"], AbstractAsyncContextManager["Settings"]]
"""What lasts as long as the core is open, and tells the settings to open it with."""


def run(
    work: Work, *, interrupted: str = INTERRUPTED, remembering: bool = True, around: Around = nullcontext
) -> NoReturn:
    """Open the core, do the work, store what was learned, and exit with what the work returns, else 0.

    `interrupted` is what Ctrl-C is answered with; `remembering` is as in `open_core`.
    """
    raise typer.Exit(with_core(work, interrupted=interrupted, remembering=remembering, around=around) or DONE)


def with_core(
    work: Callable[[Core, Settings], Awaitable[T]],
    *,
    interrupted: str = INTERRUPTED,
    remembering: bool = True,
    around: Around = nullcontext,
) -> T:
    """The same for a command that has more to do after it: returns what the work returns, and exits only on errors."""
    settings = loaded_settings()
    return finished(lambda: _with_core(work, settings, remembering=remembering, around=around), interrupted=interrupted)


def finished(work: Callable[[], Coroutine[Any, Any, T]], *, interrupted: str = INTERRUPTED) -> T:
    """Do the work to its end; where it fails, exits with a sentence that says why."""
    import asyncio  # a fifth of what `tinyllm --help` takes

    try:
        return asyncio.run(work())
    except TinyLLMError as exc:
        fail(sentence(exc))
    except (KeyboardInterrupt, asyncio.CancelledError):
        fail(interrupted)


async def _with_core(
    work: Callable[[Core, Settings], Awaitable[T]], settings: Settings, *, remembering: bool, around: Around
) -> T:
    from tinyllm.core import open_core

    collect_garbage()
    async with around(settings) as told, open_core(told, remembering=remembering) as core:
        await core.shared.load()
        storable = True
        try:
            return await work(core, told)
        except StorageError:
            storable = False
            raise
        finally:
            if storable:
                await _store_statistics(core)


async def _store_statistics(core: Core) -> None:
    """What was counted; where that fails the command is done all the same."""
    try:
        await core.shared.save()
    except StorageError as exc:
        note(f"The statistics of this are lost. {exc}")


async def synced(core: Core) -> bool:
    """Learn what is installed, where the model server tells; says so where it does not, and returns False."""
    try:
        await core.registry.sync(core.backend)
    except BackendError as exc:
        note(f"{exc} So what is installed is not known.")
        return False
    return True


def collect_garbage() -> None:
    """Everything that is needed is imported: from now on garbage is collected, where `main` had put that off."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def loaded_settings() -> Settings:
    """The settings; where one is wrong, exits with a sentence that names it."""
    from tinyllm.settings import Settings

    try:
        settings = Settings.load()
    except SettingsError as exc:
        fail(str(exc), WRONG_USAGE)
    log_only_when_asked(debug=settings.log_level == "debug")
    return settings


def log_what_is_done(level: str, log_format: str) -> None:
    """For a command that runs on and on: what it does goes to stderr, with the time."""
    from tinyllm.logs import JsonFormatter

    text = _Inert("%(asctime)s %(levelname)-7s %(message)s", "%Y-%m-%d %H:%M:%S")
    logging.root.setLevel(level.upper())
    for handler in logging.root.handlers:
        handler.setFormatter(JsonFormatter() if log_format == "json" else text)


def log_only_when_asked(*, debug: bool) -> None:
    """A person at a terminal is told what matters by the command itself."""
    logging.basicConfig(level=logging.DEBUG if debug else logging.CRITICAL)
    for handler in logging.root.handlers:
        handler.setFormatter(_Inert())


class _Inert(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return "\n".join(map(shown, super().format(record).split("\n")))


def sentence(exc: TinyLLMError) -> str:
    """What to say of an error here, where a command may be the remedy."""
    from tinyllm.models.addresses import is_this_machine

    if isinstance(exc, UnknownModelError) and exc.target is not None:
        return f"{exc} Install it: tinyllm models pull {shortened(exc.name)}"
    if isinstance(exc, UnreachableError) and exc.is_ollama and is_this_machine(exc.address):
        return f"{exc} {WITHOUT_OLLAMA}"
    return str(exc)


def fail(why: str, status: int = FAILED) -> NoReturn:
    """Say why on stderr, and exit."""
    note(why)
    raise typer.Exit(status)


def clean(text: str) -> str:
    """What was typed, with what is no text made visible: bytes that are no UTF-8 reach Python as lone surrogates."""
    return re.sub("[\ud800-\udfff]", "�", text)
