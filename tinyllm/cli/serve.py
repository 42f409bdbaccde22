"""`tinyllm serve`: a small model server over GGUF files, which speaks as Ollama does."""

from __future__ import annotations

import errno
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from tinyllm.cli.facts import counted
from tinyllm.cli.output import Json, print_json_line, say
from tinyllm.cli.running import (
    DONE,
    WRONG_USAGE,
    collect_garbage,
    fail,
    finished,
    loaded_settings,
    log_what_is_done,
)
from tinyllm.cli.serving import SMALL_MODEL, USUAL_QUEUE, model_server, require_engine

if TYPE_CHECKING:
    from tinyllm.serve.library import Model
    from tinyllm.serve.server import ModelServer
    from tinyllm.settings import Settings

OLLAMA_PORT = 11434
MOST_NAMES = 20
"""Models that are named at the start; `tinyllm models list` has all."""


def serve(
    folders: Annotated[
        list[Path] | None, typer.Argument(help="Folders with further GGUF files.", readable=False, show_default=False)
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
        float | None,
        typer.Option(min=0.1, max=1e6, help="GiB that all models may take; three quarters of what there is."),
    ] = None,
    queue: Annotated[
        int, typer.Option(min=1, help="Requests that may wait; more are told that it is busy.")
    ] = USUAL_QUEUE,
    json: Json = False,
) -> None:
    """Serve GGUF files to the bot and the terminal, where there is no Ollama.

    The files are those in the folder `models` in TINYLLM_HOME, in the folders that are named, and in installed packages
    that bring models. Listens only on this machine. Ctrl-C ends it. With --json the first line on stdout is an object
    with its address and its models; what it does is logged to stderr.
    """
    settings = loaded_settings()
    log_what_is_done(settings.log_level, settings.log_format)
    given = [folder.absolute() for folder in folders or ()]
    for folder in given:
        _check(folder)
    if settings.models_folder.exists():
        _check(settings.models_folder)
    require_engine()
    listen_at = _port(settings) if port is None else port
    server = model_server(settings, listen_at, folders=given, parallel=parallel, memory=memory, queue=queue)
    finished(lambda: _serve(server, settings, listen_at, json=json))
    raise typer.Exit(DONE)


def _check(folder: Path) -> None:
    """Exits where models cannot be looked for in a folder."""
    if not folder.is_dir():
        fail(f"{folder} is no folder.", WRONG_USAGE)
    try:
        os.scandir(folder).close()
    except OSError as exc:
        fail(f"The folder {folder} cannot be read: {exc.strerror}.")


async def _serve(server: ModelServer, settings: Settings, port: int, *, json: bool) -> None:
    import asyncio

    from tinyllm.cli.chatting.signals import answered_signals

    collect_garbage()
    stop = asyncio.Event()
    with answered_signals(dict.fromkeys(("SIGINT", "SIGTERM", "SIGHUP"), stop.set)):
        async with _listening(server, port):
            models = await server.library.models()
            if json:
                print_json_line(_described(server.url, models))
            else:
                say(*_introduction(server.url, models, settings))
            await stop.wait()


@asynccontextmanager
async def _listening(server: ModelServer, port: int) -> AsyncIterator[None]:
    """The server at work; exits with a sentence where it cannot listen."""
    try:
        await server.__aenter__()
    except OSError as exc:
        why = f"Port {port} cannot be used: {os.strerror(exc.errno) if exc.errno else exc}."
        taken = " Does Ollama or another `tinyllm serve` run already?" if exc.errno == errno.EADDRINUSE else ""
        fail(f"{why}{taken} Choose another one with --port.")
    try:
        yield
    finally:
        await server.__aexit__()


def _described(url: str, models: Sequence[Model]) -> dict[str, object]:
    return {
        "url": url,
        "models": [model.name for model in models if model.problem is None],
        "broken": {model.name: model.problem for model in models if model.problem is not None},
    }


def _introduction(url: str, models: Sequence[Model], settings: Settings) -> list[str]:
    good = [model.name for model in models if model.problem is None]
    lines = [f"Listening at {url}, and speaking as Ollama does."]
    if good:
        more = f" and {len(good) - MOST_NAMES} more" if len(good) > MOST_NAMES else ""
        lines.append(f"{counted(len(good), 'model')}: {', '.join(good[:MOST_NAMES])}{more}")
    lines += [f"{model.name} cannot be used: {model.problem}" for model in models[:MOST_NAMES] if model.problem]
    is_found = any(_is_at(address.url, url) for address in settings.backends)
    setting = f"{'TINYLLM_BACKENDS' if settings.backend_list else 'OLLAMA_HOST'}={urlsplit(url).netloc}"
    if not is_found:
        lines.append(f"The bot and the terminal find it where {setting} is set.")
    if not good:
        lines.append(
            f"There is no model yet. Put a GGUF file into {settings.models_folder}, or download a very small one: "
            f"{'' if is_found else f'{setting} '}tinyllm models pull {SMALL_MODEL}"
        )
    return [*lines, "Ctrl-C ends it."]


def _is_at(told: str, url: str) -> bool:
    return told.replace("//localhost:", "//127.0.0.1:") == url


def _port(settings: Settings) -> int:
    """Where the bot and the terminal look for Ollama on this machine."""
    from tinyllm.models.addresses import is_this_machine

    told = settings.ollama_host
    return (urlsplit(told).port or OLLAMA_PORT) if is_this_machine(told) else OLLAMA_PORT
