"""`tinyllm health`: whether everything answers."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import typer

from tinyllm.cli import facts
from tinyllm.cli.output import Json, print_json, print_rows, say
from tinyllm.cli.running import DONE, FAILED, collect_garbage, finished, loaded_settings

if TYPE_CHECKING:
    import asyncio

    from tinyllm.cli.servers import Seen
    from tinyllm.core import Core
    from tinyllm.models.capabilities import ModelCapabilities
    from tinyllm.settings import Settings

HEALTHY, UNHEALTHY = "healthy", "unhealthy"


@dataclass(frozen=True, slots=True)
class Check:
    """What one look showed."""

    name: str
    status: str
    """HEALTHY or UNHEALTHY."""
    detail: str
    ms: float | None = None
    """Milliseconds that it took; None where it only looked at what was known."""


def health(json: Json = False) -> None:
    """Check whether everything answers.

    Looks at the model servers, the database, the default model, and every model that was used.

    Ends with 1 where something is unhealthy: a server that does not answer, a database that cannot be used, no model to
    talk to, a model that fails more often than not or failed within the last minute.
    """
    settings = loaded_settings()
    checks, took = finished(lambda: _timed(settings))
    failed = sum(check.status == UNHEALTHY for check in checks)
    status = UNHEALTHY if failed else HEALTHY
    if json:
        rounded = [asdict(check) | {"ms": check.ms and round(check.ms, 1)} for check in checks]
        print_json({"status": status, "checks": rounded, "timestamp": facts.moment_json(time.time())})
    else:
        print_rows([_row(check) for check in checks])
        counted = f"{failed} of {len(checks)} checks failed" if failed else f"{len(checks)} checks"
        say(f"{status}: {counted}, {took:.0f} ms")
    raise typer.Exit(FAILED if failed else DONE)


async def _timed(settings: Settings) -> tuple[list[Check], float]:
    """The checks, and the milliseconds that all of them took together."""
    import tinyllm.cli.servers
    import tinyllm.core  # noqa: F401 - so that no check is charged with it

    collect_garbage()
    began = time.perf_counter()
    return await _checks(settings), _since(began)


def _row(check: Check) -> tuple[str, ...]:
    took = "" if check.ms is None else f"{check.ms:.0f} ms"
    return ("ok" if check.status == HEALTHY else "failed", check.name, took, check.detail)


async def _checks(settings: Settings) -> list[Check]:
    import asyncio

    from tinyllm.cli.servers import look_at_servers
    from tinyllm.errors import StorageError

    async with asyncio.TaskGroup() as group:
        looking = group.create_task(look_at_servers(settings))
        began = time.perf_counter()
        try:
            rest = await _with_database(settings, looking)
        except StorageError as exc:
            rest = [Check("database", UNHEALTHY, str(exc), _since(began))]
    return [*map(_server, looking.result()), *rest]


async def _with_database(settings: Settings, looking: asyncio.Task[list[Seen]]) -> list[Check]:
    """The database, and what it knows of models. Raises StorageError."""
    from tinyllm.core import open_core

    began = time.perf_counter()
    async with open_core(settings) as core:
        await core.shared.load()
        database = Check("database", HEALTHY, "opens and can be read", _since(began))
        seen = await looking
        core.registry.sync_from_ollama(_models_of(seen))
        return [database, await _default(core, seen), *_used(core)]


def _models_of(seen: Sequence[Seen]) -> Iterator[ModelCapabilities]:
    """The models of all servers; of two with the same name the last one counts: a good one, the earlier server's."""
    models = [model for server in reversed(seen) for model in server.models]
    yield from sorted(models, key=lambda model: model.problem is None)


def _server(seen: Seen) -> Check:
    return Check(f"model server {seen.address}", UNHEALTHY if seen.problem else HEALTHY, seen.detail, seen.milliseconds)


async def _default(core: Core, seen: Sequence[Seen]) -> Check:
    from tinyllm.errors import TinyLLMError
    from tinyllm.scopes import EVERYWHERE

    name = "default model"
    if all(server.problem for server in seen):
        return Check(name, UNHEALTHY, "no model server answers")
    began = time.perf_counter()
    try:
        chosen = await core.choices.effective(EVERYWHERE)
    except TinyLLMError as exc:
        return Check(name, UNHEALTHY, str(exc), _since(began))
    detail = " ".join([f"{chosen.model.name}: {facts.why(chosen)}.", *facts.skipped(chosen)])
    return Check(name, HEALTHY, detail, _since(began))


def _used(core: Core) -> Iterator[Check]:
    """Every model that was ever used; one that is gone cannot be unhealthy."""
    for counted in core.registry.list_health():
        installed = core.registry.get_model(counted.model_name) is not None
        detail = f"{facts.percent(counted)} of {facts.counted(counted.total_requests, 'request')} succeeded"
        if (average := facts.latency(counted)) != facts.NOTHING:
            detail += f", {average} on average"
        if counted.last_error is not None and counted.last_error_time is not None:
            detail += f"; last error {facts.ago(counted.last_error_time)}: {counted.last_error}"
        if not installed:
            detail += "; not installed any more"
        healthy = counted.is_healthy or not installed
        yield Check(
            f"model {core.registry.resolve_name(counted.model_name)}", HEALTHY if healthy else UNHEALTHY, detail
        )


def _since(began: float) -> float:
    return (time.perf_counter() - began) * 1000
