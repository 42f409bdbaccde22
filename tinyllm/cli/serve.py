"""`tinyllm serve`: a small model server over GGUF files, which speaks as Ollama does."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from tinyllm.cli.output import say
from tinyllm.cli.running import DONE, collect_garbage, fail, finished, loaded_settings

if TYPE_CHECKING:
    from tinyllm.serve.server import ModelServer
    from tinyllm.settings import Settings

GIB = 2**30
LOOPBACK = ("127.0.0.1", "localhost", "::1")
LONGEST_QUEUE = 512
OLLAMA_PORT = 11434
SMALL_MODEL = "smollm2:135m"
USUAL_KEEP_ALIVE = 300.0
"""Seconds."""


def serve(
    folders: Annotated[
        list[Path] | None, typer.Argument(help="Folders with further GGUF files.", show_default=False)
    ] = None,
    port: Annotated[
        int | None,
        typer.Option("--port", "-p", min=0, max=65535, help="Where to listen; where OLLAMA_HOST says, else 11434."),
    ] = None,
    parallel: Annotated[
        int | None,
        typer.Option(min=1, max=64, help="Answers of a model side by side; as TINYLLM_MAX_PARALLEL."),
    ] = None,
    memory: Annotated[
        float | None, typer.Option(min=0.1, help="GiB that all models may take; three quarters of what there is.")
    ] = None,
    queue: Annotated[
        int, typer.Option(min=1, help="Requests that may wait; more are told that it is busy.")
    ] = LONGEST_QUEUE,
) -> None:
    """Serve GGUF files to the bot and the terminal, where there is no Ollama.

    The files are those in the folder `models` in TINYLLM_HOME, in the folders that are named, and in installed packages
    that bring models. Listens only on this machine. Ctrl-C ends it.
    """
    settings = loaded_settings()
    logging.getLogger().setLevel(settings.log_level.upper())  # a server tells what it does, on stderr
    for folder in folders or ():
        if not folder.is_dir():
            fail(f"{folder} is no folder.")
    require_engine()
    finished(lambda: _serve(settings, folders or [], port, parallel, memory, queue))
    raise typer.Exit(DONE)


def require_engine() -> None:
    """Exits with a sentence where llama.cpp is not installed."""
    from importlib.util import find_spec

    if find_spec("xllamacpp") is None:
        fail("The engine is not installed. Install it: pip install 'tinyllm[embedded]'")


async def _serve(
    settings: Settings, folders: list[Path], port: int | None, parallel: int | None, memory: float | None, queue: int
) -> None:
    import asyncio

    from tinyllm.cli.chatting.signals import answered_signals
    from tinyllm.serve.durations import seconds
    from tinyllm.serve.server import ModelServer

    listen_at = _port(settings) if port is None else port
    server = ModelServer(
        settings.models_folder,
        listen_at,
        folders=folders,
        slots=parallel or settings.max_parallel,
        memory=None if memory is None else round(memory * GIB),
        queue=queue,
        keep_alive=seconds(settings.keep_alive, USUAL_KEEP_ALIVE),
    )
    collect_garbage()
    stop = asyncio.Event()
    with answered_signals(dict.fromkeys(("SIGINT", "SIGTERM", "SIGHUP"), stop.set)):
        try:
            async with server:
                await _introduce(server, settings)
                await stop.wait()
        except OSError as exc:
            fail(
                f"Port {listen_at} cannot be used: {exc.strerror or exc}. "
                "Does Ollama run already? Else choose another one with --port."
            )


async def _introduce(server: ModelServer, settings: Settings) -> None:
    models = await server.library.models()
    say(f"Listening at {server.url}, and speaking as Ollama does.")
    if models:
        say(f"Models: {', '.join(model.name for model in models)}")
    else:
        say(
            f"There is no model yet. Put a GGUF file into {settings.models_folder}, or download a very small one: "
            f"tinyllm models pull {SMALL_MODEL}"
        )
    say("Ctrl-C ends it.")
    sys.stdout.flush()


def _port(settings: Settings) -> int:
    """Where the bot and the terminal look for Ollama on this machine."""
    told = urlsplit(settings.ollama_host)
    return (told.port or OLLAMA_PORT) if told.hostname in LOOPBACK else OLLAMA_PORT
