"""From a command's arguments to an exit status: settings, the core, errors as sentences."""

from __future__ import annotations

import asyncio
import gc
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NoReturn

import typer

from tinyllm.cli.words import inert
from tinyllm.errors import SettingsError, TinyLLMError

if TYPE_CHECKING:
    from tinyllm.core import Core
    from tinyllm.settings import Settings

log = logging.getLogger(__name__)

DONE, FAILED, WRONG_USAGE = 0, 1, 2
"""The exit statuses."""


Work = Callable[["Core", "Settings"], Awaitable[int | None]]


def run(work: Work, *, remembering: bool = True) -> NoReturn:
    """Open the core, do the work, store what was learned, and exit with what the work returns, else 0.

    `remembering` is as in `open_core`.
    """
    settings = loaded_settings()
    try:
        status = asyncio.run(_with_core(work, settings, remembering))
    except TinyLLMError as exc:
        fail(str(exc))
    except KeyboardInterrupt:
        fail("Interrupted.")
    except BrokenPipeError:
        raise
    except Exception as exc:
        log.debug("unexpected", exc_info=True)
        fail(f"Something unexpected went wrong ({type(exc).__name__}). TINYLLM_LOG_LEVEL=debug shows what.")
    raise typer.Exit(status or DONE)


async def _with_core(work: Work, settings: Settings, remembering: bool) -> int | None:
    from tinyllm.core import open_core

    gc.enable()
    async with open_core(settings, remembering=remembering) as core:
        await core.shared.load()
        try:
            return await work(core, settings)
        finally:
            await core.shared.save()


def loaded_settings() -> Settings:
    """The settings; where one is wrong, exits with a sentence that names it."""
    from tinyllm.settings import Settings

    try:
        settings = Settings.load()
    except SettingsError as exc:
        fail(str(exc), WRONG_USAGE)
    # A person at a terminal is told what matters by the command itself.
    logging.basicConfig(level=logging.DEBUG if settings.log_level == "debug" else logging.CRITICAL)
    return settings


def fail(sentence: str, status: int = FAILED) -> NoReturn:
    """Say why on stderr, and exit."""
    typer.echo(inert(sentence), err=True)
    raise typer.Exit(status)


def clean(text: str) -> str:
    """What was typed, with what is no text made visible: bytes that are no UTF-8 reach Python as lone surrogates."""
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
