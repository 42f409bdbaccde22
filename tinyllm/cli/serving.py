"""The model server in this process: what it is started with, and what a chat needs around its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from tinyllm.cli.facts import size
from tinyllm.cli.output import note, on_terminal, say
from tinyllm.cli.running import fail

if TYPE_CHECKING:
    from pathlib import Path

    from tinyllm.core import Core
    from tinyllm.serve.server import ModelServer
    from tinyllm.settings import Settings

GIB = 2**30
USUAL_QUEUE = 512
"""Requests that may wait, as at Ollama."""
USUAL_KEEP_ALIVE = 300.0
"""Seconds; the setting always says it."""
SMALL_MODEL = "smollm2:135m"
"""What the server can download by itself."""
OWN_PROMPT = "{model}"
"""Small models do best with the system prompt that they bring."""


def require_engine() -> None:
    """Exits with a sentence where llama.cpp is not installed."""
    if not has_engine():
        fail("The engine is not installed. Install it: pip install 'tinyllm[embedded]'")


def has_engine() -> bool:
    """Whether llama.cpp is installed; it is not loaded into this process."""
    from importlib.util import find_spec

    return find_spec("xllamacpp") is not None


def model_server(
    settings: Settings,
    port: int = 0,
    *,
    folders: Sequence[Path] = (),
    parallel: int | None = None,
    memory: float | None = None,
    queue: int = USUAL_QUEUE,
) -> ModelServer:
    """A server that is not started yet, over the folder of the settings; `memory` is in GiB."""
    from tinyllm.serve.durations import seconds
    from tinyllm.serve.server import ModelServer

    return ModelServer(
        settings.models_folder,
        port,
        folders=folders,
        slots=parallel or settings.max_parallel,
        memory=None if memory is None else round(memory * GIB),
        queue=queue,
        keep_alive=seconds(settings.keep_alive, USUAL_KEEP_ALIVE),
    )


@asynccontextmanager
async def own_server(settings: Settings) -> AsyncIterator[Settings]:
    """A server for this process alone, as long as the block lasts; yields the settings under which it is asked.

    Signals that would end the process end the block.
    """
    from tinyllm.cli.chatting.signals import answered_signals

    task = asyncio.current_task()
    assert task is not None
    with answered_signals({"SIGTERM": task.cancel, "SIGHUP": task.cancel}):
        async with model_server(settings) as server:
            prompt = {} if "system_prompt" in settings.model_fields_set else {"system_prompt": OWN_PROMPT}
            yield settings.model_copy(update={"ollama_host": server.url, "backend_list": None, **prompt})


async def bring_model(core: Core, settings: Settings, typed: str | None) -> None:
    """Download the model that is to be talked to, where the server can do that and it is not there; says so.

    `typed` is what somebody chose, None where anything that can chat will do. Raises BackendError.
    """
    from tinyllm.cli.pulling import download, watching
    from tinyllm.serve.catalogue import CATALOGUE

    await core.registry.sync(core.backend)
    name = _missing(core, typed)
    if name is None:
        return
    tell = say if on_terminal() else note  # in a pipe, stdout is for the answer
    megabytes = size(CATALOGUE[0].download)
    tell(f"{name} is not in {settings.models_folder} yet, and is downloaded now: {megabytes}. Ctrl-C stops that.")
    with watching(tell) as show:
        await download(core, name, show)
    await core.registry.sync(core.backend)


def _missing(core: Core, typed: str | None) -> str | None:
    from tinyllm.cli.chatting.words import follows
    from tinyllm.models.names import canonical
    from tinyllm.serve.catalogue import CATALOGUE

    if typed is None or follows(core.registry, typed):
        return None if core.registry.chat_models() else SMALL_MODEL
    meant = core.registry.resolve_name(typed)
    known = {canonical(name): name for one in CATALOGUE for name in one.names}
    return None if core.registry.get_model(typed) else known.get(canonical(meant))
