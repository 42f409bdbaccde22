"""`tinyllm models`: what is installed, what it can do, and which one is the default."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tinyllm.cli import facts
from tinyllm.cli.aliases import aliases
from tinyllm.cli.output import Json, note, print_facts, print_json, print_table, say
from tinyllm.cli.pulling import pull
from tinyllm.cli.removing import remove
from tinyllm.cli.running import WRONG_USAGE, clean, fail, run
from tinyllm.errors import BrokenModelError
from tinyllm.models.remarks import remark

if TYPE_CHECKING:
    from tinyllm.choices import Chosen
    from tinyllm.core import Core
    from tinyllm.models.backend import Backend
    from tinyllm.models.capabilities import ModelCapabilities
    from tinyllm.models.requests import RequestFigures
    from tinyllm.settings import Settings

_SPANS = {"Last Hour": 3600.0, "Last Day": 86_400.0}
"""Seconds that the log of requests is looked at."""

models = typer.Typer(
    name="models", help="The models: list, pull, describe, remove, set the default, name.", no_args_is_help=True
)
COLUMNS = ("Model", "Parameters", "Context Size", "Requests", "Success Rate", "Avg Latency")


@models.command("list")
def list_models(json: Json = False) -> None:
    """List the installed models, and the aliases.

    Shows how each model has answered so far. The model that answers where nothing else was chosen is marked as the
    default, and those in memory as loaded.
    """

    async def work(core: Core, _: Settings) -> None:
        import asyncio

        loaded = (await asyncio.gather(_loaded(core.backend), core.registry.sync(core.backend)))[0]
        default = await _default(core)
        name = default.model.name if default else None
        if json:
            print_json(_list_json(core, name, loaded))
            return
        _print_list(core, name, loaded or [])
        if default:
            for told in facts.skipped(default):
                note(told)

    run(work)


async def _loaded(backend: Backend) -> list[str] | None:
    """Names of the models in memory; None where the server does not tell, since the list is worth showing without."""
    from tinyllm.errors import BackendError

    try:
        return await backend.list_loaded()
    except BackendError:
        return None


async def _default(core: Core) -> Chosen | None:
    """The model that answers where nothing else was chosen; None where there is none."""
    from tinyllm.errors import NoModelError
    from tinyllm.scopes import EVERYWHERE

    try:
        return await core.choices.effective(EVERYWHERE)
    except NoModelError:
        return None


def _list_json(core: Core, default: str | None, loaded: list[str] | None) -> dict[str, Any]:
    registry = core.registry
    listed = [model for name in registry.list_models() if (model := registry.get_model(name))]
    return {
        "default": default,
        "models": [
            facts.capabilities_json(model)
            | facts.statistics_json(registry.get_health(model.name))
            | {"default": model.name == default, "loaded": None if loaded is None else model.name in loaded}
            for model in listed
        ],
        "aliases": [facts.alias_json(registry, *entry) for entry in sorted(registry.list_aliases().items())],
    }


def _print_list(core: Core, default: str | None, loaded: list[str]) -> None:
    rows = []
    for name in core.registry.list_models():
        if (model := core.registry.get_model(name)) is None:
            continue
        health = core.registry.get_health(name)
        is_so = {"default": name == default, "loaded": name in loaded, "broken": bool(model.problem)}
        marks = [mark for mark in is_so if is_so[mark]]
        rows.append(
            (
                name + (f" ({', '.join(marks)})" if marks else ""),
                model.parameter_count or facts.NOTHING,
                facts.tokens(model.context_size),
                f"{health.total_requests:,}",
                facts.percent(health),
                facts.latency(health),
            )
        )
    if rows:
        print_table(COLUMNS, rows, right=(1, 2, 3, 4, 5))
    else:
        say("No model is installed. Install one: tinyllm models pull qwen2.5:3b")
    for broken in core.registry.broken_models().items():
        note(str(BrokenModelError(*broken)))
    if lines := facts.alias_lines(core.registry):
        say("", "Aliases:", *lines)


@models.command("info")
def info(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A model or an alias.")],
    json: Json = False,
) -> None:
    """Show what a model can do, and how it has answered so far.

    Example: tinyllm models info qwen2.5:3b
    """
    typed = clean(name)

    async def work(core: Core, _: Settings) -> None:
        model = await core.choices.find(typed)
        lately = {span: await _figures(core, model, seconds) for span, seconds in _SPANS.items()}
        if json:
            statistics = facts.statistics_json(core.registry.get_health(model.name))
            known = (
                facts.capabilities_json(model)
                | statistics
                | {span.lower().replace(" ", "_"): asdict(figures) for span, figures in lately.items()}
            )
            print_json(known | {"aliases": facts.aliases_of(core.registry, model), "remark": remark(model) or None})
        else:
            print_facts(_details(core, model) | {span: facts.lately(figures) for span, figures in lately.items()})

    run(work)


async def _figures(core: Core, model: ModelCapabilities, seconds: float) -> RequestFigures:
    """What the log of requests says of the last so many seconds. Raises StorageError."""
    from tinyllm.models.names import canonical
    from tinyllm.models.requests import figures

    logged = await core.shared.requests.figures(core.clock.time() - seconds)
    return logged.get(canonical(model.name), figures([]))


def _details(core: Core, model: ModelCapabilities) -> dict[str, str]:
    health = core.registry.get_health(model.name)
    guessed = " (guessed from the name)" if model.guessed else ""
    error = health.last_error and f"{health.last_error} ({facts.moment(health.last_error_time)})"
    return {
        "Model": model.name,
        **({"Problem": model.problem} if model.problem else {}),
        **({"Remark": told} if (told := remark(model)) else {}),
        "Family": model.family or facts.NOTHING,
        "Parameters": model.parameter_count or facts.NOTHING,
        "Quantization": model.quantization or facts.NOTHING,
        "Context Size": f"{model.context_size:,} tokens" if model.context_size else facts.NOTHING,
        "Size on Disk": facts.size(facts.size_bytes(model)),
        "Abilities": (", ".join(facts.abilities(model)) or facts.NOTHING) + guessed,
        "Vision Support": ("yes" if model.vision_support else "no") + guessed,
        "Aliases": ", ".join(facts.aliases_of(core.registry, model)) or facts.NOTHING,
        "Requests": f"{health.total_requests:,}, {health.failed_requests:,} failed",
        "Success Rate": facts.percent(health),
        "Avg Latency": facts.latency(health),
        "Last Used": facts.moment(health.last_used),
        "Last Error": error or "none",
        "Health": "broken" if model.problem else "healthy" if health.is_healthy else "unhealthy",
    }


@models.command("set-default")
def set_default(
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="A model or an alias; leave it out to see the default.")
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help="Have no default of your own any more.")] = False,
    json: Json = False,
) -> None:
    """Set the model that answers unless told otherwise.

    A bot that is running follows, except where a channel or a server has a choice of its own. An alias stays one: when
    it is made to stand for another model, the default follows it. Without a name, says which model is the default and
    why.

    Example: tinyllm models set-default qwen2.5:3b
    """
    if name is not None and clear:
        fail("Either a name or --clear, not both.", WRONG_USAGE)
    typed = None if name is None else clean(name)

    async def work(core: Core, _: Settings) -> None:
        from tinyllm.scopes import EVERYWHERE

        if typed is not None:
            model = await core.choices.switch(EVERYWHERE, typed)
            if not core.registry.get_health(model.name).is_healthy:
                note(f"{model.name} has been failing lately. See: tinyllm models info {model.name}")
        elif clear:
            await _clear(core)
        _tell_default(await core.choices.effective(EVERYWHERE), newly=typed is not None, json=json)

    run(work)


async def _clear(core: Core) -> None:
    from tinyllm.scopes import EVERYWHERE

    had_one = await core.choices.follow(EVERYWHERE)
    note("The default was given up." if had_one else "No default had been set.")


def _tell_default(chosen: Chosen, *, newly: bool, json: bool) -> None:
    model, typed = chosen.model.name, chosen.by.typed.strip()
    if json:
        print_json({"model": model, "as": typed, "why": str(chosen.by.source)})
    elif not newly:
        say(f"{model} is the default: {facts.why(chosen)}.")
    elif typed.casefold() == model.casefold():
        say(f"{model} is the default now.")
    else:
        say(f"{typed} is the default now. It stands for {model}.")
    for told in facts.skipped(chosen):
        note(told)


models.command("pull")(pull)
models.command("remove")(remove)
models.add_typer(aliases)
